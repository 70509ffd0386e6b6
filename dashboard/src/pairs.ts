// Rows of a name and a value: headers, metadata.

export interface Pair {
  /** Identifies the row while its name is edited. */
  key: string;
  name: string;
  value: string;
}

/** What tells two names apart, by default all but blanks around them. */
export type NameOf = (name: string) => string;
export const trimmed: NameOf = (name) => name.trim();

/** Headers are told apart without regard to case. */
export const headerName: NameOf = (name) => name.trim().toLowerCase();

export const isTwice = (pairs: Pair[], pair: Pair, nameOf: NameOf): boolean =>
  nameOf(pair.name) !== "" &&
  pairs.some((each) => each !== pair && nameOf(each.name) === nameOf(pair.name));

/** Returns the names that are there twice, each once and as it is written last. */
export const namesTwice = (pairs: Pair[], nameOf = trimmed): string[] => [
  ...new Map(
    pairs
      .filter((pair) => isTwice(pairs, pair, nameOf))
      .map(({ name }) => [nameOf(name), name.trim()]),
  ).values(),
];
