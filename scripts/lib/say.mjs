// What the scripts print: a line when a long step begins, lines while it runs, a line at its end.

const PROGRESS_SECONDS = 15;

/** A failure whose message is for the user: it is printed without a stack. */
export class Trouble extends Error {}

export function say(line = "") {
  process.stdout.write(`${line}\n`);
}

function secondsSince(start) {
  return Math.round((Date.now() - start) / 1000);
}

let running = false;

/**
 * Runs one long step. `usually` is the time that it takes on most machines. A step within a step
 * prints nothing.
 */
export async function step(what, usually, act) {
  if (running) return act();
  running = true;
  const start = Date.now();
  say(`- ${what} (usually ${usually}) ...`);
  const timer = setInterval(
    () => say(`  ... ${secondsSince(start)} s`),
    PROGRESS_SECONDS * 1000,
  );
  try {
    const result = await act();
    say(`  done in ${secondsSince(start)} s`);
    return result;
  } finally {
    clearInterval(timer);
    running = false;
  }
}
