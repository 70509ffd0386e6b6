// Webhooks in the dashboard: created, edited, rotated, paused, recovered and deleted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { event } from "../worker/support/events.ts";
import { must } from "../worker/support/harness.ts";
import { reply, values } from "../worker/support/receiver.ts";
import { setUp } from "./browser.ts";

const { dispatcher, receiver, signIn } = await setUp();

test("a webhook is created by keyboard, and its secret is shown once and verifies", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const page = await signIn(account);
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  await page.keyboard.press("n");
  // The address field has the focus.
  await page.getByRole("dialog", { name: "New webhook" }).waitFor();
  await page.keyboard.type(mailbox.url);
  await page.keyboard.press("Enter");
  const ready = page.getByRole("dialog", { name: "Your webhook is ready" });
  await ready.waitFor();
  const secret = (await ready.getByText(/^whsec_/).textContent()) ?? "";
  await ready.getByRole("button", { name: "Copy the secret" }).click();
  await ready.getByRole("button", { name: "Copied", exact: true }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { level: 1, name: mailbox.url.slice(7) }).waitFor();
  assert.ok(!(await page.content()).includes(secret), "the secret is still in the page");

  await page.getByRole("button", { name: "Ping" }).click();
  await page.getByText("Ping succeeded: the receiver answered 200.").waitFor();
  const [ping] = mailbox.received;
  const header = (name: string) => values(ping!, name)[0]!;
  new Webhook(secret).verify(ping!.body.toString(), {
    "webhook-id": header("webhook-id"),
    "webhook-timestamp": header("webhook-timestamp"),
    "webhook-signature": header("webhook-signature"),
  });

  await page.goto("/dashboard#/");
  await page.getByRole("link", { name: /No events yet/ }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByText("No deliveries yet").waitFor();
});

test("a form with wrong fields marks them, and can be corrected", async () => {
  const account = await dispatcher.account();
  const page = await signIn(account, "#/?new=1");
  const dialog = page.getByRole("dialog", { name: "New webhook" });
  await dialog.getByLabel("Address").fill("ftp://example.com/");
  await dialog.getByText("Authentication, headers and pace").click();
  await dialog.getByLabel("User name").fill("a:b");
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await dialog.locator("[aria-invalid=true]").nth(1).waitFor();
  assert.equal(await dialog.getByLabel("Address").getAttribute("aria-invalid"), "true");
  assert.equal(await dialog.getByLabel("User name").getAttribute("aria-invalid"), "true");
  await dialog.getByLabel("Address").fill("https://example.com/hook");
  await dialog.getByLabel("User name").fill("ada");
  await dialog.getByLabel("Signature").selectOption("ed25519");
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await page
    .getByRole("dialog", { name: "Your webhook is ready" })
    .getByText(/^whpk_/)
    .waitFor();
  const [webhook] = must(200, await account.api.get("/v1/webhooks")).json.results;
  assert.equal(webhook.target_url, "https://example.com/hook");
  assert.equal(webhook.basic_auth_username, "ada");
});

