// The output of the scripts. A long step prints a line at its start, while it runs, and at its end.

const PROGRESS_SECONDS = 15;

/** An error whose message is for the user. It is printed without a stack, and ends the command. */
export class CommandError extends Error {}

export function say(line = "") {
  process.stdout.write(`${line}\n`);
}

function secondsSince(start) {
  return Math.round((Date.now() - start) / 1000);
}

let running = false;

/**
 * Runs one long step and prints its progress. `usually` is the time that it takes on most machines.
 * A step within another one prints nothing.
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
