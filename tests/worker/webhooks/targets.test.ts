// Which targets are taken in production, where ALLOW_PRIVATE_TARGETS is not set: only public hosts,
// never this dispatcher.
//
// The table of all cases is checked natively; here it is that the Worker applies it, on write and
// before every send.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { must, start } from "../support/harness.ts";
import { Receiver } from "../support/receiver.ts";

const [strict, plain] = await Promise.all([
  start({
    vars: {
      ALLOW_PRIVATE_TARGETS: null,
      REQUIRE_HTTPS: "true",
      OWN_HOSTS: "hooks.example.com dispatch.example.org",
    },
  }),
  start({ vars: { ALLOW_PRIVATE_TARGETS: null } }),
]);
const receiver = await Receiver.listen();
after(async () => {
  await receiver.close();
  await Promise.all([strict.stop(), plain.stop()]);
});

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
const taken = [
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
        assert.deepEqual(must(200, await account.api.get("/v1/webhooks")).json.results, [webhook]);
      });
    }
    for (const host of taken) {
      test(`${scheme}://${host} is taken`, async () => {
        const account = await dispatcher.account();
        await account.create({ target_url: `${scheme}://${host}/hook` });
      });
    }
  }

  test("http is refused when REQUIRE_HTTPS is set", async () => {
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
    test(`${host} is one of the dispatcher's own hosts and refused`, async () => {
      const account = await strict.account();
      const answer = await account.api.post("/v1/webhooks", { target_url: `https://${host}/` });
      assert.equal(answer.status, 400, answer.text);
      assert.deepEqual(Object.keys(answer.json), ["target_url"]);
    });
  }
});

test("the host that a request came to is refused as a target, also where private ones are allowed", async () => {
  const dispatcher = await start();
  try {
    const account = await dispatcher.account();
    const answer = await account.api.post("/v1/webhooks", {
      target_url: account.api.url("/v1/events"),
    });
    assert.equal(answer.status, 400, answer.text);
    assert.deepEqual(Object.keys(answer.json), ["target_url"]);
    // The receiver is another port of the same machine, and no part of the dispatcher.
    await account.create({ target_url: receiver.mailbox().url });
  } finally {
    await dispatcher.stop();
  }
});

test("a target that became forbidden after it was written is not sent to", async () => {
  const quick = { RETRY_BASE_MS: 20, RETRY_MAX_MS: 20, RETRY_LIMIT: 3 };
  const dispatcher = await start({ vars: quick });
  try {
    const account = await dispatcher.account();
    const mailbox = receiver.mailbox();
    const { id } = await account.create({ target_url: mailbox.url });
    await account.publish(event("allowed"));
    await mailbox.got(1);
    await dispatcher.kill();
    await dispatcher.restart({ vars: { ...quick, ALLOW_PRIVATE_TARGETS: null } });
    await account.publish(event("forbidden"));
    const webhook = await account.deactivated(id);
    assert.equal(webhook.deactivate_reason, "RETRY_COUNT");
    const ping = must(200, await account.api.post(`/v1/webhooks/${id}/ping`)).json;
    assert.deepEqual([ping.succeeded, ping.http_status_code], [false, 0]);
    assert.equal(mailbox.count, 1);
  } finally {
    await dispatcher.stop();
  }
});
