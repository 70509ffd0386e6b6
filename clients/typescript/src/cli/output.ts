// What the commands print: tables and lines for people, JSON for programs.
//
// Answers go to stdout, everything else to stderr. There are colours only on a terminal, and none
// with NO_COLOR (https://no-color.org).

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] };

export type Colour = keyof typeof CODES;

const GAP = "  ";

export class Output {
  readonly isJson: boolean;
  readonly #isColoured: boolean;

  constructor(isJson: boolean) {
    this.isJson = isJson;
    this.#isColoured = process.stdout.isTTY === true && !process.env["NO_COLOR"] && !isJson;
  }

  paint(colour: Colour, text: string): string {
    const [on, off] = CODES[colour];
    return this.#isColoured ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  }

  line(text = ""): void {
    process.stdout.write(`${text}\n`);
  }

  /** Prints what people read beside the answer. */
  note(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /** Prints a value: in one line of JSON with `--json`, else by `show`. */
  value<Value>(value: Value, show: (value: Value) => void): void {
    if (this.isJson) this.line(JSON.stringify(value));
    else show(value);
  }

  /** Prints the members of an object, one a line. */
  members(object: object): void {
    const entries = Object.entries(object).filter(([, value]) => value !== undefined);
    const width = Math.max(0, ...entries.map(([name]) => name.length));
    for (const [name, value] of entries)
      this.line(`${this.paint("dim", name.padEnd(width))}${GAP}${textOf(value)}`);
  }

  /** Prints rows below their heads, each column as wide as its longest text. */
  table(heads: string[], rows: string[][]): void {
    const widths = heads.map((head, column) =>
      Math.max(head.length, ...rows.map((row) => row[column]!.length)));
    const print = (row: string[]) => row
      .map((text, column) => column === row.length - 1 ? text : text.padEnd(widths[column]!))
      .join(GAP);
    this.line(this.paint("dim", print(heads)));
    for (const row of rows) this.line(print(row));
  }
}

/** Returns a value as people read it: texts as they are, lists of texts with commas. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "string") return value === "" ? "-" : value;
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.length === 0 ? "-" : value.join(", ");
  return JSON.stringify(value);
}
