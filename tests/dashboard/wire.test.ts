// What the dashboard does with answers that a test cannot make the dispatcher give: scopes that
// forbid, states of hundreds of webhooks, faults of every class.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event } from "../worker/support/events.ts";
import { reply } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { narrow, setUp } from "./browser.ts";
import { amend, stub } from "./wire.ts";

const { dispatcher, receiver, open } = await setUp();

const signInWith = async (key: string, page: Awaited<ReturnType<typeof open>>, place = "#/") => {
  await page.goto(`/dashboard#token=${key}`);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  if (place !== "#/") await page.goto(`/dashboard${place}`);
};

test("a key without a scope is not offered what needs it", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({ target_url: receiver.mailbox().url });
  const ping = (scopes: string[]) => ({
    json: { account: account.name, key_id: "k1", scopes, expires_at: null },
  });
  const buttons = async (scopes: string[]) => {
    const page = await open();
    await stub(page, "GET", /^\/v1\/ping$/, () => ping(scopes));
    await signInWith(account.key, page);
    await page.getByText("1 webhook", { exact: true }).waitFor();
    const seen: string[] = await page.locator("main button, main a.button").allInnerTexts();
    await page.goto(`/dashboard#/webhooks/${webhook.id}`);
    await page.getByText("No deliveries yet").waitFor();
    seen.push(...(await page.locator(".page-head button").allInnerTexts()));
    await page.goto(`/dashboard#/webhooks/${webhook.id}/settings`);
    await page.getByText("HMAC-SHA256").waitFor();
    seen.push(...(await page.locator(".settings button").allInnerTexts()));
    await page.goto("/dashboard#/events");
    await page.getByRole("heading", { name: "Events" }).waitFor();
    seen.push(...(await page.locator("main form button").allInnerTexts()));
    return seen.map((text) => text.trim());
  };
  const writing = ["New webhook", "Ping", "Test event", "Pause", "Edit", "Rotate secret", "Delete"];
  const publishing = ["Publish test event", "Publish event"];
  for (const [scopes, expected] of [
    [["webhooks:read"], []],
    [["webhooks:read", "webhooks:write"], writing],
    [["webhooks:read", "events:write"], publishing],
    [["webhooks:read", "webhooks:write", "events:write"], [...writing, ...publishing]],
  ] as const) {
    const seen = await buttons([...scopes]);
    const guarded = [...writing, ...publishing].filter((text) => seen.includes(text));
    assert.deepEqual(guarded.toSorted(), [...expected].toSorted(), scopes.join(" "));
  }
});

test("a key that only publishes begins at the events", async () => {
  const account = await dispatcher.account();
  const page = await open();
  await stub(page, "GET", /^\/v1\/ping$/, () => ({
    json: { account: account.name, key_id: "k1", scopes: ["events:write"], expires_at: null },
  }));
  const key = (await dispatcher.account(account.name, ["events:write"])).key;
  await signInWith(key, page);
  await page.getByText("It goes to every webhook that takes this event.").waitFor();
  await page.getByRole("button", { name: "Publish event" }).click();
  await page.getByText("Published, and no webhook takes it").waitFor();
  const navigation = page.getByRole("navigation", { name: "Main" });
  assert.deepEqual(await navigation.getByRole("link").allTextContents(), [
    "Events", "Event types", "Account",
  ]);
});

test("the head says whose account it is, and how long the link still works", async () => {
  const account = await dispatcher.account();
  const page = await open();
  const endsMs = Date.now() + 42 * 60_000 + 30_000;
  await stub(page, "GET", /^\/v1\/ping$/, () => ({
    json: {
      account: account.name,
      key_id: "k1",
      scopes: ["webhooks:read"],
      expires_at: new Date(endsMs).toISOString(),
    },
  }));
  await page.goto(`/dashboard#token=${account.key}&return_url=https%3A%2F%2Flms.example%2Fx`);
  await page.getByText("42 min left").waitFor();
  await page.locator(".account-name", { hasText: account.name }).waitFor();
  const back = page.getByRole("link", { name: "Back" });
  assert.equal(await back.getAttribute("href"), "https://lms.example/x");
});

