// Signing in and out, and where the key is kept.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page, Request } from "playwright-core";
import { must, type Account } from "../worker/support/harness.ts";
import { nowhere } from "../worker/support/receiver.ts";
import { setUp } from "./browser.ts";

const { dispatcher, open, signIn } = await setUp();

async function submitKey(page: Page, key: string) {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Returns all that the page stores, as texts. */
const stored = (page: Page) =>
  page.evaluate(() => ({
    session: JSON.stringify({ ...sessionStorage }),
    local: JSON.stringify({ ...localStorage }),
    cookies: document.cookie,
    address: location.href,
  }));

test("a key opens the dashboard, is kept in this tab only, and is in no URL", async () => {
  const account = await dispatcher.account();
  const page = await open();
  const requests: Request[] = [];
  page.on("request", (request) => requests.push(request));
  await page.goto("/dashboard");
  assert.equal(await page.title(), "Webhooks");
  await submitKey(page, ` ${account.key} `);
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  const found = await stored(page);
  assert.ok(found.session.includes(account.key));
  for (const text of [found.local, found.cookies, found.address]) {
    assert.ok(!text.includes(account.key), text);
  }
  const calls = requests.filter((each) => new URL(each.url()).pathname.startsWith("/v1/"));
  assert.ok(calls.length > 0);
  for (const call of calls) assert.equal(call.headers()["authorization"], `Bearer ${account.key}`);
  for (const each of requests) assert.ok(!each.url().includes(account.key), each.url());
  await page.reload();
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("API key").waitFor();
  assert.ok(!(await stored(page)).session.includes(account.key));
  await page.reload();
  await page.getByLabel("API key").waitFor();
});

test("a portal link signs in, and its token is removed from the address at once", async () => {
  const portal = async (account: Account) => {
    const path = `/v1/admin/accounts/${account.name}/portal`;
    const { id, url } = must(201, await dispatcher.admin.post(path)).json;
    return { id: String(id), url: String(url), token: String(url).split("=")[1]! };
  };
  const account = await dispatcher.account();
  const link = await portal(account);
  const page = await open();
  await page.goto(link.url);
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  const found = await stored(page);
  assert.ok(!found.address.includes(link.token), found.address);
  assert.ok(found.session.includes(link.token));
  // The history of the browser does not have it either.
  await page.goto("/dashboard#/events");
  await page.goBack();
  assert.ok(!page.url().includes(link.token), page.url());
  // The link's scopes suffice to manage webhooks.
  const webhook = await account.create({ target_url: "http://127.0.0.1:64997/one" });
  await page.goto(`/dashboard#/webhooks/${webhook.id}`);
  await page.getByRole("button", { name: "Ping" }).click();
  await page.getByText("A ping is a single test request.").waitFor();
  // Another link in the same tab signs in to the other account.
  const other = await dispatcher.account();
  await other.create({ target_url: "http://127.0.0.1:64998/other" });
  const second = await portal(other);
  await page.evaluate((url) => void (location.hash = new URL(url).hash), second.url);
  await page.getByRole("link", { name: /127\.0\.0\.1:64998/ }).waitFor();
  assert.ok(!page.url().includes(second.token), page.url());
  // A link that is revoked ends the session, and cannot sign in again. Its visitor has no API key.
  must(204, await dispatcher.admin.delete(`/v1/admin/keys/${second.id}`));
  await page.reload();
  await page.getByRole("heading", { name: "Your link has expired" }).waitFor();
  assert.equal(await page.getByLabel("API key").count(), 0);
  await page.goto("about:blank");
  await page.goto(`${second.url}&return_url=${encodeURIComponent("https://lms.example/webhooks")}`);
  await page.getByRole("heading", { name: "Your link has expired" }).waitFor();
  const back = page.getByRole("link", { name: "Go back" });
  assert.equal(await back.getAttribute("href"), "https://lms.example/webhooks");
  await page.getByRole("button", { name: "Sign in with an API key" }).click();
  await page.getByLabel("API key").waitFor();
});

test("the sign-in page refuses a wrong key and other text", async () => {
  const page = await open();
  await page.goto("/dashboard");
  for (const [key, sentence] of [
    ["nope", "This key is not valid."],
    ["mit Leerzeichen", "no space"],
  ] as const) {
    await submitKey(page, key);
    await page.getByText(sentence).waitFor();
    assert.equal(await page.getByLabel("API key").getAttribute("aria-invalid"), "true");
    assert.ok(!(await stored(page)).session.includes(key));
  }
});

test("the session ends when its key is revoked, and the page says why", async () => {
  const account = await dispatcher.account();
  const page = await open();
  await page.goto("/dashboard");
  await submitKey(page, account.key);
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  const keys = must(200, await dispatcher.admin.get("/v1/admin/keys?page_size=1000")).json.results;
  const { id } = keys.find((each: { account: string }) => each.account === account.name);
  must(204, await dispatcher.admin.delete(`/v1/admin/keys/${id}`));
  await page.reload();
  await page.getByText("This key is invalid or expired.").waitFor();
  assert.ok(!(await stored(page)).session.includes(account.key));
});

test("the page says when the dispatcher does not answer, until it answers again", async () => {
  const account = await dispatcher.account();
  const page = await signIn(account);
  const { id } = await account.create({ target_url: nowhere });
  await page.goto(`/dashboard#/webhooks/${id}`);
  await page.getByText("No deliveries yet").waitFor();
  await page.context().setOffline(true);
  await page.getByText("The dispatcher does not answer.").waitFor();
  // The loaded content stays.
  await page.getByText("No deliveries yet").waitFor();
  await page.context().setOffline(false);
  await page.getByText("The dispatcher does not answer.").waitFor({ state: "detached" });
});

test("an action that the key has no scope for is not offered", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({ target_url: nowhere });
  const reader = await dispatcher.account(account.name, ["webhooks:read"]);
  const page = await signIn(reader, `#/webhooks/${webhook.id}`);
  await page.getByRole("heading", { level: 1, name: new URL(nowhere).host }).waitFor();
  await page.getByRole("heading", { level: 2, name: "Deliveries" }).waitFor();
  for (const name of ["Ping", "Pause", "Edit", "Delete"])
    assert.equal(await page.getByRole("button", { name, exact: true }).count(), 0, name);
});
