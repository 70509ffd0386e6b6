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
  // Enter copies the secret, since the button for that has the focus.
  await page.keyboard.press("Enter");
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
  await page.getByRole("link", { name: /Not tried yet/ }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.getByText("No deliveries yet").waitFor();
});

test("no key that is pressed by mistake loses a secret that was not copied", async () => {
  const account = await dispatcher.account();
  const { id } = await account.create({ target_url: receiver.mailbox().url });
  const page = await signIn(account, `#/webhooks/${id}/settings`);
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "The new key is in force" });
  const secret = dialog.getByText(/^whsec_/);
  await secret.waitFor();
  const close = [
    () => page.keyboard.press("Escape"),
    // Browsers close a dialog at the second Escape in a row, unless the page takes the key itself.
    () => page.keyboard.press("Escape"),
    () => page.keyboard.press("Escape"),
    () => dialog.getByRole("button", { name: "Close", exact: true }).click(),
    () => page.mouse.click(5, 5),
  ];
  for (const attempt of close) {
    await attempt();
    assert.ok(await secret.isVisible());
  }
  await dialog.getByText("was not copied, and it cannot be shown again").waitFor();
  // A copy without the button counts as well.
  await secret.selectText();
  await page.keyboard.press("Control+c");
  await dialog.getByRole("button", { name: "Done" }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^whsec_/);
});

test("a test event goes to one webhook only, and its page shows the answer", async () => {
  const account = await dispatcher.account();
  const [one, other] = [receiver.mailbox(reply(200, {}, "thank you")), receiver.mailbox()];
  const webhook = await account.create({ target_url: one.url, event_type: "QUIZ_COMPLETION" });
  await account.create({ target_url: other.url });
  const page = await signIn(account, `#/webhooks/${webhook.id}`);
  await page.getByRole("button", { name: "Test event" }).click();
  const dialog = page.getByRole("dialog", { name: "Send a test event" });
  // Only the types that the webhook takes are offered, and the button to send has the focus.
  assert.deepEqual(await dialog.getByLabel("Event").locator("option").allTextContents(), [
    "Quiz completion",
  ]);
  await page.keyboard.press("Enter");
  await dialog.getByText("Delivered", { exact: true }).waitFor();
  const [request] = await one.got(1);
  const body = JSON.parse(request!.body.toString());
  assert.deepEqual([body.event_type, body.test], ["QUIZ_COMPLETION", true]);
  one.answer(reply(500, {}, "down"));
  await dialog.getByRole("button", { name: "Send again" }).click();
  await dialog.getByText("Failed", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  // It is no delivery, and the other webhook has got nothing.
  await page.getByText("No deliveries yet").waitFor();
  assert.deepEqual([one.count, other.count], [2, 0]);
});

test("two equal headers are refused before they are sent", async () => {
  const account = await dispatcher.account();
  const page = await signIn(account, "#/?new=1");
  const dialog = page.getByRole("dialog", { name: "New webhook" });
  await dialog.getByLabel("URL").fill("https://example.com/hook");
  await dialog.getByText("Authentication and headers").click();
  for (const [number, name] of [[1, "X-Tenant"], [2, "x-tenant "]] as const) {
    await dialog.getByRole("button", { name: "Add a header" }).click();
    await dialog.getByLabel(`Name of header ${number}`).fill(name);
    await dialog.getByLabel(`Value of header ${number}`).fill("1");
  }
  const posts: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") posts.push(request.url());
  });
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await dialog.getByText("x-tenant is there twice.").waitFor();
  assert.equal(await dialog.getByLabel("Name of header 2").getAttribute("aria-invalid"), "true");
  assert.deepEqual(posts, []);
  await dialog.getByLabel("Name of header 2").fill("X-Other");
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("dialog", { name: "Your webhook is ready" }).waitFor();
  const [webhook] = must(200, await account.api.get("/v1/webhooks")).json.results;
  assert.deepEqual(Object.keys(webhook.additional_headers), ["X-Tenant", "X-Other"]);
});

test("a form with wrong fields marks them, and can be corrected", async () => {
  const account = await dispatcher.account();
  const page = await signIn(account, "#/?new=1");
  const dialog = page.getByRole("dialog", { name: "New webhook" });
  await dialog.getByLabel("URL").fill("ftp://example.com/");
  await dialog.getByText("Authentication and headers").click();
  await dialog.getByLabel("User name").fill("a:b");
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await dialog.locator("[aria-invalid=true]").nth(1).waitFor();
  assert.equal(await dialog.getByLabel("URL").getAttribute("aria-invalid"), "true");
  assert.equal(await dialog.getByLabel("User name").getAttribute("aria-invalid"), "true");
  await dialog.getByLabel("URL").fill("https://example.com/hook");
  await dialog.getByLabel("User name").fill("ada");
  await dialog.getByText("Signature").click();
  await dialog.getByLabel("Algorithm").selectOption("ed25519");
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
  await dialog.getByLabel("Only some").check();
  await dialog.getByLabel("Quiz completion").check();
  await dialog.getByRole("button", { name: "Remove header 2" }).click();
  await dialog.getByRole("button", { name: "Add a header" }).click();
  await dialog.getByLabel("Name of header 2").fill("x-new");
  await dialog.getByLabel("Value of header 2").fill("2");
  await dialog.getByText("Rate, order and retries").click();
  await dialog.getByLabel("Attempts per second, at most").fill("50");
  await dialog.getByLabel("Attempts at a time, at most").fill("257");
  await dialog.getByLabel("Strict order").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("A whole number from 1 to 256 is required.").waitFor();
  await dialog.getByLabel("Attempts at a time, at most").fill("1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("At most 1 at a time, 50 a second").waitFor();
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
  const label = "Attempts at a time, at most";
  const fresh = page.getByRole("dialog", { name: "New webhook" });
  await fresh.getByText("Rate, order and retries").click();
  assert.equal(await fresh.getByLabel(label).inputValue(), `${byDefault.max_in_flight}`);
  await page.goto(`/dashboard#/webhooks/${webhook.id}/settings`);
  await page.getByText("At most 5 at a time").waitFor();
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit webhook" });
  assert.equal(await dialog.getByLabel(label).inputValue(), "5");
  await dialog.getByLabel(label).fill("");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText(`At most ${byDefault.max_in_flight} at a time`).waitFor();
  assert.equal((await account.read(webhook.id)).max_in_flight, byDefault.max_in_flight);
});

test("after a rotation, deliveries carry both signatures during the grace period", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const webhook = await account.create({ target_url: mailbox.url });
  const page = await signIn(account, `#/webhooks/${webhook.id}/settings`);
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await page.getByLabel("Keep the old key valid for").selectOption("3600");
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "The new key is in force" });
  const secret = (await dialog.getByText(/^whsec_/).textContent()) ?? "";
  await dialog.getByRole("button", { name: "Copy the signing secret" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
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
  await page.getByText("Events that are published meanwhile are not kept for it.").waitFor();
  await page.keyboard.press("Enter");
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
  const row = page.getByRole("link", { name: /Off/ });
  await row.getByText("the receiver answered with a 4xx status").waitFor();
  await row.getByText("31 to recover").waitFor();
  await row.click();
  await page.getByText("30 events held since, 1 undelivered before.").waitFor();
  mailbox.answer(200);
  await page.getByRole("button", { name: "Re-activate", exact: true }).click();
  await page.getByText("31 events missed while it was off").waitFor();
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
    .getByText(/next attempt in \d+ (sec|min)/)
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
