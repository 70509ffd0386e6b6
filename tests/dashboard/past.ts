// A past for a webhook: its deliveries, copied into the time before now.
//
// A week of events cannot be waited for, so real rows of the object's table are copied with other
// times and ids while nothing runs. What is copied was made by the dispatcher itself.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Dispatcher } from "../worker/support/harness.ts";

export interface Copy {
  /** How long ago it was accepted. */
  agoMs: number;
  /** How long it took to arrive, if it did; its try took as long, if it was one. */
  tookMs: number;
  /** Which of the rows that are there is copied. */
  of?: number;
}

type Row = Record<string, SQLInputValue>;

/** Copies the deliveries of a webhook; the dispatcher must be stopped. The oldest come first. */
export function givePast(dispatcher: Dispatcher, object: string, copies: Copy[]): void {
  const objects = join(dispatcher.state, "do");
  const folder = readdirSync(objects).find((name) => name.endsWith("-WebhookObject"));
  if (folder === undefined) throw new Error("no webhook object was ever opened");
  const database = new DatabaseSync(join(objects, folder, `${object}.sqlite`));
  try {
    unpack(database);
    const rows = database.prepare("SELECT * FROM delivery ORDER BY seq").all() as Row[];
    if (rows.length === 0) throw new Error("there is no delivery to copy");
    const columns = Object.keys(rows[0]!);
    const insert = database.prepare(
      `INSERT INTO delivery (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    );
    const now = Date.now();
    const sorted = copies.toSorted((one, other) => other.agoMs - one.agoMs);
    database.exec("BEGIN");
    // What is there stays the newest.
    const first = sorted.length + 1;
    for (const row of rows.toReversed()) {
      database
        .prepare("UPDATE delivery SET seq = ? WHERE seq = ?")
        .run(Number(row["seq"]) + first, row["seq"]!);
    }
    for (const [index, copy] of sorted.entries()) {
      const acceptedAt = now - copy.agoMs;
      const row = rows[(copy.of ?? 0) % rows.length]!;
      const shift = acceptedAt - Number(row["accepted_at"]);
      const isDelivered = row["state"] === 2;
      const values: Row = {
        ...row,
        seq: index + 1,
        event_id: `${String(row["event_id"]).slice(0, 10)}${String(index).padStart(16, "0")}`,
        accepted_at: acceptedAt,
        at: isDelivered ? acceptedAt + copy.tookMs : Number(row["at"]) + shift,
        history: historyAt(String(row["history"]), shift, row["tries"] === 1 ? copy.tookMs : -1),
      };
      insert.run(...columns.map((column) => values[column]!));
    }
    database.exec("COMMIT");
  } finally {
    database.close();
  }
}

/** Gives each delivery that arrived by its first try a row of its own; none may be on its way. */
function unpack(database: DatabaseSync): void {
  const insert = database.prepare(
    "INSERT INTO delivery (seq, event_id, event_type, accepted_at, epoch, at, history, payload, " +
      "tries, tried, token, state, version, rest) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1, 1, 2, 0, -1)",
  );
  for (const { head, body } of database.prepare("SELECT head, body FROM segment").all()) {
    let start = 0;
    for (const line of String(head).trim().split("\n").slice(1)) {
      const [seq, id, type, acceptedAt, epoch, at, attempt, bytes] = JSON.parse(line);
      const payload = (body as Uint8Array).slice(start, start + bytes);
      insert.run(seq, id, type, acceptedAt, epoch, at, `${JSON.stringify(attempt)}\n`, payload);
      start += bytes;
    }
  }
  database.exec("DELETE FROM segment; DELETE FROM in_flight");
}

/** The tries in lines of JSON, at other times; `tookMs` is how long they took, if not as before. */
function historyAt(lines: string, shiftMs: number, tookMs: number): string {
  const moved = lines.replaceAll(/"at":(\d+)/g, (_, at) => `"at":${Number(at) + shiftMs}`);
  return tookMs < 0 ? moved : moved.replaceAll(/"took":\d+/g, `"took":${tookMs}`);
}
