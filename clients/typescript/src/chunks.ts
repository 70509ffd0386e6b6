// Divides what is sent at once into parts that the dispatcher takes.

/** The most events of a batch, and lines of an import. */
export const CHUNK_ITEMS = 100;
/** The most bytes of one, which is the default of `MAX_BATCH_BYTES`. */
export const CHUNK_BYTES = 1_048_576;

export interface Chunk {
  /** The number of its first item among all, from 0. */
  first: number;
  /** The JSON of each item. */
  texts: string[];
}

/**
 * Divides items into chunks of at most `CHUNK_ITEMS` items and `CHUNK_BYTES` bytes, in their order.
 * A chunk has `around` bytes besides its items, and one after each: brackets and commas, or the ends
 * of lines. An item that is too large alone gets a chunk of its own.
 */
export function chunksOf(texts: readonly string[], around: number): Chunk[] {
  const encoder = new TextEncoder();
  const chunks: Chunk[] = [];
  let bytes = 0;
  for (const [index, text] of texts.entries()) {
    const size = encoder.encode(text).length + 1;
    const last = chunks.at(-1);
    const fits = last !== undefined && last.texts.length < CHUNK_ITEMS &&
      bytes + size <= CHUNK_BYTES;
    if (fits) {
      last.texts.push(text);
      bytes += size;
    } else {
      chunks.push({ first: index, texts: [text] });
      bytes = around + size;
    }
  }
  return chunks;
}
