// `npm start`: one folder of storage has one start, and the log has short lines.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { closedPort } from "../support/receiver.ts";
// @ts-expect-error: a script without types.
import { shown } from "../../../scripts/dev/log_lines.mjs";

const root = join(import.meta.dirname, "../../..");
const folder = mkdtempSync(join(tmpdir(), "start-"));
after(() => rmSync(folder, { recursive: true }));

/** A program that takes the lock, says so, and holds it until its input ends. */
const holder = `
import { lockUntilEnd } from ${JSON.stringify(join(root, "scripts/lib/lock.mjs"))};
await lockUntilEnd(process.argv[1], (pid) => new Error("used by pid " + pid));
console.log("held");
process.stdin.resume().on("end", () => process.exit());
`;

/** Starts the program, and returns its first line of output, or its error. */
async function take(path: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", holder, path],
    { stdio: ["pipe", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended]);
  return {
    pid: child.pid!,
    isHeld: text.startsWith("held"),
    text,
    end: (signal?: NodeJS.Signals) => {
      if (signal === undefined) child.stdin.end();
      else child.kill(signal);
      return ended;
    },
  };
}

test("a lock has one owner, whom the others are told of, until it ends", async () => {
  const path = join(folder, "a", "npm-start.lock");
  const first = await take(path);
  assert.ok(first.isHeld, first.text);
  const second = await take(path);
  assert.ok(!second.isHeld);
  assert.match(second.text, new RegExp(`used by pid ${first.pid}\\b`));
  await first.end();
  assert.deepEqual(readdirSync(join(folder, "a")), [], "something is left");
  for (const signal of ["SIGKILL", "SIGTERM", undefined] as const) {
    const next = await take(path);
    assert.ok(next.isHeld, `${signal}: ${next.text}`);
    await next.end(signal);
  }
});

test("of many that start at once one takes the lock", async () => {
  const path = join(folder, "b", "npm-start.lock");
  const all = await Promise.all(Array.from({ length: 6 }, () => take(path)));
  assert.equal(all.filter(({ isHeld }) => isHeld).length, 1);
  await Promise.all(all.map((one) => one.end()));
  assert.deepEqual(readdirSync(join(folder, "b")), []);
});

test("a second start of a folder says who uses it, before it builds anything", async () => {
  const state = join(folder, "c");
  const lock = join(state, "npm-start.lock");
  mkdirSync(lock, { recursive: true });
  writeFileSync(join(lock, `${process.pid}@${hostname()}@1`), "");
  const port = await closedPort();
  const child = spawn(process.execPath, [join(root, "scripts/dev/start.mjs")], {
    env: { ...process.env, npm_lifecycle_event: undefined, STATE_DIR: state, PORT: `${port}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  assert.equal(text.trim(), `This state is used by another npm start (pid ${process.pid}): ` +
    `${state}\nEnd it, or choose another folder: STATE_DIR=.wrangler/other npm start`);
  assert.deepEqual(readdirSync(state), ["npm-start.lock"]);
});

const time = "2026-03-05T07:08:09.012+00:00";
const clock = new Date(time).toTimeString().slice(0, 8);

const request = `{"event":"request","time":"${time}","level":"info","method":"POST",` +
  '"route":"/v1/events","status":202,"duration_ms":12,"account":"acme","by":"API_KEY"}';
const attempt = `{"event":"try","time":"${time}","level":"warn","account":"acme",` +
  '"webhook_id":"w1","event_id":"e1","event_type":"ORDER_PAID","try":2,"cause":"schedule",' +
  '"status":503,"fault":"http_status","duration_ms":9,"became":"retried"}';
const failure = `{"event":"kv_failed","time":"${time}","level":"error",` +
  '"error":"no \\"KV\\" today"}';

const lines: [line: string, pretty: string[]][] = [
  [request, [`${clock}.012  request  POST /v1/events 202  12 ms  account=acme by=API_KEY`]],
  [attempt, [`${clock}.012  WARN try      ORDER_PAID #2 503 http_status, retried  9 ms  ` +
    "account=acme webhook_id=w1 event_id=e1 cause=schedule"]],
  [attempt.replace("503", "null").replace("http_status", "dns"),
    [`${clock}.012  WARN try      ORDER_PAID #2 dns, retried  9 ms  ` +
      "account=acme webhook_id=w1 event_id=e1 cause=schedule"]],
  [attempt.replace("503", "200").replace('"http_status"', "null").replace("warn", "info"),
    [`${clock}.012  try      ORDER_PAID #2 200, retried  9 ms  ` +
      "account=acme webhook_id=w1 event_id=e1 cause=schedule"]],
  [`✘ [ERROR] ${failure}`, [`${clock}.012  ERROR kv_failed  error="no \\"KV\\" today"`]],
  // Lines of other programs stay.
  ["", []],
  ["[wrangler:info] GET /health 200 OK (2ms)", []],
  ["✘ [ERROR] Address already in use", ["✘ [ERROR] Address already in use"]],
  ["▲ [WARNING] The latest version", ["▲ [WARNING] The latest version"]],
  ['{"event":"cut off', ['{"event":"cut off']],
  ['{"event":"cut off}', ['{"event":"cut off}']],
  ['{"a":1}', ['{"a":1}']],
  ["Ready on http://127.0.0.1:8787", ["Ready on http://127.0.0.1:8787"]],
  ["✘ [ERROR] e = rust/worker/ffi.rs:104; internal error", []],
  ["    at stack: something", ["    at stack: something"]],
];

test("a line of the Worker is short, and what says nothing is left out", () => {
  for (const [line, pretty] of lines) assert.deepEqual(shown(line), pretty, line);
});

test("as JSON the lines of the Worker stay as they are", () => {
  for (const [line] of lines) {
    const json = line.startsWith("✘ [ERROR] {") ? failure : line;
    const expected = json.startsWith("{") ? [json] : shown(line);
    assert.deepEqual(shown(line, { asJson: true }), expected, line);
  }
});
