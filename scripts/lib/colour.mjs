// Colours for a person at a terminal; none where the output goes elsewhere or nobody wants them.

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };

const isWanted = process.stdout.isTTY === true && !process.env.NO_COLOR;

/** The text in a colour of CODES. */
export function colour(name, text) {
  return isWanted ? `\x1b[${CODES[name]}m${text}\x1b[0m` : text;
}