test("hundreds of webhooks are found by the server, and those in trouble come first", async () => {
  const account = await dispatcher.account();
  const template = await account.create({ target_url: "https://example.com/hook" });
  const long = "segment/".repeat(60);
  const all = Array.from({ length: 230 }, (_, index) => ({
    ...template,
    id: `01${String(index).padStart(24, "0")}`,
    name: index % 2 === 0 ? `Webhook number ${index} of a customer with a long name` : "",
    target_url: `https://tenant-${index}.hooks.example.com/${index % 3 === 0 ? long : ""}end`,
    state: index === 227 ? "off" : index === 141 ? "failing" : "healthy",
    active: index !== 227,
    deactivate_reason: index === 227 ? "HTTP_4XX_RESPONSE" : null,
  }));
  const page = await open({ viewport: narrow });
  const lists = await stub(page, "GET", /^\/v1\/webhooks$/, (url) => {
    const get = (name: string) => url.searchParams.get(name);
    const found = all.filter(
      (each) =>
        (get("state") === null || each.state === get("state")) &&
        (get("active") === null || String(each.active) === get("active")) &&
        `${each.name} ${each.target_url}`.toLowerCase().includes((get("q") ?? "").toLowerCase()),
    );
    const [number, size] = [Number(get("page") ?? 1), Number(get("page_size") ?? 100)];
    const results = found.slice((number - 1) * size, number * size);
    const next = number * size < found.length ? "https://x.example/next" : null;
    return { json: { count: found.length, next, previous: null, results } };
  });
  await stub(page, "GET", /\/stats$/, () => ({ status: 404, json: { detail: "Not found." } }));
  await signInWith(account.key, page);
  await page.getByText("230 webhooks, 2 need attention").waitFor();
  const rows = page.locator("main [data-row]");
  await page.getByText("1 to 50 of 230, the oldest first").waitFor();
  assert.match((await rows.nth(0).textContent())!, /Off.*tenant-227/);
  assert.match((await rows.nth(1).textContent())!, /Failing.*tenant-141/);
  assert.equal(await rows.count(), 52);
  // A long URL is cut, and its row stays short on a phone.
  const tall = await rows.evaluateAll((each) =>
    Math.max(...each.map((row) => row.getBoundingClientRect().height)));
  assert.ok(tall < 200, `${tall} px`);
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(excess <= 0, `${excess} px too wide`);
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("51 to 100 of 230").waitFor();
  await page.getByText("230 webhooks, 2 need attention").waitFor();
  // The search asks the server, and finds what no page has shown.
  await page.keyboard.press("/");
  await page.keyboard.type("TENANT-199.");
  await page.getByText("1 matching webhook").waitFor();
  assert.ok(lists.requests.some((each) => each.url().includes("q=TENANT-199.")));
  await page.getByLabel("Search by name or URL").fill("");
  await page.getByLabel("State", { exact: true }).selectOption("failing");
  await page.getByRole("link", { name: /tenant-141/ }).waitFor();
  await page.getByRole("button", { name: "Inactive" }).click();
  await page.getByText("No webhook matches").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByText("230 webhooks").waitFor();
});

test("deliveries are filtered by code and fault, and a fault says what to do", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(reply(503, { "retry-after": "600" }));
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  await mailbox.got(1);
  const page = await open();
  const asked: string[] = [];
  await amend(page, /\/deliveries$/, (json, url) => {
    asked.push(url.search);
    return json;
  });
  await amend(page, /\/deliveries\/[^/]+$/, (json) => ({
    ...json,
    tries: (json["tries"] as object[]).map((each) => ({ ...each, fault: "bot_challenge" })),
  }));
  await signInWith(account.key, page, `#/webhooks/${id}`);
  const has = (text: string) => until(text, () => asked.at(-1)?.includes(text) === true);
  await page.getByLabel("Code of the answer").fill("5XX");
  await has("http_status_code=5xx");
  await page.getByLabel("Code of the answer").fill("503");
  await has("http_status_code=503");
  await page.getByLabel("Fault").selectOption("timeout_answer");
  await has("fault=timeout_answer");
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await until("no filter", () => asked.at(-1)?.includes("fault") === false);
  await page.locator(".deliveries [data-row]").first().click();
  await page.getByText("Let requests with the header webhook-id pass").waitFor();
});

test("a next attempt is never in the past, and what it waits for is said", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox(reply(503, { "retry-after": "600" }));
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  await mailbox.got(1);
  const past = "2026-01-01T00:00:00.000Z";
  const page = await open();
  await amend(page, /\/stats$/, (json) => ({
    ...json, next_try_at: past, waiting: 3_000, in_flight: 0, waits_for: "probe", state: "failing",
  }));
  await amend(page, /\/deliveries$/, (json) => ({
    ...json,
    results: (json["results"] as object[]).map((each) => ({ ...each, next_try_at: past })),
  }));
  await amend(page, /\/deliveries\/[^/]+$/, (json) => ({
    ...json, next_try_at: past, tries: [], try_count: 0, waits_for: "probe",
  }));
  await signInWith(account.key, page, `#/webhooks/${id}`);
  await page.getByText("one event at a time is tried").waitFor();
  await page.locator(".deliveries [data-row]").first().click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("heading", { name: "No attempt yet" }).waitFor();
  await sheet.getByText("Held back: the receiver is failing").first().waitFor();
  for (const each of ["body", "dialog"]) {
    assert.doesNotMatch((await page.locator(each).first().textContent())!, /(next|Next)[^.]* ago/);
  }
});

test("the charts are drawn from the series of the API, without the deliveries", async () => {
  const account = await dispatcher.account();
  const { id } = await account.create({ target_url: receiver.mailbox().url });
  const page = await open();
  const series = await stub(page, "GET", /\/stats\/series$/, (url) => ({
    json: {
      step: Number(url.searchParams.get("step")),
      series: [
        {
          at: url.searchParams.get("from"),
          delivered: 12_345, retried: 6, failed: 2, held: 1, p50_ms: 40, p95_ms: 900,
        },
      ],
    },
  }));
  const lists: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("page_size=1000")) lists.push(request.url());
  });
  await signInWith(account.key, page, `#/webhooks/${id}`);
  const label = /12345 at the first attempt, 6 after retries, 2 failed, 1 held/;
  await page.getByRole("img", { name: label }).waitFor();
  await page.getByRole("img", { name: /95 % up to 900 ms/ }).waitFor();
  assert.deepEqual(lists, []);
  const { searchParams } = new URL(series.requests[0]!.url());
  const [from, to] = [searchParams.get("from"), searchParams.get("to")].map((text) =>
    Date.parse(text!));
  assert.equal(to! - from!, 86_400_000);
  assert.equal((86_400_000 / 48) % Number(searchParams.get("step")), 0);
});
