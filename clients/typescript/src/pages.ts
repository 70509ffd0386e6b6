// Lists that come in pages.

/** Where a page begins: the parameter of `next` in the page before. */
export interface Position {
  page?: string;
  cursor?: string;
}

interface Page<Item> {
  results: Item[];
  next?: string | null;
}

/**
 * The items of all pages. Iterate over them with `for await`: each page is read when its first item
 * is asked for, so a loop that ends early reads no more. Each loop begins anew.
 */
export class Pages<Item> implements AsyncIterable<Item> {
  readonly #read: (position: Position) => Promise<Page<Item>>;

  constructor(read: (position: Position) => Promise<Page<Item>>) {
    this.#read = read;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) yield* page;
  }

  /** The pages themselves. A page of a filtered list may be empty although others follow. */
  async *pages(): AsyncGenerator<Item[], void, undefined> {
    let position: Position | undefined = {};
    while (position !== undefined) {
      const page: Page<Item> = await this.#read(position);
      yield page.results;
      position = positionOf(page.next);
    }
  }

  /** Reads the first items, at most `limit` of them. All of them if it is left out. */
  async take(limit = Infinity): Promise<Item[]> {
    const items: Item[] = [];
    if (limit < 1) return items;
    for await (const item of this) {
      items.push(item);
      if (items.length >= limit) break;
    }
    return items;
  }
}

/** Returns where the URL of a next page begins; undefined after the last page. */
export function positionOf(next: string | null | undefined): Position | undefined {
  if (next === null || next === undefined) return undefined;
  const parameters = new URL(next, "http://dispatcher").searchParams;
  const position: Position = {};
  const [page, cursor] = [parameters.get("page"), parameters.get("cursor")];
  if (page !== null) position.page = page;
  if (cursor !== null) position.cursor = cursor;
  return position;
}
