// What happens when a receiver fails: the schedule, the verdicts, the two ways to be switched off, and what must not be
// sent any more.
//
// Two dispatchers. `quick` has tiny delays and the retry limit that ships, so the whole schedule runs in seconds.
// `calm` has delays that leave time to act between two tries. Gaps between tries are checked only against being too
// short: a busy machine makes them longer, a bug in the schedule makes them shorter.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "./events.ts";
import { must, start, type Account, type Dispatcher } from "./harness.ts";
import {
  Gate,
  Receiver,
  breakOff,
  closedPort,
  drip,
  flood,
  hang,
  hangUp,
  raw,
  reply,
  type Step,
} from "./receiver.ts";
import { quiet, until } from "./wait.ts";

const quickBaseMs = 15;
const quickMaxMs = 60;
const calmBaseMs = 60;
const calmMaxMs = 2_000;
const timeoutMs = 3_000;
/** Patience for a whole schedule of 61 tries. */
const wholeMs = 60_000;
/** A delay counts from when the failure is known, which is after its request arrived; only the clocks' grain is let off. */
const grainMs = 2;

const [quick, calm] = await Promise.all([
  start({ vars: { RETRY_BASE_MS: quickBaseMs, RETRY_MAX_MS: quickMaxMs } }),
  start({
    vars: {
      RETRY_BASE_MS: calmBaseMs,
      RETRY_MAX_MS: calmMaxMs,
      DELIVERY_TIMEOUT_MS: timeoutMs,
      LEASE_MARGIN_MS: 1_000,
    },
  }),
]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([quick.stop(), calm.stop()]);
});

/** An account with one webhook to a mailbox that gives these answers. */
async function subscribed(dispatcher: Dispatcher, ...steps: Step[]) {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(...steps);
  const webhook = await account.create({ target_url: mailbox.url });
  return { account, mailbox, id: webhook.id, path: `/v1/webhooks/${webhook.id}` };
}

/** Sends one more event, which must arrive, then watches: nothing but it comes. Answers given now are all 200. */
async function nothingElse(account: Account, mailbox: ReturnType<Receiver["mailbox"]>): Promise<void> {
  const before = mailbox.count;
  mailbox.answer(200);
  await account.publish(event("and then"));
  await until("the next event to arrive", () => marks(mailbox.texts).includes("and then"));
  assert.equal(mailbox.count, before + 1, "the event before was sent again");
  await quiet("requests", () => mailbox.count, 3 * 4 * calmBaseMs);
}

describe("the whole schedule", { concurrency: 8 }, () => {
  test("is 61 POSTs with doubling delays, then the webhook is off; re-activated it starts afresh", async () => {
    const { account, mailbox, id, path } = await subscribed(quick, 500);
    for (const round of [1, 2]) {
      assert.equal(await account.publish(event(`round ${round}`)), 1);
      const webhook = await account.deactivated(id, wholeMs);
      assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
      assert.equal(mailbox.count, 61 * round);
      const first = 61 * (round - 1);
      for (const [index, gapMs] of mailbox.gapsMs().slice(first, first + 60).entries()) {
        const delayMs = Math.min(quickBaseMs * 2 ** index, quickMaxMs);
        assert.ok(gapMs >= delayMs - grainMs, `retry ${index + 1} came after ${gapMs} ms instead of ${delayMs}`);
      }
      assert.equal(await account.publish(event("while off")), 0);
      await quiet("requests to a webhook that is off", () => mailbox.count, 3 * quickMaxMs);
      const again = must(200, await account.api.put(path, { active: true })).json;
      assert.equal(again.active, true);
      assert.equal(again.deactivate_reason, null);
    }
    const bodies = new Set(mailbox.texts);
    assert.deepEqual([...bodies], [1, 2].map((round) => JSON.stringify(event(`round ${round}`))));
  });

  test("may end well: a 61st POST that succeeds leaves the webhook on", async () => {
    const { account, mailbox, id } = await subscribed(quick, ...Array<Step>(60).fill(503), 200);
    await account.publish(event("a"));
    await mailbox.got(61, wholeMs);
    await account.publish(event("b"));
    await mailbox.got(62);
    await quiet("requests", () => mailbox.count, 3 * quickMaxMs);
    assert.equal((await account.read(id)).active, true);
  });

  test("of redirects ends as TOO_MANY_REDIRECTS, and none is followed", async () => {
    const elsewhere = receiver.mailbox();
    const { account, mailbox, id } = await subscribed(quick, reply(302, { location: elsewhere.url }));
    await account.publish(event("a"));
    const webhook = await account.deactivated(id, wholeMs);
    assert.equal(webhook.deactivate_reason, "TOO_MANY_REDIRECTS");
    assert.equal(mailbox.count, 61);
    assert.equal(elsewhere.count, 0);
  });

  const lasts: [most: number, last: number, reason: string][] = [
    [302, 500, "RETRY_COUNT"],
    [500, 302, "TOO_MANY_REDIRECTS"],
  ];
  for (const [most, last, reason] of lasts) {
    test(`of ${most} that ends with ${last} ends as ${reason}`, async () => {
      const answers = [...Array<Step>(60).fill(reply(most, { location: "/elsewhere" })), reply(last, { location: "/" })];
      const { account, mailbox, id } = await subscribed(quick, ...answers);
      await account.publish(event("a"));
      assert.equal((await account.deactivated(id, wholeMs)).deactivate_reason, reason);
      assert.equal(mailbox.count, 61);
    });
  }

  test("of refused connections ends as RETRY_COUNT; the webhook works again when re-activated", async () => {
    const account = await quick.account();
    const port = await closedPort();
    const { id } = await account.create({ target_url: `http://127.0.0.1:${port}/here` });
    await account.publish(event("lost"));
    assert.equal((await account.deactivated(id, wholeMs)).deactivate_reason, "RETRY_COUNT");
    const late = await Receiver.listen(port);
    try {
      const mailbox = late.mailboxAt("/here");
      must(200, await account.api.patch(`/v1/webhooks/${id}`, { active: true }));
      assert.equal(await account.publish(event("found")), 1);
      await mailbox.got(1);
      assert.deepEqual(marks(mailbox.texts), ["found"]);
    } finally {
      await late.close();
    }
  });
});

