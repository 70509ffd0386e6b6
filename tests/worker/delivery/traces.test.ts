// W3C Trace Context: an event keeps the trace in which it was published, or begins one, and each of
// its attempts is a span of its own.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Answer } from "../support/api.ts";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must, type Account, type Dispatcher } from "../support/harness.ts";
import { values, type Received } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const vars = { RETRY_BASE_MS: 50, RETRY_MAX_MS: 100, RETRY_LIMIT: 5 };
const { dispatchers: [dispatcher, crashing], receiver, subscribe } = await fixture(
  { vars },
  { vars: { ...vars, RETRY_BASE_MS: 1_000, RETRY_MAX_MS: 1_000 } },
);

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const OTHER = "0af7651916cd43dd8448eb211c80319c";
const traceparent = `00-${TRACE}-${PARENT}-01`;
const tracestate = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";

type Headers = Record<string, string>;

function publish(
  account: Account,
  headers: Headers,
  value: unknown = event("a"),
  path = "/v1/events",
): Promise<Answer> {
  const all = { "content-type": "application/json", ...headers };
  return account.api.call("POST", path, JSON.stringify(value), all);
}

/** The trace headers of a POST, whose `traceparent` is a valid one. */
function traceOf(request: Received) {
  const [parent, ...more] = values(request, "traceparent");
  assert.deepEqual(more, []);
  const found = /^00-([0-9a-f]{32})-([0-9a-f]{16})-(0[0-3])$/.exec(parent ?? "");
  assert.ok(found, `${parent}`);
  const [, trace, span, flags] = found;
  assert.ok(!/^0+$/.test(trace!) && !/^0+$/.test(span!), `${parent}`);
  return { parent, trace: trace!, span: span!, flags, state: values(request, "tracestate") };
}

/** The trace that begins with an event. */
const newTrace = (id: string) => createHash("sha256").update(id).digest("hex").slice(0, 32);

/** Waits until the delivery of an event shows so many attempts. */
async function delivery(account: Account, path: string, id: string, tries: number): Promise<any> {
  return until(`${tries} attempts to be settled`, async () => {
    const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
    return json.tries.length === tries ? json : undefined;
  });
}

test("each attempt of an event is a span of the publisher's trace", async () => {
  const { account, mailbox, path } = await subscribe({ answers: [503, 500, 200] });
  const other = receiver.mailbox();
  await account.create({ target_url: other.url });
  const { id } = must(202, await publish(account, { traceparent, tracestate })).json;
  const sent = [...await mailbox.got(3), ...await other.got(1)].map(traceOf);
  for (const { trace, flags, state } of sent) {
    assert.deepEqual([trace, flags, state], [TRACE, "01", [tracestate]]);
  }
  const spans = sent.map(({ span }) => span);
  assert.equal(new Set([...spans, PARENT]).size, 5, "no span is there twice");
  // The details and the request show what was sent.
  const shown = await delivery(account, path, id, 3);
  assert.deepEqual([shown.trace_id, shown.parent_span_id], [TRACE, PARENT]);
  assert.deepEqual(shown.tries.map((made: any) => made.span_id), spans.slice(0, 3));
  const { headers } = must(200, await account.api.get(`${path}/deliveries/${id}/request`)).json;
  assert.equal(headers.traceparent, sent[2]!.parent);
  assert.equal(headers.tracestate, tracestate);
  const [listed] = must(200, await account.api.get(`${path}/deliveries`)).json.results;
  assert.deepEqual([listed.trace_id, listed.parent_span_id], [TRACE, PARENT]);
});

test("an event without a trace begins one, which is sampled", async () => {
  const { account, mailbox, path } = await subscribe({ answers: [503, 200] });
  const { id } = must(202, await publish(account, { tracestate })).json;
  const [first, second] = (await mailbox.got(2)).map(traceOf);
  for (const { trace, flags, state } of [first!, second!]) {
    assert.deepEqual([trace, flags, state], [newTrace(id), "01", []]);
  }
  assert.notEqual(first!.span, second!.span);
  const shown = await delivery(account, path, id, 2);
  assert.deepEqual([shown.trace_id, shown.parent_span_id], [newTrace(id), null]);
});

