// When a failed delivery is tried again: the whole schedule, the delays one by one, and what a
// Retry-After does to them.
//
// Two dispatchers: `quick` has tiny delays and the retry limit that ships, so the whole schedule
// runs in seconds.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Receiver, closedPort, hang, reply, type Step } from "../support/receiver.ts";
import { baseMs, calmly, grainMs, maxMs, nothingElse, subscribe, timeoutMs } from "../support/retries.ts";
import { quiet } from "../support/wait.ts";

const quickBaseMs = 15;
const quickMaxMs = 60;
/** Patience for a whole schedule of 61 tries. */
const wholeMs = 60_000;

const [quick, dispatcher] = await Promise.all([
  start({ vars: { RETRY_BASE_MS: quickBaseMs, RETRY_MAX_MS: quickMaxMs } }),
  start({ vars: calmly }),
]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([quick.stop(), dispatcher.stop()]);
});

describe("the whole schedule", { concurrency: 8 }, () => {
  test("is 61 POSTs with doubling delays, then the webhook is off; re-activated it starts afresh", async () => {
    const { account, mailbox, id, path } = await subscribe(quick, receiver, 500);
    for (const round of [1, 2]) {
      assert.equal(await account.publish(event(`round ${round}`)), 1);
      const webhook = await account.deactivated(id, wholeMs);
      assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
      assert.equal(mailbox.count, 61 * round);
      const first = 61 * (round - 1);
      for (const [index, gapMs] of mailbox
        .gapsMs()
        .slice(first, first + 60)
        .entries()) {
        const delayMs = Math.min(quickBaseMs * 2 ** index, quickMaxMs);
        assert.ok(
          gapMs >= delayMs - grainMs,
          `retry ${index + 1} came after ${gapMs} ms instead of ${delayMs}`,
        );
      }
      assert.equal(await account.publish(event("while off")), 0);
      await quiet("requests to a webhook that is off", () => mailbox.count, 3 * quickMaxMs);
      const again = must(200, await account.api.put(path, { active: true })).json;
      assert.equal(again.active, true);
      assert.equal(again.deactivate_reason, null);
    }
    const bodies = new Set(mailbox.texts);
    assert.deepEqual(
      [...bodies],
      [1, 2].map((round) => JSON.stringify(event(`round ${round}`))),
    );
  });

  test("may end well: a 61st POST that succeeds leaves the webhook on", async () => {
    const { account, mailbox, id } = await subscribe(
      quick,
      receiver,
      ...Array<Step>(60).fill(503),
      200,
    );
    await account.publish(event("a"));
    await mailbox.got(61, wholeMs);
    await account.publish(event("b"));
    await mailbox.got(62);
    await quiet("requests", () => mailbox.count, 3 * quickMaxMs);
    assert.equal((await account.read(id)).active, true);
  });

  test("of redirects ends as TOO_MANY_REDIRECTS, and none is followed", async () => {
    const elsewhere = receiver.mailbox();
    const { account, mailbox, id } = await subscribe(
      quick,
      receiver,
      reply(302, { location: elsewhere.url }),
    );
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
      const answers = [
        ...Array<Step>(60).fill(reply(most, { location: "/elsewhere" })),
        reply(last, { location: "/" }),
      ];
      const { account, mailbox, id } = await subscribe(quick, receiver, ...answers);
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

describe("a delay", { concurrency: 8 }, () => {
  test("comes before each of five tries, the last of which succeeds, all with one body", async () => {
    const { account, mailbox } = await subscribe(dispatcher, receiver, 500, 500, 500, 500, 200);
    await account.publish(event("a"));
    await mailbox.got(5);
    for (const [index, gapMs] of mailbox.gapsMs().entries()) {
      const delayMs = baseMs * 2 ** index;
      assert.ok(
        gapMs >= delayMs - grainMs,
        `retry ${index + 1} came after ${gapMs} ms instead of ${delayMs}`,
      );
    }
    assert.deepEqual(mailbox.texts, Array(5).fill(JSON.stringify(event("a"))));
    await nothingElse(account, mailbox);
  });

  test("after silence begins when that is cut off, at the timeout", async () => {
    const { account, mailbox } = await subscribe(dispatcher, receiver, 500, 500, 500, hang, 200);
    await account.publish(event("a"));
    const request = (await mailbox.got(5))[3]!;
    assert.equal(request.cutOff, true);
    const openMs = request.endedMs! - request.arrivedMs;
    assert.ok(openMs > timeoutMs / 2, `cut off after ${openMs} ms`);
    // The end of the connection may be seen a little late, so the delay is one that is much longer
    // than that.
    const afterMs = mailbox.gapsMs()[3]! - openMs;
    assert.ok(
      afterMs > 4 * baseMs,
      `the retry came ${afterMs} ms after the timeout instead of ${8 * baseMs}`,
    );
    await nothingElse(account, mailbox);
  });
});

describe("a Retry-After", { concurrency: 8 }, () => {
  const lengthening: [what: string, header: () => string, leastMs: number][] = [
    ["in seconds", () => "1", 1_000],
    ["as a date", () => new Date(Date.now() + 2_000).toUTCString(), 1_000],
  ];
  for (const [what, header, leastMs] of lengthening) {
    test(`${what} lengthens the delay`, async () => {
      const { account, mailbox } = await subscribe(
        dispatcher,
        receiver,
        (request, response) => reply(503, { "retry-after": header() })(request, response),
        200,
      );
      await account.publish(event("a"));
      await mailbox.got(2);
      const [gapMs] = mailbox.gapsMs();
      assert.ok(gapMs! >= leastMs - grainMs, `the retry came after ${gapMs} ms`);
    });
  }

  /**
   * Read as anything at all, these would delay the retry beyond the test's patience, or make it too
   * early.
   */
  for (const header of [
    "0",
    "-3600",
    "3600.5",
    "",
    "soon",
    "3600 s",
    "0x1000",
    "Fri, 31 Dec 1999 23:59:59 GMT",
  ]) {
    test(`of "${header}" changes nothing`, async () => {
      const { account, mailbox } = await subscribe(
        dispatcher,
        receiver,
        reply(503, { "retry-after": header }),
        200,
      );
      await account.publish(event("a"));
      await mailbox.got(2, maxMs - 100);
      const [gapMs] = mailbox.gapsMs();
      assert.ok(gapMs! >= baseMs - grainMs, `the retry came after ${gapMs} ms`);
    });
  }
});
