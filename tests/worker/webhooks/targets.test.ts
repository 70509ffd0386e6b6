// Which targets are accepted without ALLOW_PRIVATE_TARGETS, as in production: public hosts that are
// not the dispatcher's own.
//
// tests/native/target_urls.rs has all cases. These tests check that the Worker applies the rules to
// every write of a webhook, and before each attempt.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { inList } from "../support/webhook_fields.ts";

const { dispatchers: [strict, plain], receiver, startDispatcher, subscribe } = await fixture(
  {
    vars: {
      ALLOW_PRIVATE_TARGETS: null,
      REQUIRE_HTTPS: "true",
      OWN_HOSTS: "hooks.example.com dispatch.example.org",
    },
  },
  { vars: { ALLOW_PRIVATE_TARGETS: null } },
);

const refused = [
  "127.0.0.1",
  "127.1",
  "2130706433",
  "0x7f.1",
  "0177.1",
  "0x7f000001",
  "10.0.0.1",
  "172.16.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "198.18.0.1",
  "192.0.2.1",
  "[::1]",
  "[::]",
  "[fe80::1]",
  "[fc00::1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[64:ff9b::7f00:1]",
  "[2002:7f00:1::]",
  "[2001:db8::1]",
  "[ff02::1]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "a.localhost",
  "printer.local",
  "db.internal",
  "x.test",
  "x.invalid",
  "x.onion",
  "x.home.arpa",
  "intranet",
  "１２７.０.０.１",
  "127。0。0。1",
];
const accepted = [
  "example.com",
  "EXAMPLE.com",
  "sub.example.org",
  "example.com.",
  "8.8.8.8",
  "172.32.0.1",
  "[2606:4700:4700::1111]",
  "münchen.example.com",
];

describe("in production", { concurrency: 8 }, () => {
  for (const dispatcher of [strict, plain]) {
    const scheme = dispatcher === strict ? "https" : "http";
    for (const host of refused) {
      test(`${scheme}://${host} is refused, on create and on update`, async () => {
        const account = await dispatcher.account();
        const target_url = `${scheme}://${host}/hook`;
        const webhook = await account.create({ target_url: `${scheme}://example.com/` });
        for (const answer of [
          await account.api.post("/v1/webhooks", { target_url }),
          await account.api.put(`/v1/webhooks/${webhook.id}`, { target_url }),
        ]) {
          assert.equal(answer.status, 400, answer.text);
          assert.deepEqual(Object.keys(answer.json), ["target_url"]);
        }
        const { results } = must(200, await account.api.get("/v1/webhooks")).json;
        assert.deepEqual(results, [inList(webhook)]);
      });
    }
    for (const host of accepted) {
      test(`${scheme}://${host} is accepted`, async () => {
        const account = await dispatcher.account();
        await account.create({ target_url: `${scheme}://${host}/hook` });
      });
    }
  }

  test("http is refused if REQUIRE_HTTPS is set", async () => {
    const account = await strict.account();
    const answer = await account.api.post("/v1/webhooks", { target_url: "http://example.com/" });
    assert.equal(answer.status, 400, answer.text);
    assert.deepEqual(Object.keys(answer.json), ["target_url"]);
  });

  for (const host of [
    "hooks.example.com",
    "HOOKS.example.com",
    "hooks.example.com.",
    "hooks.example.com:8443",
    "dispatch.example.org",
  ]) {
    test(`${host} is refused as one of OWN_HOSTS`, async () => {
      const account = await strict.account();
      const answer = await account.api.post("/v1/webhooks", { target_url: `https://${host}/` });
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["target_url"]);
    });
  }
});

test("the host of a request is refused as a target, even with ALLOW_PRIVATE_TARGETS", async () => {
  const dispatcher = await startDispatcher();
  const account = await dispatcher.account();
  const answer = await account.api.post("/v1/webhooks", {
    target_url: account.api.url("/v1/events"),
  });
  assert.equal(answer.status, 400, answer.text);
  assert.deepEqual(Object.keys(answer.json), ["target_url"]);
  // The receiver has another port of the same machine, which is not the dispatcher.
  await account.create({ target_url: receiver.mailbox().url });
});

test("a target that is forbidden after the creation of its webhook gets no request", async () => {
  const quick = { RETRY_BASE_MS: 20, RETRY_MAX_MS: 20, RETRY_LIMIT: 3 };
  const dispatcher = await startDispatcher({ vars: quick });
  const { account, mailbox, id, path } = await subscribe({ dispatcher });
  await account.publish(event("allowed"));
  await mailbox.got(1);
  await dispatcher.kill();
  await dispatcher.restart({ vars: { ...quick, ALLOW_PRIVATE_TARGETS: null } });
  await account.publish(event("forbidden"));
  const webhook = await account.deactivated(id);
  assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
  const ping = must(200, await account.api.post(`${path}/ping`)).json;
  assert.deepEqual([ping.succeeded, ping.http_status_code], [false, null]);
  assert.equal(mailbox.count, 1);
});
