// Reads a streamed answer as text, and as lines of JSON.

import { ConnectionError } from "./errors.ts";

/** Reads a body as pieces of text. Fails with a `ConnectionError` if it breaks off. */
export async function* textOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        if (error instanceof Error && error.name === "AbortError") throw error;
        throw new ConnectionError("the connection broke before the end", { cause: error });
      });
      const text = decoder.decode(value, { stream: !done });
      if (text !== "") yield text;
      if (done) return;
    }
  } finally {
    // Also when the loop of the caller ends early.
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads a body as JSON values, one from each line that is not blank. */
export async function* jsonLinesOf<Value>(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Value, void, undefined> {
  let rest = "";
  for await (const text of textOf(body)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as Value;
  }
  if (rest.trim() !== "") yield JSON.parse(rest) as Value;
}
