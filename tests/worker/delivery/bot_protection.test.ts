// Answers that are not the receiver's decision about the event: challenges of bot protections. And
// what a receiver asks for with the header `webhook-delivery`.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { reply, type Step } from "../support/receiver.ts";
import { assertNoMoreRequests, retryVars } from "../support/retries.ts";
import { until } from "../support/wait.ts";

const { subscribe } = await fixture({ vars: { ...retryVars, RETRY_LIMIT: 4 } });

const html = { "content-type": "text/html; charset=UTF-8" };
const page = (head: string) => `<!DOCTYPE html><html><head>${head}</head><body></body></html>`;

const challenges: [what: string, answer: Step][] = [
  ["Cloudflare's header, 403", reply(403, { ...html, "cf-mitigated": "challenge" }, page(""))],
  ["Cloudflare's header, 503", reply(503, { "CF-Mitigated": "Challenge" })],
  ["Cloudflare's header, 429", reply(429, { "cf-mitigated": "challenge" })],
  ["Cloudflare's page", reply(403, html, page("<title>Just a moment...</title>"))],
  ["Cloudflare's older page", reply(503, html, page("<script>window._cf_chl_opt={}</script>"))],
  ["Vercel's header", reply(403, { "x-vercel-mitigated": "challenge" })],
  ["Vercel's page", reply(403, html, page("<title>Vercel Security Checkpoint</title>"))],
  ["the header of AWS WAF", reply(405, { "x-amzn-waf-action": "captcha" })],
  ["Imperva's page", reply(403, html, page(`<script src="/_Incapsula_Resource?a=1"></script>`))],
  [
    "DataDome's JSON",
    reply(403, {}, `{"url":"https://geo.captcha-delivery.com/captcha/?initialCid=x"}`),
  ],
  ["HUMAN's page", reply(403, html, page(`<div id="px-captcha"></div>`))],
  ["Anubis' page", reply(401, html, page(`<script src="/.within.website/x/cmd/anubis/a.js">`))],
];

/** Answers that resemble a challenge and are the receiver's own. */
const decisions: [what: string, answer: Step][] = [
  ["403 without a mark", reply(403, html, page("<title>403 Forbidden</title>"))],
  ["403 that is blocked", reply(403, { "cf-mitigated": "block" })],
  ["a page with a script of Cloudflare", reply(404, html, page(
    `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`,
  ))],
  ["JSON that quotes a challenge", reply(403, {}, `{"got":"<title>Just a moment...</title>"}`)],
  ["410", 410],
];

describe("a challenge of a bot protection", { concurrency: 4 }, () => {
  for (const [what, answer] of challenges) {
    test(`is retried: ${what}`, async () => {
      const { account, mailbox, id, path } = await subscribe({ answers: [answer, answer, 200] });
      await account.publish(event("a"));
      await mailbox.answered(3);
      await account.publish(event("b"));
      await mailbox.answered(4);
      assert.deepEqual(marks(mailbox.texts), ["a", "a", "a", "b"]);
      assert.equal((await account.read(id)).active, true);
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      assert.equal(stats.undelivered, 0);
    });
  }

  test("that never ends deactivates the webhook when all attempts have failed", async () => {
    const [, answer] = challenges[0]!;
    const { account, mailbox, id } = await subscribe({ answers: [answer] });
    await account.publish(event("a"));
    assert.equal((await account.deactivated(id)).deactivate_reason, "RETRY_COUNT");
    assert.equal(mailbox.count, 5);
  });

  for (const [what, answer] of decisions) {
    test(`is not what deactivates at once: ${what}`, async () => {
      const { account, mailbox, id } = await subscribe({ answers: [answer] });
      await account.publish(event("a"));
      assert.equal((await account.deactivated(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
      assert.equal(mailbox.count, 1);
    });
  }
});

describe("webhook-delivery", { concurrency: 4 }, () => {
  const asks = (status: number, value: string) => reply(status, { "webhook-delivery": value });

  for (const status of [200, 204, 302, 400, 410, 500, 503]) {
    test(`: disable with ${status} deactivates the webhook`, async () => {
      const { account, mailbox, id, path } = await subscribe({
        answers: [asks(status, "disable"), 200],
      });
      await account.publish(event("a"));
      const webhook = await account.deactivated(id);
      assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE");
      assert.equal(await account.publish(event("b")), 0);
      assert.equal(mailbox.count, 1);
      const stats = must(200, await account.api.get(`${path}/stats`)).json;
      assert.equal(stats.delivered, status < 300 ? 1 : 0);
      assert.equal(stats.held, 1);
      // Its owner may switch it on again, and recover what it missed.
      must(200, await account.api.patch(path, { active: true }));
      must(202, await account.api.post(`${path}/recover`, { status: "all" }));
      await mailbox.got(status < 300 ? 2 : 3);
    });
  }

  for (const status of [302, 400, 403, 404, 410, 429, 500, 503]) {
    test(`: abort-message with ${status} ends the delivery, and no more`, async () => {
      const { account, mailbox, id, path, publish } = await subscribe({
        answers: [asks(status, "Abort-Message")],
      });
      const first = await publish("a");
      await mailbox.answered(1);
      await until("the answer to be settled", async () => {
        const { json } = must(200, await account.api.get(`${path}/deliveries/${first}`));
        return json.status === "undelivered" ? json : undefined;
      });
      await assertNoMoreRequests(account, mailbox);
      assert.equal((await account.read(id)).active, true);
      must(202, await account.api.post(`${path}/deliveries/${first}/resend`));
      await until("the resend to arrive", () => marks(mailbox.texts).at(-1) === "a");
    });
  }

  test(": abort-message changes nothing about a success", async () => {
    const { account, mailbox, path, publish } = await subscribe({
      answers: [asks(200, "abort-message")],
    });
    const id = await publish("a");
    await mailbox.answered(1);
    await until("it to be delivered", async () => {
      const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
      return json.status === "delivered";
    });
  });

  test(": with another value is ignored", async () => {
    const { account, mailbox, id } = await subscribe({
      answers: [asks(500, "disabled"), asks(500, "abort"), asks(200, "enable")],
    });
    await account.publish(event("a"));
    await mailbox.answered(3);
    await account.publish(event("b"));
    await mailbox.answered(4);
    assert.equal((await account.read(id)).active, true);
  });

  test(": abort-message of one event does not hold back the next in an ordered one", async () => {
    const { account, mailbox } = await subscribe({
      webhook: { ordered: true },
      answers: [asks(503, "abort-message"), 200],
    });
    for (const mark of ["a", "b", "c"]) await account.publish(event(mark));
    await mailbox.answered(3);
    assert.deepEqual(marks(mailbox.texts), ["a", "b", "c"]);
  });
});
