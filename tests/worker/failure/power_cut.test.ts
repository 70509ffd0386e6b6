// Power cuts and evictions: what was promised before is kept after, on the same state and with the
// right count of tries.
//
// Most stories share one cut: each is set up, then everything is killed with `kill -9` and started
// again, then each goes on. Delays are long enough that the cut falls between two tries of the
// failing receivers and not into one.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { apiKey, must, start, type Dispatcher } from "../support/harness.ts";
import { Receiver, hang, nowhere, values } from "../support/receiver.ts";
import { quiet, until } from "../support/wait.ts";

const retryMs = 1_500;
const retryLimit = 3;
const timeoutMs = 4_000;
const marginMs = 500;
const grainMs = 2;

const receiver = await Receiver.listen();
const dispatchers: Dispatcher[] = [];
after(async () => {
  await receiver.close();
  await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()));
});

async function started(vars: Record<string, string | number>): Promise<Dispatcher> {
  const dispatcher = await start({ vars });
  dispatchers.push(dispatcher);
  return dispatcher;
}

/** Set up before the cut; answers with what must hold after it. */
type Story = (dispatcher: Dispatcher, cut: Cut) => Promise<() => Promise<void>>;

interface Cut {
  /** Resolves when every story stands ready to publish, so that their tries keep step. */
  ready: () => Promise<void>;
}

const stories: [title: string, story: Story][] = [
  [
    "a retry goes on, arrives with the same body, and is the last",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const mailbox = receiver.mailbox(500);
      const { id } = await account.create({ target_url: mailbox.url });
      await cut.ready();
      await account.publish(event("a"));
      await mailbox.answered(2);
      return async () => {
        mailbox.answer(200);
        await mailbox.got(3);
        assert.deepEqual(mailbox.texts, Array(3).fill(JSON.stringify(event("a"))));
        const [, gapMs] = mailbox.gapsMs();
        assert.ok(gapMs! >= retryMs - grainMs, `the retry came after ${gapMs} ms`);
        await account.publish(event("b"));
        await mailbox.got(4);
        await quiet("requests", () => mailbox.count, 2 * retryMs);
        assert.equal((await account.read(id)).active, true);
      };
    },
  ],
  [
    "tries before the cut count: the schedule ends after its number of POSTs",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const mailbox = receiver.mailbox(500);
      const { id } = await account.create({ target_url: mailbox.url });
      await cut.ready();
      await account.publish(event("a"));
      await mailbox.answered(2);
      return async () => {
        const webhook = await account.deactivated(id);
        assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
        assert.equal(mailbox.count, retryLimit + 1);
      };
    },
  ],
  [
    "a try in flight is lost: it is made again once its lease and its delay are over",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const mailbox = receiver.mailbox(hang);
      const { id } = await account.create({ target_url: mailbox.url });
      await cut.ready();
      await account.publish(event("a"));
      await mailbox.got(1);
      return async () => {
        mailbox.answer(200);
        await mailbox.got(2);
        const [gapMs] = mailbox.gapsMs();
        const leastMs = timeoutMs + marginMs + retryMs;
        // The lease begins before its request arrives; a second is more than that takes here.
        assert.ok(gapMs! >= leastMs - 1_000, `made again after ${gapMs} ms instead of ${leastMs}`);
        await quiet("requests", () => mailbox.count, 2 * retryMs);
        assert.equal((await account.read(id)).active, true);
      };
    },
  ],
  [
    "a webhook reads as before, in the list too, and sends its secrets",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const mailbox = receiver.mailbox();
      const before = await account.create({
        target_url: mailbox.url,
        event_type: "QUIZ_COMPLETION",
        basic_auth_username: "u",
        basic_auth_password: "p",
        additional_headers: { "x-a": "1" },
      });
      const inactive = await account.create({ target_url: `${mailbox.url}?x`, active: false });
      await cut.ready();
      return async () => {
        assert.deepEqual(await account.read(before.id), before);
        assert.deepEqual(await account.read(inactive.id), inactive);
        assert.deepEqual(must(200, await account.api.get("/v1/webhooks")).json.results, [
          before,
          inactive,
        ]);
        assert.equal(await account.publish(event("other type")), 0);
        assert.equal(await account.publish(event("a", "QUIZ_COMPLETION")), 1);
        const [request] = await mailbox.got(1);
        assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:p")}`]);
        assert.deepEqual(values(request!, "x-a"), ["1"]);
      };
    },
  ],
  [
    "a webhook that was switched off stays off, with its reason, and can be re-activated",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const mailbox = receiver.mailbox(404);
      const { id } = await account.create({ target_url: mailbox.url });
      await account.publish(event("a"));
      await account.deactivated(id);
      await cut.ready();
      return async () => {
        assert.equal((await account.read(id)).deactivate_reason, "HTTP_4XX_RESPONSE");
        assert.equal(await account.publish(event("b")), 0);
        mailbox.answer(200);
        must(200, await account.api.put(`/v1/webhooks/${id}`, { active: true }));
        assert.equal(await account.publish(event("c")), 1);
        await mailbox.got(2);
        assert.deepEqual(marks(mailbox.texts), ["a", "c"]);
      };
    },
  ],
  [
    "a webhook that was deleted stays deleted, with what it had to send",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const mailbox = receiver.mailbox(500);
      const { id } = await account.create({ target_url: mailbox.url });
      await cut.ready();
      await account.publish(event("a"));
      await mailbox.answered(1);
      must(204, await account.api.delete(`/v1/webhooks/${id}`));
      return async () => {
        must(404, await account.api.get(`/v1/webhooks/${id}`));
        assert.equal(must(200, await account.api.get("/v1/webhooks")).json.count, 0);
        assert.equal(await account.publish(event("b")), 0);
        await quiet("requests", () => mailbox.count, 2 * retryMs);
        assert.equal(mailbox.count, 1);
        const object = await dispatcher.webhookObject(account.name, id);
        await until(
          "its storage to be empty",
          async () => !(await dispatcher.filledWebhookObjects()).includes(object),
        );
      };
    },
  ],
  [
    "keys are still good, revoked ones still bad",
    async (dispatcher, cut) => {
      const account = await dispatcher.account();
      const minted = must(
        201,
        await dispatcher.admin.post("/v1/admin/keys", {
          account: account.name,
          name: "to be revoked",
          scopes: ["webhooks:read"],
        }),
      ).json;
      must(204, await dispatcher.admin.delete(`/v1/admin/keys/${minted.id}`));
      await cut.ready();
      return async () => {
        must(200, await account.api.get("/v1/ping"));
        must(200, await dispatcher.client(apiKey).get("/v1/ping"));
        must(401, await dispatcher.client(minted.key).get("/v1/ping"));
      };
    },
  ],
];