describe("a 4xx answer", { concurrency: 8 }, () => {
  const answers: [what: string, step: Step][] = [
    ...[400, 401, 403, 404, 405, 408, 409, 410, 418, 422, 425, 426, 451, 499].map(
      (status): [string, Step] => [`${status}`, status],
    ),
    ["429 with a Retry-After", reply(429, { "retry-after": "1" })],
    ["404 with a long body", reply(404, {}, "x".repeat(100_000))],
    ["404 whose body never ends", drip(404)],
    ["404 whose body breaks off", breakOff(404)],
    ["400 with a body that only resembles Cloudflare's", reply(400, {}, "error code: 1003 and more")],
  ];
  for (const [what, step] of answers) {
    test(`switches the webhook off at once: ${what}`, async () => {
      const { account, mailbox, id } = await subscribed(calm, step);
      await account.publish(event("a"));
      const webhook = await account.deactivated(id);
      assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
      assert.equal(mailbox.count, 1);
      assert.equal(await account.publish(event("b")), 0);
      await quiet("requests", () => mailbox.count, 3 * 2 * calmBaseMs);
    });
  }

  test("shows in the list too", async () => {
    const { account, id } = await subscribed(calm, 404);
    await account.publish(event("a"));
    const webhook = await account.deactivated(id);
    await until("the list to follow", async () => {
      const [listed] = must(200, await account.api.get("/v1/webhooks")).json.results;
      return JSON.stringify(listed) === JSON.stringify(webhook);
    });
  });

  test("in the middle of retries ends them", async () => {
    const { account, mailbox, id } = await subscribed(calm, 500, 500, 404);
    await account.publish(event("a"));
    assert.equal((await account.deactivated(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
    assert.equal(mailbox.count, 3);
    await quiet("requests", () => mailbox.count, 3 * 4 * calmBaseMs);
  });

  test("stops what waits behind it, and none of that is sent after re-activation", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribed(calm, gate.step);
    for (const mark of ["1", "2", "3", "4", "5", "6", "7"]) await account.publish(event(mark));
    await until("five to be in flight", () => gate.held === 5);
    await gate.release(404);
    await account.deactivated(id);
    for (let n = 0; n < 4; n += 1) await gate.release(n % 2 === 0 ? 500 : 200);
    await quiet("requests", () => mailbox.count, 3 * 2 * calmBaseMs);
    assert.equal(mailbox.count, 5);
    must(200, await account.api.patch(path, { active: true }));
    await nothingElse(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  for (const code of [1003, 1019, 1021, 1024, 1042]) {
    test(`that is Cloudflare's own word (error code: ${code}) is retried`, async () => {
      const { account, mailbox, id } = await subscribed(calm, reply(403, {}, `error code: ${code}`), 200);
      await account.publish(event("a"));
      await mailbox.got(2);
      assert.equal((await account.read(id)).active, true);
      await nothingElse(account, mailbox);
    });
  }
});

describe("a 2xx answer", { concurrency: 8 }, () => {
  const answers: [what: string, step: Step][] = [
    ...[200, 201, 202, 204, 205, 206, 226, 299].map((status): [string, Step] => [`${status}`, status]),
    ["200 with a Retry-After", reply(200, { "retry-after": "0" })],
    ["200 whose body is an error", reply(200, {}, "error code: 1003")],
    ["200 whose body breaks off", breakOff(200)],
  ];
  for (const [what, step] of answers) {
    test(`ends the delivery: ${what}`, async () => {
      const { account, mailbox, id } = await subscribed(calm, step);
      await account.publish(event("a"));
      await mailbox.got(1);
      await nothingElse(account, mailbox);
      assert.equal((await account.read(id)).active, true);
    });
  }

  test("ends the delivery although its body drips for ever, and the connection is closed", async () => {
    const { account, mailbox } = await subscribed(calm, drip(200));
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the connection to be closed", () => request!.cutOff);
    await nothingElse(account, mailbox);
  });

  test("ends the delivery although its body has 50 MB, which are not read", async () => {
    let sent = 0;
    const { account, mailbox } = await subscribed(calm, async (request, response) => {
      const { socket } = response;
      await flood(200, 50_000_000)(request, response);
      sent = socket?.bytesWritten ?? 0;
    });
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the connection to be closed", () => request!.endedMs !== undefined);
    assert.equal(request!.cutOff, true);
    assert.ok(request!.endedMs! - request!.arrivedMs < timeoutMs, "the body was read until the timeout");
    await until("the flood to end", () => sent > 0);
    assert.ok(sent < 25_000_000, `${sent} bytes were taken`);
    await nothingElse(account, mailbox);
  });
});

describe("any other failure", { concurrency: 8 }, () => {
  const failures: [what: string, step: Step][] = [
    ...[500, 501, 502, 503, 504, 507, 511, 520, 522, 524, 530, 599].map((status): [string, Step] => [`${status}`, status]),
    ["300", 300],
    ["304", 304],
    ["302 without a Location", 302],
    ["302 to a place that is no URL", reply(302, { location: "http://[" })],
    ["a connection closed without an answer", hangUp],
    ["500 whose body breaks off", breakOff(500)],
    ["500 with a long body", reply(500, {}, "x".repeat(1_000_000))],
    ["an answer that is not HTTP", raw("SSH-2.0-OpenSSH_9.2\r\n")],
    ["half a status line", raw("HTTP/1.1 2")],
    ["status 600", raw("HTTP/1.1 600 No\r\ncontent-length: 0\r\n\r\n")],
    ["status 999", raw("HTTP/1.1 999 No\r\ncontent-length: 0\r\n\r\n")],
    ["status 99", raw("HTTP/1.1 099 No\r\ncontent-length: 0\r\n\r\n")],
    ["headers of 300 kB", raw(`HTTP/1.1 500 No\r\n${"x: ".padEnd(300_000, "y")}\r\n\r\n`)],
  ];
  for (const [what, step] of failures) {
    test(`is retried: ${what}`, async () => {
      const { account, mailbox, id } = await subscribed(calm, step, step, 200);
      await account.publish(event("a"));
      await mailbox.got(3);
      assert.deepEqual(mailbox.texts, Array(3).fill(JSON.stringify(event("a"))));
      await nothingElse(account, mailbox);
      assert.equal((await account.read(id)).active, true);
    });
  }

  test("that ends on the fifth try makes five POSTs of one body, each no earlier than its delay", async () => {
    const { account, mailbox } = await subscribed(calm, 500, 500, 500, 500, 200);
    await account.publish(event("a"));
    await mailbox.got(5);
    for (const [index, gapMs] of mailbox.gapsMs().entries()) {
      const delayMs = calmBaseMs * 2 ** index;
      assert.ok(gapMs >= delayMs - grainMs, `retry ${index + 1} came after ${gapMs} ms instead of ${delayMs}`);
    }
    assert.deepEqual(mailbox.texts, Array(5).fill(JSON.stringify(event("a"))));
    await nothingElse(account, mailbox);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    test(`is retried and not followed: ${status}`, async () => {
      const elsewhere = receiver.mailbox();
      const away = reply(status, { location: elsewhere.url });
      const { account, mailbox } = await subscribed(calm, away, away, 200);
      await account.publish(event("a"));
      await mailbox.got(3);
      await nothingElse(account, mailbox);
      assert.equal(elsewhere.count, 0);
    });
  }

  test("by silence is cut off at the timeout and retried after its delay", async () => {
    const { account, mailbox } = await subscribed(calm, 500, 500, 500, hang, 200);
    await account.publish(event("a"));
    const request = (await mailbox.got(5))[3]!;
    assert.equal(request.cutOff, true);
    const openMs = request.endedMs! - request.arrivedMs;
    assert.ok(openMs > timeoutMs / 2, `cut off after ${openMs} ms`);
    // The end of the connection may be seen a little late, so the delay is one that is much longer than that.
    const afterMs = mailbox.gapsMs()[3]! - openMs;
    assert.ok(afterMs > 4 * calmBaseMs, `the retry came ${afterMs} ms after the timeout instead of ${8 * calmBaseMs}`);
    await nothingElse(account, mailbox);
  });

  test("by a body that drips for ever is a failure by its status, and the connection is closed", async () => {
    const { account, mailbox } = await subscribed(calm, drip(500), 200);
    await account.publish(event("a"));
    const [request] = await mailbox.got(2);
    await until("the connection to be closed", () => request!.cutOff);
    await nothingElse(account, mailbox);
  });

  test("of one event does not hold up the next one", async () => {
    const { account, mailbox } = await subscribed(calm, (request, response) => {
      const isGood = request.body.includes('"good"');
      reply(isGood ? 200 : 503, isGood ? {} : { "retry-after": "1" })(request, response);
    });
    await account.publish(event("bad"));
    await mailbox.got(1);
    await account.publish(event("good"));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["bad", "good"]);
    await mailbox.got(3);
    assert.deepEqual(marks(mailbox.texts), ["bad", "good", "bad"]);
  });
});

describe("a Retry-After", { concurrency: 8 }, () => {
  const lengthening: [what: string, header: () => string, leastMs: number][] = [
    ["in seconds", () => "1", 1_000],
    ["as a date", () => new Date(Date.now() + 2_000).toUTCString(), 1_000],
  ];
  for (const [what, header, leastMs] of lengthening) {
    test(`${what} lengthens the delay`, async () => {
      const { account, mailbox } = await subscribed(
        calm,
        (request, response) => reply(503, { "retry-after": header() })(request, response),
        200,
      );
      await account.publish(event("a"));
      await mailbox.got(2);
      const [gapMs] = mailbox.gapsMs();
      assert.ok(gapMs! >= leastMs - grainMs, `the retry came after ${gapMs} ms`);
    });
  }

  /** Read as anything at all, these would delay the retry beyond the test's patience, or make it too early. */
  for (const header of ["0", "-3600", "3600.5", "", "soon", "3600 s", "0x1000", "Fri, 31 Dec 1999 23:59:59 GMT"]) {
    test(`of "${header}" changes nothing`, async () => {
      const { account, mailbox } = await subscribed(calm, reply(503, { "retry-after": header }), 200);
      await account.publish(event("a"));
      await mailbox.got(2, calmMaxMs - 100);
      const [gapMs] = mailbox.gapsMs();
      assert.ok(gapMs! >= calmBaseMs - grainMs, `the retry came after ${gapMs} ms`);
    });
  }
});

describe("a change while a delivery is under way", { concurrency: 8 }, () => {
  const later = reply(503, { "retry-after": "1" });

  test("by delete means that no retry comes: one was waiting", async () => {
    const { account, mailbox, path } = await subscribed(calm, later);
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the answer to be out", () => request!.endedMs !== undefined);
    must(204, await account.api.delete(path));
    await quiet("requests", () => mailbox.count, 2_500);
  });

  test("by delete means that no retry comes: one was in flight", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribed(calm, gate.step);
    await account.publish(event("a"));
    await mailbox.got(1);
    must(204, await account.api.delete(path));
    await gate.release(500);
    await quiet("requests", () => mailbox.count, 3 * 4 * calmBaseMs);
    must(404, await account.api.get(path));
    const object = await calm.webhookObject(account.name, id);
    await until("its storage to be empty", async () => !(await calm.filledWebhookObjects()).includes(object));
  });

  test("to another URL sends the waiting retry there", async () => {
    const { account, mailbox, path } = await subscribed(calm, later);
    const moved = receiver.mailbox();
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the answer to be out", () => request!.endedMs !== undefined);
    must(200, await account.api.put(path, { target_url: moved.url }));
    await moved.got(1);
    assert.deepEqual(moved.texts, [JSON.stringify(event("a"))]);
    await nothingElse(account, moved);
    assert.equal(mailbox.count, 1);
  });

  for (const status of [404, 500, 302]) {
    test(`to another URL lets a ${status} of the old one judge nothing`, async () => {
      const gate = new Gate();
      const { account, mailbox, id, path } = await subscribed(calm, gate.step);
      const moved = receiver.mailbox();
      await account.publish(event("a"));
      await mailbox.got(1);
      must(200, await account.api.put(path, { target_url: moved.url }));
      await gate.release(status);
      await moved.got(1);
      await nothingElse(account, moved);
      assert.equal(mailbox.count, 1);
      const webhook = await account.read(id);
      assert.equal(webhook.active, true);
      assert.equal(webhook.deactivate_reason, null);
    });
  }

  test("to another URL lets a 200 of the old one count", async () => {
    const gate = new Gate();
    const { account, mailbox, path } = await subscribed(calm, gate.step);
    const moved = receiver.mailbox();
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.put(path, { target_url: moved.url }));
    await gate.release(200);
    await nothingElse(account, moved);
    assert.deepEqual(marks(moved.texts), ["and then"]);
  });

  test("to inactive stops the waiting retry for good", async () => {
    const { account, mailbox, path } = await subscribed(calm, later);
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    await until("the answer to be out", () => request!.endedMs !== undefined);
    const off = must(200, await account.api.patch(path, { active: false })).json;
    assert.deepEqual([off.active, off.deactivate_reason], [false, null]);
    assert.equal(await account.publish(event("b")), 0);
    await quiet("requests", () => mailbox.count, 2_500);
    must(200, await account.api.patch(path, { active: true }));
    await nothingElse(account, mailbox);
    assert.deepEqual(marks(mailbox.texts), ["a", "and then"]);
  });

  test("to inactive and back makes a 404 from before judge nothing", async () => {
    const gate = new Gate();
    const { account, mailbox, id, path } = await subscribed(calm, gate.step);
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.patch(path, { active: false }));
    must(200, await account.api.patch(path, { active: true }));
    await gate.release(404);
    await nothingElse(account, mailbox);
    assert.equal((await account.read(id)).active, true);
  });

  test("that says active of an active webhook leaves its retries alone", async () => {
    const { account, mailbox, path } = await subscribed(calm, later, 200);
    await account.publish(event("a"));
    await mailbox.got(1);
    must(200, await account.api.put(path, { active: true }));
    await mailbox.got(2);
    assert.deepEqual(marks(mailbox.texts), ["a", "a"]);
  });
});

describe("several deliveries at once", { concurrency: 8 }, () => {
  test("do not wait for another webhook that hangs", async () => {
    const account = await calm.account();
    const [hung, fine] = [receiver.mailbox(hang), receiver.mailbox()];
    await account.create({ target_url: hung.url });
    await account.create({ target_url: fine.url });
    const sent = Array.from({ length: 10 }, (_, n) => `${n}`);
    for (const mark of sent) assert.equal(await account.publish(event(mark)), 2);
    await fine.got(10);
    assert.deepEqual(marks(fine.texts).sort(), sent);
    await until("the other to hang", () => hung.open > 0);
    assert.ok(hung.count <= 5, `${hung.count} requests to a receiver that hangs`);
  });

  test("do not wait for one of the same webhook that hangs", async () => {
    const { account, mailbox } = await subscribed(calm, hang, 200);
    await account.publish(event("hangs"));
    await mailbox.got(1);
    for (const mark of ["a", "b", "c"]) await account.publish(event(mark));
    await mailbox.got(4);
    assert.deepEqual(marks(mailbox.texts).slice(0, 4).sort(), ["a", "b", "c", "hangs"]);
  });

  test("are at most five for one webhook, and each slot is used again at once", async () => {
    const gate = new Gate();
    const { account, mailbox } = await subscribed(calm, gate.step);
    const sent = Array.from({ length: 12 }, (_, n) => `${n}`.padStart(2, "0"));
    for (const mark of sent) await account.publish(event(mark));
    for (let done = 0; done < sent.length; done += 1) {
      const openNow = Math.min(5, sent.length - done);
      await until(`${openNow} to be in flight`, () => gate.held === openNow);
      await gate.release(200);
    }
    await until("all to be answered", () => mailbox.open === 0);
    assert.equal(mailbox.openMax, 5);
    assert.deepEqual(marks(mailbox.texts).sort(), sent);
  });
});
