// The layer that brings the platform's limits to workerd (tests/support/limits). A Worker that does
// what a test tells it (support/acting_worker.ts) exceeds each limit. What stays within works.

import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { LIMITS } from "../../support/limits/limits.ts";
import type { Act, Outcomes } from "../support/acting_worker.ts";
import { fixture } from "../support/fixture.ts";
import { start, type Dispatcher } from "../support/harness.ts";
import { OpenRequests, disconnect, hang } from "../support/receiver.ts";
import { noMore, until } from "../support/wait.ts";

const worker = join(import.meta.dirname, "../support/acting_worker.ts");
/** Long enough for a request that does not wait for its turn. */
const WINDOW_MS = 300;
const CUT_MS = 500;
const FEW = 10;

const { dispatchers, receiver } = await fixture(
  { worker, exceeds: ["subrequests", "invocations", "depth"] },
  {
    worker,
    exceeds: ["subrequests", "afterAnswerMs"],
    limits: { afterAnswerMs: CUT_MS, subrequests: FEW },
  },
);
const [dispatcher, strict] = dispatchers;

/** Has the Worker act. Returns the outcomes. */
async function act(on: Dispatcher, ...acts: Act[]): Promise<Outcomes> {
  const answer = await fetch(on.url, { method: "POST", body: JSON.stringify(acts) });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Outcomes;
}

const send = (url: string): Act => ({ do: "fetch", url });
const atOnce = (...lists: Act[][]): Act => ({ do: "all", lists });
const times = (count: number, one: Act): Act => atOnce(...Array<Act[]>(count).fill([one]));
const inObject = (name: string, ...acts: Act[]): Act => ({ do: "object", name, acts });
const inCourier = (...acts: Act[]): Act => ({ do: "courier", acts });

let objects = 0;

/** Acts `depth` calls below, which go through couriers and new objects by turns. */
function below(depth: number, ...acts: Act[]): Act {
  const inner = depth === 1 ? acts : [below(depth - 1, ...acts)];
  return depth % 2 === 0 ? inCourier(...inner) : inObject(`new ${++objects}`, ...inner);
}

