// The names of accounts: which are taken, that their case is kept, and that no two are mixed up.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { allScopes, must } from "../support/harness.ts";
import { values } from "../support/receiver.ts";
import { listed } from "../support/webhook_fields.ts";

const { dispatcher, receiver } = await fixture({});

const longest = `A${"b.C_d-9".repeat(18)}E`.slice(0, 128);
const good = [
  "a", "Z", "0", "acme", "org_2AbC", "Acme.EU", "a..b", "A-", "9_", "x.y.z", "CON", "default.x",
  longest,
];
const bad: unknown[] = [
  "", " ", "-a", "_a", ".a", ".", "..", "a b", "a/b", "a:b", "a\\b", "a%2Fb", "a%b", "a@b", "ä",
  "a\u0000", "a\n", "a,b", "a*", "аcme", `${longest}x`, "x".repeat(129), "x".repeat(5_000), null, 5,
];

describe("an account", { concurrency: 4 }, () => {
  for (const name of good) {
    test(`may be called ${name}`, async () => {
      const account = await dispatcher.account(name);
      const mailbox = receiver.mailbox();
      const { id } = await account.create({ target_url: mailbox.url });
      assert.equal(await account.publish(event("a")), 1);
      await mailbox.answered(1);
      const { results } = await listed(account);
      assert.deepEqual(results.map((webhook: any) => webhook.id), [id]);
      const { admin } = dispatcher;
      const where = `/v1/admin/accounts/${name}`;
      assert.equal(must(200, await admin.get(where)).json.account, name);
      must(200, await admin.post(`${where}/disable`));
      must(403, await account.api.post("/v1/events", event("b")));
      must(200, await admin.post(`${where}/enable`));
      const link = must(201, await admin.post(`${where}/portal`)).json;
      const portal = dispatcher.client(link.url.split("token=")[1]);
      assert.equal(must(200, await portal.get("/v1/webhooks")).json.count, 1);
      const metrics = must(200, await admin.get(`/metrics?account=${name}`)).text;
      assert.ok(metrics.includes(`webhooks_up{account="${name}",webhook="${id}"} 1`), metrics);
      const keys = must(200, await admin.get("/v1/admin/keys?page_size=1000")).json.results;
      assert.ok(keys.some((key: any) => key.account === name));
    });
  }

  for (const account of bad) {
    test(`may not be called ${JSON.stringify(account).slice(0, 40)}`, async () => {
      const fields = { account, name: "n", scopes: allScopes };
      const { json } = must(400, await dispatcher.admin.post("/v1/admin/keys", fields));
      assert.deepEqual(Object.keys(json), ["account"]);
    });
  }

  test("with a name that is none is not found", async () => {
    for (const name of [".a", "a%20b", "a%2Fb", "%61", "x".repeat(129), "-"])
      must(404, await dispatcher.admin.post(`/v1/admin/accounts/${name}/disable`));
  });
});

test("accounts whose names differ in case or by an end have nothing in common", async () => {
  const names = ["twin", "Twin", "TWIN", "twin.", "twin.x", "twin-x", "twin_x", "twinx", "win"];
  const accounts = await Promise.all(names.map((name) => dispatcher.account(name)));
  const mailboxes = names.map(() => receiver.mailbox());
  const webhooks = await Promise.all(
    accounts.map((account, index) =>
      account.create({
        target_url: mailboxes[index]!.url,
        additional_headers: { "x-account": names[index]! },
      })),
  );
  for (const [index, account] of accounts.entries()) {
    assert.equal(await account.publish(event(names[index]!)), 1);
    await mailboxes[index]!.answered(1);
  }
  for (const [index, mailbox] of mailboxes.entries()) {
    assert.deepEqual(marks(mailbox.texts), [names[index]]);
    assert.deepEqual(values(mailbox.received[0]!, "x-account"), [names[index]]);
    const { results, count } = await listed(accounts[index]!);
    assert.equal(count, 1);
    assert.equal(results[0].id, webhooks[index]!.id);
  }
  // One of them is deleted, and the others are as before.
  must(202, await dispatcher.admin.delete("/v1/admin/accounts/Twin"));
  for (const [index, account] of accounts.entries()) {
    if (names[index] !== "Twin") assert.equal((await listed(account)).count, 1, names[index]);
  }
  must(200, await accounts[0]!.api.get(`/v1/webhooks/${webhooks[0]!.id}`));
  must(404, await accounts[0]!.api.get(`/v1/webhooks/${webhooks[2]!.id}`));
});