test("after a power cut between tries", { concurrency: stories.length }, async (context) => {
  const dispatcher = await started({
    RETRY_BASE_MS: retryMs,
    RETRY_MAX_MS: retryMs,
    RETRY_LIMIT: retryLimit,
    DELIVERY_TIMEOUT_MS: timeoutMs,
    LEASE_MARGIN_MS: marginMs,
  });
  let waiting = stories.length;
  const cut: Cut = {
    ready: async () => {
      waiting -= 1;
      await until("every story to be ready", () => waiting <= 0);
    },
  };
  const rest = await Promise.all(
    stories.map(async ([, story]) => {
      try {
        return await story(dispatcher, cut);
      } catch (fault) {
        // Its own test reports it; the others need not wait for it.
        waiting -= 1;
        return () => Promise.reject(fault);
      }
    }),
  );
  await dispatcher.kill();
  await dispatcher.restart();
  await Promise.all(stories.map(([title], index) => context.test(title, rest[index]!)));
});

describe("a power cut", { concurrency: 3 }, () => {
  test("in the last try does not count as that try's failure", async () => {
    const dispatcher = await started({
      RETRY_BASE_MS: 100,
      RETRY_MAX_MS: 100,
      RETRY_LIMIT: 1,
      // Long enough that a busy machine never takes an answer that comes for one that does not.
      DELIVERY_TIMEOUT_MS: 4_000,
      LEASE_MARGIN_MS: 200,
    });
    const account = await dispatcher.account();
    const [good, bad] = [receiver.mailbox(500, hang, 200), receiver.mailbox(500, hang, 500)];
    const works = await account.create({ target_url: good.url });
    const broken = await account.create({ target_url: bad.url });
    await account.publish(event("a"));
    await Promise.all([good.got(2), bad.got(2)]);
    await dispatcher.kill();
    await dispatcher.restart();
    await good.got(3);
    assert.equal((await account.deactivated(broken.id)).deactivate_reason, "RETRY_COUNT");
    assert.equal(bad.count, 3);
    await account.publish(event("b"));
    await good.got(4);
    await quiet("requests", () => good.count, 500);
    assert.equal((await account.read(works.id)).active, true);
  });

  test("in the middle of publishing loses no event that was answered with 202", async () => {
    const dispatcher = await started({
      RETRY_BASE_MS: 100,
      DELIVERY_TIMEOUT_MS: 1_000,
      LEASE_MARGIN_MS: 200,
    });
    const account = await dispatcher.account();
    const mailboxes = [receiver.mailbox(), receiver.mailbox()];
    for (const mailbox of mailboxes) await account.create({ target_url: mailbox.url });
    const kept: string[] = [];
    const calls = Array.from({ length: 80 }, async (_, n) => {
      const answer = await account.api.post("/v1/events", event(`${n}`)).catch(() => undefined);
      if (answer?.status === 202) kept.push(`${n}`);
    });
    await until("some to be answered", () => kept.length >= 20);
    await dispatcher.kill();
    await Promise.all(calls);
    await dispatcher.restart();
    for (const mailbox of mailboxes) {
      await until(
        () =>
          `${kept.length} events, missing: ${kept.filter((mark) => !marks(mailbox.texts).includes(mark))}`,
        () => kept.every((mark) => marks(mailbox.texts).includes(mark)),
      );
    }
  });

  test("in the middle of creating keeps what was answered with 201 and leaves nothing half made", async () => {
    const dispatcher = await started({});
    const account = await dispatcher.account();
    const kept: string[] = [];
    const calls = Array.from({ length: 40 }, async (_, n) => {
      const body = { target_url: `${nowhere}${n}` };
      const answer = await account.api.post("/v1/webhooks", body).catch(() => undefined);
      if (answer?.status === 201) kept.push(answer.json.id);
    });
    await until("some to be answered", () => kept.length >= 8);
    await dispatcher.kill();
    await Promise.all(calls);
    await dispatcher.restart();
    for (const id of kept) await account.read(id);
    await until("the list to agree with the objects", async () => {
      const { json } = must(200, await account.api.get("/v1/webhooks?page_size=1000"));
      const listed: string[] = json.results.map((webhook: { id: string }) => webhook.id);
      const objects = await Promise.all(
        listed.map((id) => dispatcher.webhookObject(account.name, id)),
      );
      const filled = await dispatcher.filledWebhookObjects();
      return (
        kept.every((id) => listed.includes(id)) &&
        filled.length === objects.length &&
        objects.every((object) => filled.includes(object))
      );
      // What was half made is undone after 30 s.
    }, 60_000);
  });
});