describe("connections", { concurrency: true }, () => {
  test("a 7th fetch waits until one of the six has its headers", async () => {
    const open = new OpenRequests();
    const mailbox = receiver.mailbox(open.step);
    const acting = act(dispatcher, times(8, send(mailbox.url)));
    await mailbox.got(6);
    await noMore("requests", () => mailbox.count, WINDOW_MS);
    const bodies: (() => void)[] = [];
    await open.answer((_request, response) => {
      response.writeHead(200).write("the headers, and some of the body");
      bodies.push(() => response.end());
    });
    await mailbox.got(7);
    await noMore("requests", () => mailbox.count, WINDOW_MS);
    bodies.forEach((end) => end());
    for (let answers = 1; answers < 8; answers++) await open.answer(200);
    assert.deepEqual(await acting, [Array(8).fill([200])]);
  });

  test("a connection that fails makes room for the next one", async () => {
    const open = new OpenRequests();
    const mailbox = receiver.mailbox(open.step);
    const acting = act(dispatcher, times(7, send(mailbox.url)));
    await mailbox.got(6);
    await open.answer(disconnect);
    await mailbox.got(7);
    for (let answers = 1; answers < 7; answers++) await open.answer(200);
    const [outcomes] = (await acting) as [unknown[][]];
    assert.equal(outcomes.filter(([one]) => one === 200).length, 6);
  });

  test("KV waits like a fetch, and a call does not wait", async () => {
    const open = new OpenRequests();
    const six = receiver.mailbox(open.step);
    const [called, read] = [receiver.mailbox(), receiver.mailbox()];
    const calls = [inObject("no connection", send(called.url)), inCourier(send(called.url))];
    const acting = act(dispatcher, atOnce(
      ...Array<Act[]>(6).fill([send(six.url)]), [{ do: "kv" }, inCourier(send(read.url))], calls,
    ));
    await six.got(6);
    await called.got(2);
    await noMore("reads", () => read.count, WINDOW_MS);
    await open.answer(200);
    await read.got(1);
    for (let answers = 1; answers < 6; answers++) await open.answer(200);
    await acting;
  });

  test("a timeout runs on in the queue, which the fetch leaves then", async () => {
    const open = new OpenRequests();
    const [six, late] = [receiver.mailbox(open.step), receiver.mailbox()];
    const acting = act(dispatcher, atOnce(
      ...Array<Act[]>(6).fill([send(six.url)]),
      [{ do: "fetch", url: late.url, timeoutMs: 100 }, inCourier(send(six.url))],
    ));
    // The courier sends after the timeout.
    await six.got(7);
    for (let answers = 0; answers < 7; answers++) await open.answer(200);
    const [outcomes] = (await acting) as [unknown[][]];
    assert.match(String(outcomes[6]?.[0]), /TimeoutError/);
    assert.equal(late.count, 0);
  });

  test("each invocation of a Worker has its own six", async () => {
    const open = new OpenRequests();
    const mailbox = receiver.mailbox(open.step);
    const six = times(6, send(mailbox.url));
    const acting = [act(dispatcher, six), act(dispatcher, atOnce([six], [inCourier(six)]))];
    await mailbox.got(18);
    for (let answers = 0; answers < 18; answers++) await open.answer(200);
    await Promise.all(acting);
  });

  test("an invocation that another one woke uses its own", async () => {
    const open = new OpenRequests();
    const six = receiver.mailbox(open.step);
    const [first, then] = [receiver.mailbox(), receiver.mailbox()];
    const after: Act = { do: "background", acts: [send(then.url)] };
    const held: Act[] = [{ do: "hold" }, send(then.url), after];
    const woken = act(dispatcher, atOnce(held, [send(first.url)]));
    await first.got(1);
    const waking = atOnce(...Array<Act[]>(6).fill([send(six.url)]), [{ do: "release" }]);
    const acting = act(dispatcher, waking);
    assert.deepEqual(await woken, [[["released", 200, null], [200]]]);
    await then.got(2);
    for (let answers = 0; answers < 6; answers++) await open.answer(200);
    await acting;
  });

  test("an object has six for all its calls and its alarm", async () => {
    const open = new OpenRequests();
    const mailbox = receiver.mailbox(open.step);
    const three = times(3, send(mailbox.url));
    const call = (by: "call" | "alarm"): Act => ({ do: "object", name: "six", acts: [three], by });
    const acting = act(dispatcher, call("alarm"), atOnce([call("call")], [call("call")]));
    await mailbox.got(6);
    await noMore("requests", () => mailbox.count, WINDOW_MS);
    await open.answer(200);
    await mailbox.got(7);
    const later = act(dispatcher, call("call"));
    await noMore("requests", () => mailbox.count, WINDOW_MS);
    for (let answers = 1; answers < 12; answers++) await open.answer(200);
    await Promise.all([acting, later]);
    assert.equal(mailbox.count, 12);
  });
});

describe("subrequests", { concurrency: true }, () => {
  test("the 10,001st throws", async () => {
    const mailbox = receiver.mailbox();
    const calls = times(LIMITS.subrequests - 1, inObject("called often"));
    const one = send(mailbox.url);
    const [called, ...sent] = await act(dispatcher, calls, one, one, { do: "kv" }, inCourier());
    assert.deepEqual(called, Array(LIMITS.subrequests - 1).fill([[]]));
    const tooMany = "Error: Too many subrequests.";
    assert.deepEqual(sent, [200, tooMany, tooMany, tooMany]);
    assert.equal(mailbox.count, 1);
    assert.deepEqual(await act(dispatcher, one), [200]);
  });

  test("each call of an object has its own", async () => {
    const mailbox = receiver.mailbox();
    const sends = (count: number) => inObject("sends", times(count, send(mailbox.url)));
    await act(strict, sends(FEW), sends(FEW));
    assert.equal(mailbox.count, 2 * FEW);
    await act(strict, sends(FEW + 1));
    assert.equal(mailbox.count, 3 * FEW);
  });
});

test("the 33rd invocation for a request throws", async () => {
  const tooMany = "Error: Too many Worker invocations for one request.";
  const couriers = times(LIMITS.invocations, inCourier());
  const expected = [...Array<unknown>(LIMITS.invocations - 1).fill([[]]), [tooMany]];
  assert.deepEqual(await act(dispatcher, couriers), [expected]);
  assert.deepEqual(await act(dispatcher, inObject("starts", couriers)), [[expected]]);
});

