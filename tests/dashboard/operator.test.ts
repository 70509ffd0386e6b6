// The operator: signs in with ADMIN_KEY, begins at the accounts, opens one, makes keys and links.

import assert from "node:assert/strict";
import { test } from "node:test";
import { must, type Account } from "../worker/support/harness.ts";
import { until } from "../worker/support/wait.ts";
import { setUp } from "./browser.ts";
import { stub } from "./wire.ts";

const { dispatcher, receiver, open, signInAsOperator } = await setUp();

const keysOf = async ({ name }: Account) => {
  const path = "/v1/admin/keys?page_size=1000";
  const keys = must(200, await dispatcher.admin.get(path)).json.results;
  return keys.filter((each: { account: string }) => each.account === name);
};

test("the accounts are listed and searched, and one of them is opened by keyboard", async () => {
  const account = await dispatcher.account();
  await account.create({ target_url: receiver.mailbox().url });
  const page = await open();
  const rows = ["acme", "Acme.EU", account.name].map((each, index) => ({
    account: each,
    webhooks: index,
    failing: index === 1 ? 2 : 0,
    off: 0,
    last_event_at: index === 0 ? null : "2026-01-01T00:00:00.000Z",
  }));
  await stub(page, "GET", /^\/v1\/admin\/accounts$/, (url) => ({
    json: {
      results: rows.filter((row) => row.account.includes(url.searchParams.get("q") ?? "")),
      next: null,
    },
  }));
  await page.goto("/dashboard");
  await page.getByLabel("API key").fill("test-admin-key-53d9a7f2");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: /Acme\.EU.*2 failing/ }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type(account.name);
  await until("one is left", async () => (await page.locator("[data-row]").count()) === 1);
  await page.locator("[data-row]").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: account.name }).waitFor();
  // The page of the account says how it stands, and which keys it has.
  await page.getByRole("heading", { name: "Keys and portal links" }).waitFor();
  await page.getByText("Enabled", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Open its dashboard" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("1 webhook", { exact: true }).waitFor();
  const opened = (await keysOf(account)).filter((each: { portal: boolean }) => each.portal);
  assert.equal(opened.length, 1);
  // A reload stays in the account, and the way back leads to the accounts and ends the key.
  await page.reload();
  await page.getByRole("link", { name: /Not tried yet/ }).waitFor();
  await page.getByRole("button", { name: "All accounts" }).click();
  await page.getByRole("heading", { name: "Accounts" }).waitFor();
  await until("the key is revoked", async () => (await keysOf(account)).length === 1);
});

test("the operator's key is in no request to an account, and the other way round", async () => {
  const account = await dispatcher.account();
  const page = await signInAsOperator();
  const wrong: string[] = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith("/v1/")) return;
    const isAdmin = pathname.startsWith("/v1/admin/");
    const isAdminKey = request.headers()["authorization"]?.includes("test-admin-key") ?? false;
    const either = pathname === "/v1/event-types" || pathname === "/v1/ping";
    if (isAdmin !== isAdminKey && !either) wrong.push(pathname);
  });
  await page.goto(`/dashboard#/accounts/${account.name}`);
  await page.getByRole("button", { name: "Open its dashboard" }).click();
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  await page.goto("/dashboard#/account");
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
  await page.getByText("made a portal link").first().waitFor();
  assert.deepEqual(wrong, []);
  // An address of the operator's pages leaves the account.
  await page.goto("/dashboard#/keys");
  await page.getByRole("heading", { level: 1, name: "Keys" }).waitFor();
});

test("a key is made, shown once, used, and revoked", async () => {
  const account = await dispatcher.account();
  const page = await signInAsOperator();
  await page.goto("/dashboard#/keys");
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog", { name: "New key" });
  await dialog.getByRole("button", { name: "Make key" }).click();
  // What is wrong is said at its field.
  await dialog.locator("[aria-invalid=true]").first().waitFor();
  await dialog.getByLabel("Account").fill(account.name);
  await dialog.getByLabel("Name", { exact: true }).fill("reporting");
  await dialog.getByLabel("webhooks:write").uncheck();
  await dialog.getByLabel("events:write").uncheck();
  await dialog.getByLabel("Expires").fill("2030-01-31 25:00");
  await dialog.getByText("Write it like").waitFor();
  await dialog.getByLabel("Expires").fill("2030-01-31 23:00");
  await dialog.getByRole("button", { name: "Make key" }).click();
  const made = page.getByRole("dialog", { name: `The key for ${account.name}` });
  const key = (await made.getByText(/^whk_/).textContent()) ?? "";
  await made.getByRole("button", { name: "Copy the key" }).click();
  await made.getByRole("button", { name: "Done" }).click();
  const client = dispatcher.client(key);
  must(200, await client.get("/v1/webhooks"));
  must(403, await client.post("/v1/webhooks", { target_url: receiver.mailbox().url }));
  const found = (await keysOf(account)).find((each: { name: string }) => each.name === "reporting");
  assert.equal(new Date(found.expires_at).getTime(), new Date(2030, 0, 31, 23).getTime());
  await page.getByLabel("Search by account, name or id").fill(`reporting ${account.name}`);
  await page.getByRole("button", { name: `Revoke ${found.id}` }).click();
  const revoke = page.getByRole("dialog", { name: "Revoke this key?" });
  await revoke.getByRole("button", { name: "Revoke the key" }).click();
  await page.getByText("No key matches").waitFor();
  must(401, await client.get("/v1/webhooks"));
});

test("a portal link is made for an account, opens it, and is listed", async () => {
  const account = await dispatcher.account();
  await account.create({ target_url: receiver.mailbox().url });
  const page = await signInAsOperator();
  await page.goto("/dashboard#/links");
  await page.getByRole("button", { name: "New portal link" }).click();
  const dialog = page.getByRole("dialog", { name: "New portal link" });
  await dialog.getByLabel("Account").fill(account.name);
  await dialog.getByLabel("It works for").selectOption("600");
  await dialog.getByRole("button", { name: "Make link" }).click();
  const made = page.getByRole("dialog", { name: `The link for ${account.name}` });
  const url = (await made.getByText(/#token=/).textContent()) ?? "";
  await made.getByRole("button", { name: "Copy the link" }).click();
  await made.getByRole("button", { name: "Done" }).click();
  await page.getByText(/expires in (9|10) min/).waitFor();
  const customer = await open();
  await customer.goto(url);
  await customer.getByText("1 webhook", { exact: true }).waitFor();
});

test("an account is disabled and enabled, and deleted after its name is typed", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({ target_url: receiver.mailbox().url });
  const page = await signInAsOperator();
  await page.getByLabel("Account by name").fill(account.name);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Disable" }).click();
  await page.getByText("Disabled: nothing is sent").first().waitFor();
  must(403, await account.api.post("/v1/events", { event_type: "QUIZ_COMPLETION" }));
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Disable" }).waitFor();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Delete the data" });
  assert.ok(await confirm.isDisabled());
  await page.keyboard.type(`${account.name}x`);
  await page.keyboard.press("Enter");
  assert.ok(await dialog.isVisible());
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  await page.getByText("Its data is being deleted").first().waitFor();
  const path = `/v1/webhooks/${webhook.id}`;
  await until("its keys are gone", async () => (await account.api.get(path)).status === 401);
});
