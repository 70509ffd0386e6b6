// Gives a webhook a history: copies of its deliveries at earlier times.
//
// A test cannot wait for a week of events. So rows that the dispatcher has written are copied in
// the object's database, with other times and ids, while the dispatcher is stopped.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Dispatcher } from "../worker/support/harness.ts";

export interface Copy {
  /** The age of the copy: how long ago it was accepted. */
  agoMs: number;
  /** The time from acceptance to arrival. A single attempt gets the same duration. */
  tookMs: number;
  /** The index of the row that is copied, from the oldest. */
  of?: number;
}

type Row = Record<string, SQLInputValue>;

/** Adds copies of a webhook's deliveries, in any order. The dispatcher must be stopped. */
export function addHistory(dispatcher: Dispatcher, object: string, copies: Copy[]): void {
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
    // The existing rows move behind the copies, so they stay the newest.
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

/** A line of the outcomes of a segment, by its kind: leased, delivered, discarded or moved. */
type Outcome =
  | { l: [seq: number] }
  | { d: [seq: number, at: number, attempt: unknown] }
  | { x: number }
  | { m: number };

/**
 * Moves the deliveries that arrived at their first attempt from segments into rows. None may wait
 * or be in flight. `crates/storage/src/segment.rs` describes a segment.
 */
function unpack(database: DatabaseSync): void {
  const insert = database.prepare(
    "INSERT INTO delivery (seq, event_id, event_type, accepted_at, epoch, at, history, payload, " +
      "tries, tried, token, state, version, rest) " +
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 1, 1, 2, 0, -1)",
  );
  const segments = database.prepare("SELECT * FROM segment ORDER BY first_seq").all() as Row[];
  const lines = (text: unknown): any[] =>
    String(text).split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  const delivered = new Map<number, [at: number, attempt: unknown]>();
  const cut = new Set<number>();
  for (const outcome of segments.flatMap(({ outcomes }) => lines(outcomes) as Outcome[])) {
    if ("d" in outcome) delivered.set(outcome.d[0], [outcome.d[1], outcome.d[2]]);
    if ("x" in outcome) cut.add(outcome.x);
    if ("m" in outcome) cut.add(outcome.m).add(-outcome.m);
  }
  for (const { head, body, epoch } of segments) {
    let start = 0;
    for (const [seq, id, type, acceptedAt, bytes] of lines(head)) {
      const length = cut.has(seq) ? 0 : bytes;
      const payload = (body as Uint8Array).slice(start, start + length);
      start += length;
      // It is in the table already.
      if (cut.has(-seq)) continue;
      const outcome = delivered.get(seq);
      if (outcome === undefined) throw new Error(`delivery ${seq} has not arrived`);
      const [at, attempt] = outcome;
      insert.run(seq, id, type, acceptedAt, epoch!, at, `${JSON.stringify(attempt)}\n`, payload);
    }
  }
  database.exec("DELETE FROM segment");
}

/** Moves the times of the attempts (lines of JSON). Sets their duration unless `tookMs` is -1. */
function historyAt(lines: string, shiftMs: number, tookMs: number): string {
  const moved = lines.replaceAll(/"at":(\d+)/g, (_, at) => `"at":${Number(at) + shiftMs}`);
  return tookMs < 0 ? moved : moved.replaceAll(/"took":\d+/g, `"took":${tookMs}`);
}
