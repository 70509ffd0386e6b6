// Divides what is sent at once into parts that the dispatcher takes.

/** The most events of a batch, and lines of an import. */
export const CHUNK_ITEMS = 100;
/** The most bytes of one, which is the default of `MAX_BATCH_BYTES`. */
export const CHUNK_BYTES = 1_048_576;

export interface Chunk {
  /** The number of its first item among all, from 0. */
  first: number;
  /** The JSON text of each item. */
  texts: string[];
}

/**
 * Divides items into chunks of at most `CHUNK_ITEMS` items and `CHUNK_BYTES` bytes, in their order.
 * `around` is how many bytes a chunk has besides its items, and each item but for itself: brackets
 * and commas, or the ends of lines. An item that is too large alone gets a chunk of its own.
 */
export function chunksOf(items: readonly unknown[], around: number): Chunk[] {
  const encoder = new TextEncoder();
  const chunks: Chunk[] = [];
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const text = JSON.stringify(item);
    if (text === undefined) throw new TypeError(`item ${index} is not JSON`);
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