test("an invalid traceparent is no error and begins a trace without its tracestate", async () => {
  const { account, mailbox } = await subscribe();
  const invalid = [
    "", "garbage", traceparent.toUpperCase(), `ff${traceparent.slice(2)}`, `${traceparent}-00`,
    `00-${"0".repeat(32)}-${PARENT}-01`, `00-${TRACE}-${"0".repeat(16)}-01`,
    `${traceparent}, ${traceparent}`, "x".repeat(10_000),
  ];
  const ids: string[] = [];
  for (const header of invalid) {
    ids.push(must(202, await publish(account, { traceparent: header, tracestate })).json.id);
  }
  const sent = (await mailbox.got(invalid.length)).map(traceOf);
  assert.deepEqual(sent.map(({ trace }) => trace).sort(), ids.map(newTrace).sort());
  assert.ok(sent.every(({ state }) => state.length === 0));
});

test("flags and a later version are passed on as far as they are known", async () => {
  const { account, mailbox } = await subscribe();
  for (const [sent, flags] of [["00", "00"], ["02", "02"], ["ff", "03"]]) {
    must(202, await publish(account, { traceparent: `00-${TRACE}-${PARENT}-${sent}` }));
    const { trace, flags: got } = traceOf((await mailbox.got(mailbox.count + 1)).at(-1)!);
    assert.deepEqual([trace, got], [TRACE, flags]);
  }
  must(202, await publish(account, { traceparent: `cc-${TRACE}-${PARENT}-01-more` }));
  assert.equal(traceOf((await mailbox.got(4))[3]!).trace, TRACE);
});

test("a long tracestate is cut between its members", async () => {
  const { account, mailbox } = await subscribe();
  const members = Array.from({ length: 6 }, (_, n) => `k${n}=${"x".repeat(97)}`);
  must(202, await publish(account, { traceparent, tracestate: members.join(", ") }));
  const { state } = traceOf((await mailbox.got(1))[0]!);
  assert.deepEqual(state, [members.slice(0, 5).join(",")]);
});

test("the header of a batch is that of each of its events", async () => {
  const { account, mailbox } = await subscribe();
  const batch = [event("a"), { event_type: "NOPE" }, event("b"), event("c")];
  must(200, await publish(account, { traceparent, tracestate }, batch, "/v1/events/batch"));
  const sent = (await mailbox.got(3)).map(traceOf);
  for (const { trace, state } of sent) {
    assert.deepEqual([trace, state], [TRACE, [tracestate]]);
  }
  assert.equal(new Set(sent.map(({ span }) => span)).size, 3);
  const untraced = must(200, await publish(account, {}, batch, "/v1/events/batch")).json;
  const ids = untraced.flatMap(({ id }: any) => id ?? []);
  const begun = (await mailbox.got(6)).slice(3).map(traceOf);
  assert.deepEqual(begun.map(({ trace }) => trace).sort(), ids.map(newTrace).sort());
});

test("a repeat with a key keeps the trace of the first request", async () => {
  const { account, mailbox, path } = await subscribe();
  const repeat = (trace: string) =>
    publish(account, { traceparent: `00-${trace}-${PARENT}-01`, "idempotency-key": "k" });
  const { id } = must(202, await repeat(TRACE)).json;
  // What was under way is in doubt then, and the work is done again.
  await dispatcher.evictAccount(account.name);
  assert.equal(must(202, await repeat(OTHER)).json.id, id);
  await mailbox.got(1);
  must(202, await account.api.post(`${path}/deliveries/${id}/resend`));
  assert.deepEqual((await mailbox.got(2)).map((it) => traceOf(it).trace), [TRACE, TRACE]);
  assert.equal((await delivery(account, path, id, 2)).trace_id, TRACE);
});