test("an edited webhook keeps its masked secrets", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const webhook = await account.create({
    target_url: mailbox.url,
    basic_auth_username: "ada",
    basic_auth_password: "countess",
    additional_headers: { "x-tenant": "acme", "x-old": "1" },
  });
  const page = await signIn(account, `#/webhooks/${webhook.id}/settings`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit webhook" });
  await dialog.getByLabel("Events").selectOption("QUIZ_COMPLETION");
  await dialog.getByRole("button", { name: "Remove header 2" }).click();
  await dialog.getByRole("button", { name: "Add a header" }).click();
  await dialog.getByLabel("Name of header 2").fill("x-new");
  await dialog.getByLabel("Value of header 2").fill("2");
  await dialog.getByLabel("Sends a second, at most").fill("50");
  await dialog.getByLabel("Sends at a time, at most").fill("257");
  await dialog.getByLabel("Keep the order").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("A whole number from 1 to 256 is required.").waitFor();
  await dialog.getByLabel("Sends at a time, at most").fill("1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("At most 1 send at a time, and 50 a second").waitFor();
  const read: Record<string, unknown> = { ...(await account.read(webhook.id)) };
  assert.equal(read["event_type"], "QUIZ_COMPLETION");
  assert.deepEqual(Object.keys(read["additional_headers"] as object), ["x-tenant", "x-new"]);
  const options = [read["max_per_second"], read["max_in_flight"], read["ordered"]];
  assert.deepEqual(options, [50, 1, true]);
  await account.publish({ event_type: "QUIZ_COMPLETION" });
  const [request] = await mailbox.got(1);
  assert.equal(values(request!, "x-tenant")[0], "acme");
  assert.equal(values(request!, "x-new")[0], "2");
  const expected = `Basic ${Buffer.from("ada:countess").toString("base64")}`;
  assert.equal(values(request!, "authorization")[0], expected);
});

test("the form shows the default of sends at a time, and an empty field restores it", async () => {
  const account = await dispatcher.account();
  const target_url = receiver.mailbox().url;
  const byDefault = await account.create({ target_url });
  const webhook = await account.create({ target_url, max_in_flight: 5 });
  const page = await signIn(account, "#/?new=1");
  const label = "Sends at a time, at most";
  const fresh = page.getByRole("dialog", { name: "New webhook" });
  await fresh.getByText("Authentication, headers and pace").click();
  assert.equal(await fresh.getByLabel(label).inputValue(), `${byDefault.max_in_flight}`);
  await page.goto(`/dashboard#/webhooks/${webhook.id}/settings`);
  await page.getByText("At most 5 sends at a time").waitFor();
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit webhook" });
  assert.equal(await dialog.getByLabel(label).inputValue(), "5");
  await dialog.getByLabel(label).fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText(`At most ${byDefault.max_in_flight} sends at a time`).waitFor();
  assert.equal((await account.read(webhook.id)).max_in_flight, byDefault.max_in_flight);
});

test("after a rotation, deliveries carry both signatures during the grace period", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const webhook = await account.create({ target_url: mailbox.url });
  const page = await signIn(account, `#/webhooks/${webhook.id}/settings`);
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await page.getByLabel("The one before signs for").selectOption("3600");
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "The new key is in force" });
  const secret = (await dialog.getByText(/^whsec_/).textContent()) ?? "";
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  await account.publish(event("after"));
  const [request] = await mailbox.got(1);
  const signature = values(request!, "webhook-signature")[0]!;
  assert.equal(signature.split(" ").length, 2);
  new Webhook(secret).verify(request!.body.toString(), {
    "webhook-id": values(request!, "webhook-id")[0]!,
    "webhook-timestamp": values(request!, "webhook-timestamp")[0]!,
    "webhook-signature": signature,
  });
});

test("a webhook can be paused and re-activated", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({ target_url: receiver.mailbox().url });
  const page = await signIn(account, `#/webhooks/${webhook.id}`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByText("Paused by its owner").waitFor();
  assert.equal((await account.read(webhook.id)).active, false);
  await page.getByRole("button", { name: "Re-activate" }).click();
  await page.getByRole("button", { name: "Pause" }).waitFor();
  assert.equal((await account.read(webhook.id)).active, true);
});

test("a deactivated webhook says why, and a recovery shows its progress", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(reply(410, {}, "gone"));
  const webhook = await account.create({ target_url: mailbox.url });
  await account.publish(event("first"));
  await account.deactivated(webhook.id);
  for (let number = 0; number < 30; number++) {
    must(202, await account.api.post("/v1/events", event(`held ${number}`)));
  }
  const page = await signIn(account);
  const row = page.getByRole("link", { name: /Switched off/ });
  await row.getByText("The receiver refused an event with a 4xx answer.").waitFor();
  await row.getByText("31 kept for you").waitFor();
  await row.click();
  await page.getByText("30 events held since, 1 undelivered before.").waitFor();
  mailbox.answer(200);
  await page.getByRole("button", { name: "Re-activate", exact: true }).click();
  await page.getByText("31 events missed while it was switched off").waitFor();
  await page.getByRole("button", { name: "Recover" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Recover" }).click();
  const progress = page.getByRole("progressbar");
  await progress.waitFor();
  assert.equal(await progress.getAttribute("max"), "31");
  await mailbox.got(32);
  await progress.waitFor({ state: "detached" });
  await page.getByText("nothing to recover").waitFor();
});

test("a failing webhook shows when the next attempt is due", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({
    target_url: receiver.mailbox(reply(503, { "retry-after": "120" })).url,
  });
  await account.publish(event("a"));
  const page = await signIn(account);
  await page
    .getByRole("link", { name: /Failing/ })
    .getByText(/next try in \d+ (sec|min)/)
    .waitFor();
  await page.goto(`/dashboard#/webhooks/${webhook.id}`);
  await page.getByText("The receiver is failing").waitFor();
});

test("a webhook is deleted only after a confirmation", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({ target_url: receiver.mailbox().url });
  const page = await signIn(account, `#/webhooks/${webhook.id}/settings`);
  const start = page.getByRole("button", { name: "Delete", exact: true });
  await start.click();
  // Waits for the focus on the harmless button. Before, Enter would go to the button on the page.
  await page.locator("dialog button:focus", { hasText: "Keep it" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  must(200, await account.api.get(`/v1/webhooks/${webhook.id}`));
  await start.click();
  await page.getByRole("button", { name: "Delete webhook" }).click();
  await page.getByText("Add your first webhook").waitFor();
  must(404, await account.api.get(`/v1/webhooks/${webhook.id}`));
  await page.goto(`/dashboard#/webhooks/${webhook.id}`);
  await page.getByText("There is no such webhook").waitFor();
});
