// HTTP/1.1 framing on raw sockets, for the load generator and the receiver.
//
// Node's own HTTP takes as much CPU time as the systems under test. This takes a tenth of that, so
// the system under test has nearly all of the two cores.

/** Splits the bytes of one connection into messages and calls `take` with each complete one. */
export class Messages {
  #partial: Buffer | undefined;
  readonly #take: (head: string, body: Buffer) => void;

  constructor(take: (head: string, body: Buffer) => void) {
    this.#take = take;
  }

  push(chunk: Buffer): void {
    let bytes = this.#partial === undefined ? chunk : Buffer.concat([this.#partial, chunk]);
    this.#partial = undefined;
    while (bytes.length > 0) {
      const end = bytes.indexOf("\r\n\r\n");
      const head = end < 0 ? "" : bytes.toString("latin1", 0, end);
      const size = end < 0 ? -1 : bodySize(head, bytes, end + 4);
      if (size < 0 || bytes.length < end + 4 + size) {
        this.#partial = bytes;
        return;
      }
      this.#take(head, bytes.subarray(end + 4, end + 4 + size));
      bytes = bytes.subarray(end + 4 + size);
    }
  }
}

/** The length of the body in bytes, or -1 if the bytes so far do not show it. */
function bodySize(head: string, bytes: Buffer, start: number): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) return Number(length[1]);
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return 0;
  let offset = start;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", offset);
    if (lineEnd < 0) return -1;
    const size = Number.parseInt(bytes.toString("latin1", offset, lineEnd), 16);
    offset = lineEnd + 2 + size + 2;
    if (offset > bytes.length) return -1;
    if (size === 0) return offset - start;
  }
}

/** Milliseconds on the monotonic clock, which all processes of this machine share. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The number of digits of the event number in a body. */
export const NUMBER_DIGITS = 10;

/** The text before the event number in a body. */
export const NUMBER_MARK = '"n":"';
