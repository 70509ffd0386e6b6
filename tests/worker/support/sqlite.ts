// The SQLite files of the runtime's state directory, opened from outside.

import { DatabaseSync } from "node:sqlite";

/**
 * How many tables an object made; those of the runtime do not count. One that is being written to
 * has at least one.
 */
export function tables(file: string): number {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const row = database
      .prepare(
        "SELECT count(*) AS n FROM sqlite_schema WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
      )
      .get();
    return Number(row?.["n"]);
  } catch {
    return 1;
  } finally {
    database?.close();
  }
}

/** Runs statements that answer with nothing. */
export function run(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** The one number that a query answers with; 0n if it finds none. */
export function integer(file: string, sql: string): bigint {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const query = database.prepare(sql);
    query.setReadBigInts(true);
    return Object.values(query.get() ?? {}).map((value) => BigInt(String(value)))[0] ?? 0n;
  } finally {
    database.close();
  }
}
