// The API reference in a real Chromium: it shows the contract, and its calls can be tried.

import assert from "node:assert/strict";
import { test } from "node:test";
import { narrow, setUp } from "./browser.ts";

const { dispatcher, signIn, open } = await setUp();

test("the reference shows every call, and one can be tried with a key", async () => {
  const account = await dispatcher.account();
  await account.create({ target_url: "http://127.0.0.1:64999/hook" });
  const page = await open();
  await page.goto("/docs");
  await page.getByRole("heading", { name: /Webhook dispatcher/ }).waitFor();
  assert.ok((await page.locator(".opblock").count()) >= 28);
  await page.getByRole("button", { name: "Authorize" }).first().click();
  const dialog = page.locator(".modal-ux");
  await dialog.locator("#auth-bearer-value").first().fill(account.key);
  await dialog.getByRole("button", { name: "Apply credentials" }).nth(1).click();
  await dialog.getByRole("button", { name: "Close" }).last().click();
  const call = page.locator("#operations-Webhooks-listWebhooks");
  await call.getByRole("button", { name: /\/v1\/webhooks/ }).first().click();
  await call.getByRole("button", { name: "Execute" }).click();
  await call.getByText('"http://127.0.0.1:64999/hook"').first().waitFor();
});

test("the dashboard links to the reference", async () => {
  const page = await signIn(await dispatcher.account());
  await page.getByRole("link", { name: "API reference" }).click();
  await page.getByRole("heading", { name: /Webhook dispatcher/ }).waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
});

test("the reference fits the screen of a phone", async () => {
  const page = await open({ viewport: narrow });
  await page.goto("/docs");
  await page.getByRole("heading", { name: /Webhook dispatcher/ }).waitFor();
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= narrow.width, `${width} px wide`);
});
