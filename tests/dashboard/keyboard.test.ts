// Every page and dialog by keyboard alone: what can be done with the mouse is reached by Tab, and
// works by Enter, Space and the arrows.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Locator, Page } from "playwright-core";
import { event } from "../worker/support/events.ts";
import { must } from "../worker/support/harness.ts";
import { reply } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { setUp } from "./browser.ts";
import { stub } from "./wire.ts";

const { dispatcher, receiver, signIn, signInAsOperator } = await setUp();

/** More than any page or dialog here has. */
const tabsMax = 120;

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  for (let tabs = 0; tabs < tabsMax; tabs++) {
    if (await element.evaluate((each) => each === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`no Tab reaches ${String(element)}`);
}

/** Reaches an element by Tab and presses a key on it. */
async function press(page: Page, element: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, element);
  await page.keyboard.press(key);
}

/** Reaches a field by Tab and types into it. Its text is selected, as a Tab does. */
async function type(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

/** Waits until a field has the focus: what is typed before is lost. */
const fieldFocused = (page: Page, what: string) =>
  until(what, () => page.evaluate(() => document.activeElement?.tagName === "INPUT"));

/** The element of the page that has the focus. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? "");

test("a webhook is created with its options, edited, tested and paused", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const page = await signIn(account);
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  await page.keyboard.press("n");
  const create = page.getByRole("dialog", { name: "New webhook" });
  await create.waitFor();
  await page.keyboard.type(mailbox.url);
  await tabTo(page, create.getByLabel("All events"));
  await page.keyboard.press("ArrowRight");
  await press(page, create.getByLabel("Quiz completion"), "Space");
  await press(page, create.getByText("Filter by content"));
  const filter = '{"event_type":{"$startsWith":"QUIZ_"}}';
  await type(page, create.getByLabel("Filter", { exact: true }), filter);
  await press(page, create.getByRole("button", { name: "Test the filter" }));
  await create.getByText("It matches").waitFor();
  await press(page, create.getByText("Authentication and headers"));
  await press(page, create.getByRole("button", { name: "Add a header" }));
  await fieldFocused(page, "the new row to have the focus");
  await page.keyboard.type("x-tenant");
  await page.keyboard.press("Tab");
  await page.keyboard.type("acme");
  await press(page, create.getByRole("button", { name: "Create webhook" }));
  const ready = page.getByRole("dialog", { name: "Your webhook is ready" });
  await ready.waitFor();
  await page.keyboard.press("Enter");
  await press(page, ready.getByRole("button", { name: "Done" }));
  const [webhook] = must(200, await account.api.get("/v1/webhooks")).json.results;
  assert.equal(webhook.event_type, "QUIZ_COMPLETION");
  assert.deepEqual(Object.keys(webhook.additional_headers), ["x-tenant"]);

  await press(page, page.getByRole("button", { name: "Test event" }));
  const testing = page.getByRole("dialog", { name: "Send a test event" });
  await testing.waitFor();
  await page.keyboard.press("Enter");
  await testing.getByText("Delivered", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await testing.waitFor({ state: "detached" });
  // The focus is back where it was.
  assert.equal(await focused(page), "Test event");

  await press(page, page.getByRole("link", { name: "Settings" }));
  await press(page, page.getByRole("button", { name: "Edit" }));
  const edit = page.getByRole("dialog", { name: "Edit webhook" });
  await edit.waitFor();
  await tabTo(page, edit.getByLabel("Only some"));
  await page.keyboard.press("ArrowLeft");
  await press(page, edit.getByRole("button", { name: "Save" }));
  await edit.waitFor({ state: "detached" });
  await page.getByText("All events, filtered").first().waitFor();

  await press(page, page.getByRole("button", { name: "Pause" }));
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("button", { name: "Re-activate" }));
  await page.getByRole("button", { name: "Pause" }).waitFor();
});

test("a delivery is found by filters, and what was sent is read and copied", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(reply(503, { "retry-after": "600" }));
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  await mailbox.got(1);
  const page = await signIn(account, `#/webhooks/${id}`);
  await page.locator(".deliveries [data-row]").waitFor();
  await tabTo(page, page.getByLabel("Status", { exact: true }));
  await page.keyboard.press("ArrowDown");
  await until("a filter", () => page.url().includes("status=waiting"));
  await press(page, page.locator(".deliveries [data-row]").first());
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("heading", { name: "1 attempt" }).waitFor();
  await press(page, sheet.getByRole("button", { name: "What was sent" }));
  await press(page, sheet.getByRole("button", { name: "Copy as curl" }));
  await sheet.getByRole("button", { name: "Copied" }).waitFor();
  // A long body is scrolled by the arrows, so it takes the focus.
  await tabTo(page, sheet.locator(".sent pre"));
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
});

test("the operator makes a key and a link, defines a type, and erases an account", async () => {
  const account = await dispatcher.account();
  const page = await signInAsOperator();
  await stub(page, "PUT", /^\/v1\/admin\/event-types\/ORDER_PAID$/, () => ({ json: {} }));
  await press(page, page.getByRole("link", { name: "Keys", exact: true }));
  await press(page, page.getByRole("button", { name: "New key" }));
  const key = page.getByRole("dialog", { name: "New key" });
  await key.waitFor();
  await page.keyboard.type(account.name);
  await type(page, key.getByLabel("Name", { exact: true }), "reporting");
  await press(page, key.getByLabel("events:write"), "Space");
  await press(page, key.getByRole("button", { name: "Make key" }));
  const made = page.getByRole("dialog", { name: `The key for ${account.name}` });
  await made.waitFor();
  await page.keyboard.press("Enter");
  await press(page, made.getByRole("button", { name: "Done" }));
  await made.waitFor({ state: "detached" });
  await page.getByText("reporting").first().waitFor();
  await page.keyboard.press("/");
  await fieldFocused(page, "the search to have the focus");
  await page.keyboard.type("reporting");
  const row = page.getByRole("listitem").filter({ hasText: "reporting" });
  const revoke = row.getByRole("button", { name: /^Revoke/ });
  await until("one is found", async () => (await revoke.count()) === 1);
  await press(page, revoke);
  const sure = page.getByRole("dialog", { name: "Revoke this key?" });
  await sure.waitFor();
  // The harmless button has the focus.
  assert.equal(await focused(page), "Keep it");
  await press(page, sure.getByRole("button", { name: "Revoke the key" }));
  await page.getByText("No key matches").waitFor();

  await press(page, page.getByRole("link", { name: "Portal links" }));
  await press(page, page.getByRole("button", { name: "New portal link" }));
  const link = page.getByRole("dialog", { name: "New portal link" });
  await link.waitFor();
  await page.keyboard.type(account.name);
  await page.keyboard.press("Enter");
  const shown = page.getByRole("dialog", { name: `The link for ${account.name}` });
  await shown.waitFor();
  await page.keyboard.press("Enter");
  await press(page, shown.getByRole("button", { name: "Done" }));

  await press(page, page.getByRole("link", { name: "Event types" }));
  await press(page, page.getByRole("button", { name: "New event type" }));
  const types = page.getByRole("dialog", { name: "New event type" });
  await types.waitFor();
  await page.keyboard.type("ORDER_PAID");
  await page.keyboard.press("Enter");
  await types.waitFor({ state: "detached" });

  await press(page, page.getByRole("link", { name: "Accounts" }));
  await type(page, page.getByLabel("Account by name"), account.name);
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("button", { name: "Delete", exact: true }));
  await page.getByRole("dialog").waitFor();
  await page.keyboard.type(account.name);
  await page.keyboard.press("Enter");
  await page.getByText("Its data is being deleted").first().waitFor();
});

test("a search keeps every letter, however fast they are typed", async () => {
  const page = await signInAsOperator();
  await press(page, page.getByRole("link", { name: "Event types" }));
  const search = page.getByLabel("Search event types");
  await search.waitFor();
  for (const delay of [0, 1, 2, 3, 5, 8, 13, 21]) {
    const text = `completion of a course, ${delay} ms a letter`;
    await type(page, search, "");
    await page.keyboard.type(text, { delay });
    assert.equal(await search.inputValue(), text);
    await page.getByText("No event type matches").waitFor();
    assert.equal(await search.inputValue(), text);
  }
});