test("a resend and a recovery keep the trace", async () => {
  const { account, mailbox, path } = await subscribe({ answers: [404, 200] });
  const first = must(202, await publish(account, { traceparent, tracestate })).json.id;
  await until("the webhook to be switched off", async () =>
    must(200, await account.api.get(path)).json.active === false);
  const held = must(202, await publish(account, { traceparent: `00-${OTHER}-${PARENT}-00` })).json;
  assert.equal(held.held, 1);
  must(200, await account.api.patch(path, { active: true }));
  must(202, await account.api.post(`${path}/recover`, {}));
  await mailbox.got(3);
  must(202, await account.api.post(`${path}/deliveries/${held.id}/resend`));
  const sent = (await mailbox.got(4)).map((it) => ({
    id: values(it, "webhook-id")[0],
    ...traceOf(it),
  }));
  for (const { id, trace, state } of sent) {
    const expected = id === first ? [TRACE, [tracestate]] : [OTHER, []];
    assert.deepEqual([trace, state], expected);
  }
  assert.equal(new Set(sent.map(({ span }) => span)).size, 4);
});

test("a retry after a crash keeps the trace", async () => {
  const { account, mailbox, path } =
    await subscribe({ answers: [503, 200], dispatcher: crashing });
  const { id } = must(202, await publish(account, { traceparent, tracestate })).json;
  const begun = await account.publish(event("b"));
  assert.equal(begun, 1);
  await delivery(account, path, id, 1);
  await crashing.kill();
  await crashing.restart();
  const sent = (await mailbox.got(3)).filter((it) => values(it, "webhook-id")[0] === id);
  const [first, second] = sent.map(traceOf);
  assert.deepEqual([first!.trace, second!.trace, second!.state], [TRACE, TRACE, [tracestate]]);
  assert.notEqual(first!.span, second!.span);
});

test("a ping and an operational event begin a trace of their own", async () => {
  const { account, mailbox, path } = await subscribe({ answers: [200, 410] });
  const alert = receiver.mailbox();
  must(201, await account.api.put("/v1/alert", { target_url: alert.url }));
  const ping = must(200, await account.api.call("POST", `${path}/ping`, undefined, {
    traceparent, tracestate,
  })).json;
  const { trace, flags, state } = traceOf((await mailbox.got(1))[0]!);
  assert.deepEqual([trace, flags, state], [newTrace(ping.event_id), "01", []]);
  must(202, await publish(account, { traceparent, tracestate }));
  const [operational] = await alert.got(1);
  const own = traceOf(operational!);
  assert.deepEqual([own.trace, own.state], [newTrace(values(operational!, "webhook-id")[0]!), []]);
});

/** Waits for the log line of this kind about an event. */
function line(of: Dispatcher, kind: string, id: string, index = 0): Promise<any> {
  return until(`the line ${kind} of ${id}`, () => {
    const texts = of.log.split("\n").slice(0, -1).filter((text) => text.includes(id));
    const found = texts.filter((text) => text.includes(`{"event":"${kind}"`))[index];
    if (found === undefined) return undefined;
    return JSON.parse(found.slice(found.indexOf(`{"event":"${kind}"`), found.lastIndexOf("}") + 1));
  });
}

test("the log names the trace of a publish, and the span of each attempt", async () => {
  const { account, mailbox } = await subscribe({ answers: [503, 200] });
  for (const headers of [{ traceparent }, {}]) {
    const { id } = must(202, await publish(account, headers)).json;
    const sent = (await mailbox.got(mailbox.count + 1)).filter((it) =>
      values(it, "webhook-id")[0] === id);
    const { trace, span } = traceOf(sent[0]!);
    assert.equal(trace, "traceparent" in headers ? TRACE : newTrace(id));
    assert.equal((await line(dispatcher, "request", id)).trace_id, trace);
    const made = await line(dispatcher, "try", id);
    assert.deepEqual([made.trace_id, made.span_id], [trace, span]);
  }
});
