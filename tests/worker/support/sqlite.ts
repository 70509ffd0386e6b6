// Reads and changes the SQLite files in the runtime's state directory.

import { DatabaseSync } from "node:sqlite";

/**
 * Returns the number of tables that an object created, without those of the runtime. A file that
 * cannot be read, because the runtime is writing to it, counts as 1.
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

/** Runs statements that return no rows. */
export function run(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** Returns the number that a query selects, or 0n if it selects no row. */
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
