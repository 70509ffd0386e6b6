// When a failed delivery is retried: the whole schedule, the single delays, and Retry-After.
//
// The dispatcher `quick` has short delays and the default retry limit: its schedule takes seconds.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { Receiver, closedPort, hang, reply, type Step } from "../support/receiver.ts";
import { assertNoMoreRequests, baseMs, maxMs, retryVars } from "../support/retries.ts";
import { timeoutMs, toleranceMs } from "../support/retries.ts";
import { noMore } from "../support/wait.ts";

const quickBaseMs = 15;
const quickMaxMs = 60;
/** The time limit for a whole schedule of 61 attempts. */
const scheduleLimitMs = 60_000;

const { dispatchers: [, quick], receiver, subscribe } = await fixture(
  { vars: retryVars },
  { vars: { RETRY_BASE_MS: quickBaseMs, RETRY_MAX_MS: quickMaxMs } },
);

describe("the whole schedule", { concurrency: 8 }, () => {
  test("is 61 POSTs with doubling delays, and starts anew after a re-activation", async () => {
    const { account, mailbox, id, path } = await subscribe({ dispatcher: quick, answers: [500] });
    for (const round of [1, 2]) {
      assert.equal(await account.publish(event(`round ${round}`)), 1);
      const webhook = await account.deactivated(id, scheduleLimitMs);
      assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
      assert.equal(mailbox.count, 61 * round);
      const first = 61 * (round - 1);
      for (const [index, gapMs] of mailbox
        .gapsMs()
        .slice(first, first + 60)
        .entries()) {
        const delayMs = Math.min(quickBaseMs * 2 ** index, quickMaxMs);
        assert.ok(
          gapMs >= delayMs - toleranceMs,
          `retry ${index + 1} came after ${gapMs} ms instead of ${delayMs}`,
        );
      }
      assert.equal(await account.publish(event("while off")), 0);
      await noMore("requests to an inactive webhook", () => mailbox.count, 3 * quickMaxMs);
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

  test("leaves the webhook active if the 61st POST succeeds", async () => {
    const { account, mailbox, id } = await subscribe({
      dispatcher: quick,
      answers: [...Array<Step>(60).fill(503), 200],
    });
    await account.publish(event("a"));
    await mailbox.got(61, scheduleLimitMs);
    await account.publish(event("b"));
    await mailbox.got(62);
    await noMore("requests", () => mailbox.count, 3 * quickMaxMs);
    assert.equal((await account.read(id)).active, true);
  });

  test("of redirects ends with TOO_MANY_REDIRECTS, and none is followed", async () => {
    const elsewhere = receiver.mailbox();
    const { account, mailbox, id } = await subscribe({
      dispatcher: quick,
      answers: [reply(302, { location: elsewhere.url })],
    });
    await account.publish(event("a"));
    const webhook = await account.deactivated(id, scheduleLimitMs);
    assert.equal(webhook.deactivate_reason, "TOO_MANY_REDIRECTS");
    assert.equal(mailbox.count, 61);
    assert.equal(elsewhere.count, 0);
  });

  const lasts: [most: number, last: number, reason: string][] = [
    [302, 500, "RETRY_COUNT"],
    [500, 302, "TOO_MANY_REDIRECTS"],
  ];
  for (const [most, last, reason] of lasts) {
    test(`of ${most} answers and a last ${last} ends with ${reason}`, async () => {
      const answers = [
        ...Array<Step>(60).fill(reply(most, { location: "/elsewhere" })),
        reply(last, { location: "/" }),
      ];
      const { account, mailbox, id } = await subscribe({ dispatcher: quick, answers });
      await account.publish(event("a"));
      assert.equal((await account.deactivated(id, scheduleLimitMs)).deactivate_reason, reason);
      assert.equal(mailbox.count, 61);
    });
  }

  test("of refused connections ends with RETRY_COUNT, and can be re-activated", async () => {
    const account = await quick.account();
    const port = await closedPort();
    const { id } = await account.create({ target_url: `http://127.0.0.1:${port}/here` });
    await account.publish(event("lost"));
    assert.equal((await account.deactivated(id, scheduleLimitMs)).deactivate_reason, "RETRY_COUNT");
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

describe("the delay of a retry", { concurrency: 8 }, () => {
  test("doubles before each of four retries, which all have the same body", async () => {
    const { account, mailbox } = await subscribe({ answers: [500, 500, 500, 500, 200] });
    await account.publish(event("a"));
    await mailbox.got(5);
    for (const [index, gapMs] of mailbox.gapsMs().entries()) {
      const delayMs = baseMs * 2 ** index;
      assert.ok(
        gapMs >= delayMs - toleranceMs,
        `retry ${index + 1} came after ${gapMs} ms instead of ${delayMs}`,
      );
    }
    assert.deepEqual(mailbox.texts, Array(5).fill(JSON.stringify(event("a"))));
    await assertNoMoreRequests(account, mailbox);
  });

  test("begins at the timeout if the receiver does not answer", async () => {
    const { account, mailbox } = await subscribe({ answers: [500, 500, 500, hang, 200] });
    await account.publish(event("a"));
    const request = (await mailbox.got(5))[3]!;
    assert.equal(request.cutOff, true);
    const openMs = request.endedMs! - request.arrivedMs;
    assert.ok(openMs > timeoutMs / 2, `cut off after ${openMs} ms`);
    // The test may notice the end of the connection late. It uses the fourth retry, whose delay is
    // much longer than that.
    const afterMs = mailbox.gapsMs()[3]! - openMs;
    assert.ok(
      afterMs > 4 * baseMs,
      `the retry came ${afterMs} ms after the timeout instead of ${8 * baseMs}`,
    );
    await assertNoMoreRequests(account, mailbox);
  });
});

describe("a Retry-After", { concurrency: 8 }, () => {
  const lengthening: [what: string, header: () => string, leastMs: number][] = [
    ["in seconds", () => "1", 1_000],
    ["as a date", () => new Date(Date.now() + 2_000).toUTCString(), 1_000],
  ];
  for (const [what, header, leastMs] of lengthening) {
    test(`${what} lengthens the delay`, async () => {
      const { account, mailbox } = await subscribe({
        answers: [
          (request, response) => reply(503, { "retry-after": header() })(request, response),
          200,
        ],
      });
      await account.publish(event("a"));
      await mailbox.got(2);
      const [gapMs] = mailbox.gapsMs();
      assert.ok(gapMs! >= leastMs - toleranceMs, `the retry came after ${gapMs} ms`);
    });
  }

  /** If one of these were not ignored, the retry would be too early or too late for the test. */
  for (const header of [
    "0",
    "-3600",
    "",
    "soon",
    "0x1000",
    "Fri, 31 Dec 1999 23:59:59 GMT",
  ]) {
    test(`of "${header}" is ignored`, async () => {
      const { account, mailbox } = await subscribe({
        answers: [reply(503, { "retry-after": header }), 200],
      });
      await account.publish(event("a"));
      await mailbox.got(2, maxMs - 100);
      const [gapMs] = mailbox.gapsMs();
      assert.ok(gapMs! >= baseMs - toleranceMs, `the retry came after ${gapMs} ms`);
    });
  }
});
