// HTTP/1.1 framing on raw sockets, for the load generator and the receiver.
//
// node's own HTTP costs as much time as the systems under test; this costs a tenth of that, so that
// the two cores are left to what is measured.

/** Takes the bytes of one connection and calls back with each whole message. */
export class Messages {
  #held: Buffer | undefined;
  readonly #take: (head: string, body: Buffer) => void;

  constructor(take: (head: string, body: Buffer) => void) {
    this.#take = take;
  }

  push(chunk: Buffer): void {
    let bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    while (bytes.length > 0) {
      const end = bytes.indexOf("\r\n\r\n");
      const head = end < 0 ? "" : bytes.toString("latin1", 0, end);
      const size = end < 0 ? -1 : bodySize(head, bytes, end + 4);
      if (size < 0 || bytes.length < end + 4 + size) {
        this.#held = bytes;
        return;
      }
      this.#take(head, bytes.subarray(end + 4, end + 4 + size));
      bytes = bytes.subarray(end + 4 + size);
    }
  }
}

/** How many bytes follow the head; -1 as long as that is not known. */
function bodySize(head: string, bytes: Buffer, start: number): number {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length !== null) return Number(length[1]);
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return 0;
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd < 0) return -1;
    const size = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    at = lineEnd + 2 + size + 2;
    if (at > bytes.length) return -1;
    if (size === 0) return at - start;
  }
}

/** Milliseconds on a clock that all processes of this machine share. */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** How many digits an event's number has in its body. */
export const NUMBER_DIGITS = 10;

/** What stands before an event's number. */
export const NUMBER_MARK = '"n":"';
