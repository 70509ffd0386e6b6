// Every page, light and dark, wide and narrow: axe-core finds no violation, and no page is wider
// than the screen. With SCREENSHOTS=folder, a screenshot of each page is saved there.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { must } from "../worker/support/harness.ts";
import { reply } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { narrow, setUp, wide } from "./browser.ts";
import { addHistory, type Copy } from "./history.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const screenshots = process.env["SCREENSHOTS"];

/** In screenshots, the receiver has the address of the examples in README.md. */
const port = screenshots === undefined ? 0 : 3000;

const { dispatcher, receiver, open, signIn, signInAsOperator } = await setUp({}, port);
const account = await dispatcher.account("acme");
const ids = await createContent();

/** Creates a webhook in every state, one of them with a history of a day. */
async function createContent() {
  const json = { "content-type": "application/json" };
  const busy = receiver.mailboxAt(
    "/webhooks/courses",
    reply(503, json, '{"error":"database is locked","request":"req_81f2"}'),
    reply(200, json, '{"ok":true,"queued":"job-1841"}'),
  );
  const refusing = receiver.mailboxAt("/crm/events", reply(404, json, '{"error":"no such route"}'));
  const down = receiver.mailboxAt("/lms/hook", reply(503, { "retry-after": "600" }, "down"));
  const create = async (target_url: string, event_type: string | null, active = true) =>
    (
      await account.create({
        target_url: target_url.replace("127.0.0.1", "localhost"),
        event_type,
        active,
      })
    ).id;
  const busyId = await create(busy.url, null);
  const refusingId = await create(refusing.url, "COURSE_COMPLETION");
  await create(down.url, "QUIZ_COMPLETION");
  await create(`${receiver.origin}/audit`, "PURCHASE_FULFILLMENT");
  await create(`${receiver.origin}/warehouse/ingest`, null, false);
  for (const event_type of ["LESSON_COMPLETION", "COURSE_ENROLLMENT", "PATH_COMPLETION"]) {
    await account.publish({ event_type, test: true });
  }
  await account.publish({ event_type: "COURSE_COMPLETION", test: true });
  await account.deactivated(refusingId);
  for (let number = 0; number < 12; number++) {
    must(202, await account.api.post("/v1/events", { event_type: "COURSE_COMPLETION", number }));
  }
  await until(
    "all arrived",
    async () =>
      must(200, await account.api.get(`/v1/webhooks/${busyId}/stats`)).json.delivered === 16,
  );
  const object = await dispatcher.webhookObject(account.name, busyId);
  await dispatcher.kill();
  addHistory(dispatcher, object, dayOfDeliveries());
  await dispatcher.restart();
  const last = await account.api.post("/v1/events", { event_type: "QUIZ_COMPLETION", test: true });
  return { busy: busyId, refusing: refusingId, event: must(202, last).json.id as string };
}

/** Returns a day of deliveries: more by day than by night, and an hour with a slow receiver. */
function dayOfDeliveries(): Copy[] {
  const copies: Copy[] = [];
  for (let seconds = 120; seconds < 86_000; seconds += 75) {
    const load = 0.55 + 0.45 * Math.sin((seconds / 86_400) * Math.PI * 2 + 1);
    if (((seconds * 7_919) % 1_000) / 1_000 > load) continue;
    const isSlow = seconds > 30_000 && seconds < 34_000;
    copies.push({
      agoMs: seconds * 1_000,
      tookMs: isSlow ? 2_400 + ((seconds * 31) % 9_000) : 34 + ((seconds * 37) % 61),
      of: isSlow ? 0 : 1 + (seconds % 3),
    });
  }
  return copies;
}

interface View {
  name: string;
  place: string;
  /** The view is checked when this text is visible. */
  text: string;
  /** Further actions before the check. */
  act?: (page: Page) => Promise<void>;
}

/** Returns the views of the dialogs that these buttons of a page open. */
function dialogs(place: string, buttons: string[]): View[] {
  return buttons.map((name) => ({
    name: name.toLowerCase().replaceAll(" ", "-"),
    place,
    text: name,
    act: async (page) => {
      await page.getByRole("button", { name, exact: true }).click();
      await page.getByRole("dialog").waitFor();
    },
  }));
}

