// What the scripts print: a line when a long step begins, signs of life, a line when it ends.

const SIGN_OF_LIFE_SECONDS = 15;

/** A failure with a message for the person at the terminal; no stack is printed for it. */
export class Trouble extends Error {}

export function say(line = "") {
  process.stdout.write(`${line}\n`);
}

function secondsSince(start) {
  return Math.round((Date.now() - start) / 1000);
}

let running = false;

/**
 * Runs one long step. `usually` says how long it tends to take, so that waiting is informed. A
 * step within a step says nothing of its own.
 */
export async function step(what, usually, act) {
  if (running) return act();
  running = true;
  const start = Date.now();
  say(`- ${what} (usually ${usually}) ...`);
  const timer = setInterval(
    () => say(`  ... ${secondsSince(start)} s`),
    SIGN_OF_LIFE_SECONDS * 1000,
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