describe("after the answer", { concurrency: true }, () => {
  const cut = [
    ["a request", (...acts: Act[]) => acts],
    ["a call of an entrypoint", (...acts: Act[]) => [inCourier(...acts)]],
  ] as const;
  for (const [name, of] of cut) {
    test(`${name} is cut when its time is over`, async () => {
      const hanging = receiver.mailbox(hang);
      const [later, early] = [receiver.mailbox(), receiver.mailbox()];
      await act(strict, ...of(
        { do: "background", acts: [send(hanging.url), send(later.url)] },
        { do: "background", acts: [{ do: "wait", ms: CUT_MS + 100 }, send(later.url)] },
        { do: "background", acts: [{ do: "wait", ms: CUT_MS / 4 }, send(early.url)] },
      ));
      const answeredMs = performance.now();
      const request = await hanging.answered(1);
      assert.ok(request.cutOff);
      assert.ok((request.endedMs ?? 0) - answeredMs > CUT_MS / 2);
      assert.equal(early.count, 1);
      await noMore("requests", () => later.count, CUT_MS);
    });
  }

  test("the time begins with the answer", async () => {
    const mailbox = receiver.mailbox();
    const later: Act[] = [{ do: "wait", ms: CUT_MS * 1.5 }, send(mailbox.url)];
    await act(strict, { do: "background", acts: later }, { do: "wait", ms: CUT_MS });
    await mailbox.got(1);
  });

  test("an object is not cut", async () => {
    const mailbox = receiver.mailbox();
    const later: Act[] = [{ do: "wait", ms: CUT_MS * 2 }, send(mailbox.url)];
    await act(strict, inObject("goes on", { do: "background", acts: later }));
    await mailbox.got(1);
  });
});

describe("depth", { concurrency: true }, () => {
  const tooDeep =
    "Error: Subrequest depth limit exceeded. This request recursed through Workers too many times.";
  /** The outcomes of the acts that are `depth` calls below. */
  const found = (outcomes: Outcomes, depth: number): unknown =>
    depth === 0 ? outcomes : found(outcomes[0] as Outcomes, depth - 1);

  test("a request may go eight deep, itself included", async () => {
    const depth = LIMITS.depth - 1;
    const outcomes = await act(dispatcher, below(depth, inCourier(), inObject("a")));
    assert.deepEqual(found(outcomes, depth), [tooDeep, tooDeep]);
  });

  test("a fetch of an object or an entrypoint counts as a call does", async () => {
    const fetched: Act = {
      do: "object", name: "fetched", by: "fetch", acts: [below(LIMITS.depth - 2, inCourier())],
    };
    assert.deepEqual(found(await act(dispatcher, fetched), LIMITS.depth - 1), [tooDeep]);
  });

  test("an alarm begins anew", async () => {
    const acts = [below(LIMITS.depth, inCourier())];
    await act(dispatcher, { do: "object", name: "alarm", by: "alarm", acts });
    assert.deepEqual(found(await alarmOutcomes("alarm"), LIMITS.depth), [tooDeep]);
  });

  test("an object calls from the deepest call that runs in it, once another has begun", async () => {
    const [first, second] = [new OpenRequests(), new OpenRequests()];
    const [early, late] = [receiver.mailbox(first.step), receiver.mailbox(second.step)];
    const name = "deep";
    const acts: Act[] = [inCourier(), send(early.url), inCourier()];
    await act(dispatcher, { do: "object", name, by: "alarm", acts });
    await early.got(1);
    // The call is one deeper than the acts, which are below a request.
    const running = act(dispatcher, below(LIMITS.depth - 2, inObject(name, send(late.url))));
    await late.got(1);
    await first.answer(200);
    assert.deepEqual(await alarmOutcomes(name), [[], 200, tooDeep]);
    await second.answer(200);
    await running;
  });

  function alarmOutcomes(name: string): Promise<Outcomes> {
    return until("the end of the alarm", async () => {
      const [outcomes] = await act(dispatcher, { do: "alarm outcomes", name });
      return outcomes as Outcomes | null;
    });
  }
});

describe("the report", () => {
  test("has what was exceeded, and the most of everything", async () => {
    const own = await start({ worker, exceeds: ["depth"] });
    const mailbox = receiver.mailbox();
    await act(own, times(9, send(mailbox.url)), times(3, inCourier()));
    await act(own, below(LIMITS.depth));
    assert.deepEqual(await own.limits(), {
      exceeded: { subrequests: 0, invocations: 0, afterAnswerMs: 0, depth: 1 },
      queued: 3,
      queuedMax: 3,
      connectionsMax: 6,
      subrequestsMax: 12,
      invocationsMax: 4,
      depthMax: LIMITS.depth,
      unattributed: 0,
    });
    await own.stop();
  });

  test("a dispatcher that exceeded a limit cannot be stopped without notice", async () => {
    const own = await start({ worker, exceeds: ["subrequests"] });
    await act(own, below(LIMITS.depth));
    await assert.rejects(own.stop(), /exceeded the limit depth/);
  });
});