const views: View[] = [
  { name: "webhooks", place: "#/", text: "5 webhooks" },
  { name: "webhook", place: `#/webhooks/${ids.busy}`, text: "Follows new deliveries" },
  { name: "off", place: `#/webhooks/${ids.refusing}`, text: "Re-activate and recover" },
  { name: "settings", place: `#/webhooks/${ids.busy}/settings`, text: "HMAC-SHA256" },
  { name: "events", place: "#/events", text: "See it arrive" },
  { name: "event", place: `#/events/${ids.event}`, text: "1 attempt" },
  {
    name: "new",
    place: "#/?new=1",
    text: "Every event is sent there",
    act: async (page) => {
      await page.getByLabel("Only some").check();
      const titles = [
        "Filter by content", "Authentication and headers", "Rate, order and retries", "Metadata",
      ];
      for (const title of titles) await page.getByText(title, { exact: true }).click();
    },
  },
  {
    name: "delivery",
    place: `#/webhooks/${ids.busy}`,
    text: "Follows new deliveries",
    act: async (page) => {
      const rows = page.locator(".deliveries [data-row]");
      await rows.filter({ hasText: "2 attempts" }).first().click();
      await page.getByRole("heading", { name: "2 attempts" }).waitFor();
    },
  },
  { name: "catalogue", place: "#/catalogue", text: "COURSE_ENROLLMENT" },
  { name: "account", place: "#/account", text: "made a key" },
  {
    name: "alert",
    place: "#/account",
    text: "There is none yet",
    act: (page) => page.getByRole("button", { name: "Create the alert" }).click(),
  },
  {
    name: "test",
    place: `#/webhooks/${ids.busy}`,
    text: "Follows new deliveries",
    act: async (page) => {
      await page.getByRole("button", { name: "Test event" }).click();
      await page.getByRole("button", { name: "Send to this webhook" }).click();
      await page.locator(".outcome").waitFor();
    },
  },
  ...dialogs(`#/webhooks/${ids.busy}`, ["Pause"]),
  ...dialogs(`#/webhooks/${ids.busy}/settings`, ["Edit", "Rotate secret", "Delete"]),
  {
    name: "secret",
    place: `#/webhooks/${ids.busy}/settings`,
    text: "HMAC-SHA256",
    act: async (page) => {
      await page.getByRole("button", { name: "Rotate secret" }).click();
      await page.getByLabel("Keep the old key valid for").selectOption("0");
      await page.getByRole("button", { name: "Rotate", exact: true }).click();
      await page.getByText(/^whsec_/).waitFor();
    },
  },
  {
    name: "keys",
    place: "#/",
    text: "5 webhooks",
    act: async (page) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    },
  },
];

const operatorViews: View[] = [
  { name: "accounts", place: "#/accounts", text: "Account by name" },
  { name: "account-of", place: "#/accounts/acme", text: "Keys and portal links" },
  { name: "keys-of-all", place: "#/keys", text: "made" },
  { name: "links", place: "#/links", text: "Portal links" },
  { name: "types", place: "#/catalogue", text: "Event types" },
  ...dialogs("#/keys", ["New key"]),
  ...dialogs("#/links", ["New portal link"]),
  ...dialogs("#/catalogue", ["New event type"]),
  ...dialogs("#/accounts/acme", ["Delete"]),
];

for (const [size, viewport] of [
  ["wide", wide],
  ["narrow", narrow],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    // Narrow and dark differs from the other two only in what they check, so it is only for
    // screenshots.
    if (size === "narrow" && colorScheme === "dark" && screenshots === undefined) continue;
    test(`${size} and ${colorScheme}: every page is accessible and fits the screen`, async () => {
      // Dark pages differ in their colours only.
      const rules = colorScheme === "dark" ? ["color-contrast"] : undefined;
      const signInPage = await open({ viewport, colorScheme });
      await signInPage.goto("/dashboard");
      await signInPage.getByLabel("API key").waitFor();
      await check(signInPage, `${size}-${colorScheme}-sign-in`, rules);
      const checkAll = async (page: Page, all: View[]) => {
        for (const { name, place, text, act } of all) {
          // An address that stays the same would leave the dialog of the last view open.
          if ((await page.locator("dialog[open]").count()) > 0) await page.goto("about:blank");
          await page.goto(`/dashboard${place}`);
          await page.getByText(text).first().waitFor();
          await act?.(page);
          await check(page, `${size}-${colorScheme}-${name}`, rules);
        }
      };
      await checkAll(await signIn(account, "#/", { viewport, colorScheme }), views);
      await checkAll(await signInAsOperator({ viewport, colorScheme }), operatorViews);
    });
  }
}

test("the chosen theme overrides that of the system, and is kept", async () => {
  const page = await signIn(account, "#/", { colorScheme: "light" });
  const background = () =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: "Switch light and dark" }).click();
  const dark = await background();
  assert.notEqual(dark, light);
  await page.reload();
  assert.equal(await background(), dark);
});

test("every empty page says what to do next", async () => {
  const empty = await dispatcher.account();
  const page = await signIn(empty, "#/");
  await page.getByRole("button", { name: "Add your first webhook" }).waitFor();
  await check(page, "empty-webhooks");
  const { id } = await empty.create({ target_url: receiver.mailbox().url });
  await page.goto(`/dashboard#/webhooks/${id}`);
  await page.getByText("No deliveries yet").waitFor();
  await check(page, "empty-webhook");
  await page.goto("/dashboard#/somewhere/else");
  await page.getByText("There is no such page").waitFor();
});

interface AxeResult {
  passes: { id: string }[];
  violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
}

interface Axe {
  run(options: object): Promise<AxeResult>;
}

/** Checks a page. `rules` are the rules of axe-core to check, or all. */
async function check(page: Page, name: string, rules?: string[]): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  // Stale content is faint on purpose, so the check waits for the content of this page.
  await page.waitForFunction(() => document.querySelector(".stale, .skeleton") === null);
  if (screenshots !== undefined) {
    // The charts are loaded last.
    await page.waitForLoadState("networkidle");
    mkdirSync(screenshots, { recursive: true });
    await page.screenshot({ path: join(screenshots, `${name}.png`) });
  }
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(excess <= 0, `${name} is ${excess} px too wide`);
  // Not as a script element, because the policy of the page forbids it.
  await page.evaluate(axe);
  const found = await page.evaluate(
    (options) => (globalThis as unknown as { axe: Axe }).axe.run(options),
    rules === undefined ? {} : { runOnly: rules },
  );
  assert.ok(
    found.passes.some(({ id }) => id === "color-contrast"),
    "axe-core checked nothing",
  );
  const violations = found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html}\n${node.failureSummary ?? ""}`),
  );
  assert.deepEqual(violations, [], name);
}
