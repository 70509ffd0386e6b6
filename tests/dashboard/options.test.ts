// The forms for the options of a webhook, the catalogue and the alert: what they send, and what
// happens when somebody else was faster.

import assert from "node:assert/strict";
import { test } from "node:test";
import { must } from "../worker/support/harness.ts";
import { setUp } from "./browser.ts";
import { amend, stub } from "./wire.ts";

const { dispatcher, receiver, open, signIn } = await setUp();

const signInWith = async (key: string, page: Awaited<ReturnType<typeof open>>, place = "#/") => {
  await page.goto(`/dashboard#token=${key}`);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  if (place !== "#/") await page.goto(`/dashboard${place}`);
};

test("an edit sends what was changed, and offers to reload after a change by others", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({
    target_url: receiver.mailbox().url,
    additional_headers: { "x-tenant": "acme" },
  });
  const page = await open();
  let [version, name] = [1, "First"];
  const path = new RegExp(`^/v1/webhooks/${webhook.id}$`);
  await amend(page, path, (json) => ({ ...json, name, event_types: [] }), () => ({
    etag: `"v${version}"`,
  }));
  const patches = await stub(page, "PATCH", path, (_, request) =>
    request.headers()["if-match"] === `"v${version}"`
      ? { json: webhook }
      : { status: 412, json: { detail: "The webhook was changed meanwhile." } });
  await signInWith(account.key, page, `#/webhooks/${webhook.id}/settings`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit webhook" });
  await dialog.getByText("Rate, order and retries").click();
  await dialog.getByLabel("Timeout, in ms").fill("5000");
  [version, name] = [2, "Second"];
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Somebody else has changed this webhook meanwhile").waitFor();
  assert.deepEqual(patches.requests[0]!.postDataJSON(), { timeout_ms: 5_000 });
  assert.equal(patches.requests[0]!.headers()["if-match"], '"v1"');
  await dialog.getByRole("button", { name: "Reload" }).click();
  await dialog.getByText("Changed by somebody else: name.").waitFor();
  assert.equal(await dialog.getByLabel("Name", { exact: true }).inputValue(), "Second");
  assert.equal(await dialog.getByLabel("Timeout, in ms").inputValue(), "5000");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(patches.requests[1]!.postDataJSON(), { timeout_ms: 5_000 });
  assert.equal(patches.requests[1]!.headers()["if-match"], '"v2"');
});

test("the options are sent as the API names them, and the filter is tried", async () => {
  const account = await dispatcher.account();
  const page = await open();
  const webhook = await account.create({ target_url: receiver.mailbox().url });
  const created = await stub(page, "POST", /^\/v1\/webhooks$/, () => ({
    status: 201,
    json: { ...webhook, signing_secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
  }));
  const tested = await stub(page, "POST", /^\/v1\/filters\/test$/, (_, request) => {
    const { filter, event: sample } = request.postDataJSON();
    const matches = filter.event_type === sample.event_type;
    const reason = { pointer: "/event_type", detail: "It is another one." };
    return { json: { matches, reason: matches ? null : reason } };
  });
  await signInWith(account.key, page, "#/?new=1");
  const dialog = page.getByRole("dialog", { name: "New webhook" });
  await dialog.getByLabel("URL").fill("https://example.com/hook");
  await dialog.getByLabel("Name", { exact: true }).fill("HR");
  await dialog.getByLabel("Only some").check();
  await dialog.getByLabel("Quiz completion").check();
  await dialog.getByLabel("Patterns").fill("COURSE_*");
  await dialog.getByText("Filter by content").click();
  const filter = dialog.getByLabel("Filter", { exact: true });
  await filter.fill("{ not yet");
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await dialog.getByText("This is not JSON yet.").waitFor();
  await filter.fill('{"event_type":"QUIZ_COMPLETION","id":{"$lt":9223372036854775807}}');
  await dialog.getByLabel("Try it on a sample").selectOption("COURSE_COMPLETION");
  await dialog.getByRole("button", { name: "Test the filter" }).click();
  await dialog.getByText("It does not match").waitFor();
  await dialog.getByText("It is another one.").waitFor();
  assert.ok(tested.requests[0]!.postData()!.includes("9223372036854775807"));
  await dialog.getByLabel("Try it on a sample").selectOption("QUIZ_COMPLETION");
  await dialog.getByRole("button", { name: "Test the filter" }).click();
  await dialog.getByText("It matches").waitFor();
  await dialog.getByText("Rate, order and retries").click();
  await dialog.getByLabel("Timeout, in ms").fill("5000");
  await dialog.getByLabel("Number").fill("12");
  await dialog.getByLabel("Longest delay, in ms").fill("1800000");
  await dialog.getByText("12 retries within 1 h 34 min").waitFor();
  await dialog.getByLabel("Deactivate after a 4xx answer").uncheck();
  await dialog.getByLabel("Hold events while paused").check();
  await dialog.getByText("Metadata", { exact: true }).click();
  await dialog.getByRole("button", { name: "Add a value" }).click();
  await dialog.getByLabel("Name of value 1").fill("owner");
  await dialog.getByLabel("Value of value 1").fill("people-team");
  await dialog.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("dialog", { name: "Your webhook is ready" }).waitFor();
  const sent = created.requests[0]!.postData()!;
  assert.ok(sent.includes("9223372036854775807"), sent);
  const { filter: _, ...rest } = JSON.parse(sent);
  assert.deepEqual(rest, {
    target_url: "https://example.com/hook",
    name: "HR",
    metadata: { owner: "people-team" },
    event_types: ["QUIZ_COMPLETION", "COURSE_*"],
    timeout_ms: 5_000,
    retry: { limit: 12, max_ms: 1_800_000 },
    deactivate_on_4xx: false,
    hold_while_paused: true,
  });
});

test("a filter is tried, refused with its place, and kept with its digits", async () => {
  const account = await dispatcher.account();
  const webhook = await account.create({ target_url: receiver.mailbox().url });
  const page = await signIn(account, `#/webhooks/${webhook.id}/settings`);
  await page.getByRole("button", { name: "Edit" }).click();
  const dialog = page.getByRole("dialog", { name: "Edit webhook" });
  await dialog.getByText("Filter by content").click();
  const filter = dialog.getByLabel("Filter", { exact: true });
  await filter.fill('{"id":{"$near":1}}');
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("/id/$near").waitFor();
  assert.equal(await filter.getAttribute("aria-invalid"), "true");
  const text = '{"id":{"$lte":9223372036854775807}}';
  await filter.fill(text);
  const sample = dialog.getByLabel("Event", { exact: true });
  for (const [id, outcome] of [
    ["9223372036854775807", "It matches: this event is sent."],
    ["9223372036854775808", "It does not match: this event is not sent."],
  ] as const) {
    await sample.fill(`{"event_type":"QUIZ_COMPLETION","id":${id}}`);
    await dialog.getByRole("button", { name: "Test the filter" }).click();
    await dialog.getByText(outcome).waitFor();
  }
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText('"$lte": 9223372036854775807').waitFor();
  // Another change leaves the filter as it is, to the last digit.
  await page.getByRole("button", { name: "Edit" }).click();
  await dialog.getByLabel("URL").fill("https://example.com/other");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  const read = must(200, await account.api.get(`/v1/webhooks/${webhook.id}`));
  assert.ok(read.text.includes(text), read.text);
});

test("the operator adds an event type, and may not remove one that is in use", async () => {
  const page = await open();
  const rest = { example: null, schema: null, deprecated: false };
  let types = [{ name: "ORDER_PAID", description: "An order was paid", ...rest }];
  await stub(page, "GET", /^\/v1\/event-types$/, () => ({ json: types }));
  await stub(page, "GET", /^\/v1\/admin\/accounts$/, () => ({ json: { results: [], next: null } }));
  const puts = await stub(page, "PUT", /^\/v1\/admin\/event-types\//, (url, request) => {
    types = [...types, { name: url.pathname.split("/").at(-1)!, ...request.postDataJSON() }];
    return { json: types.at(-1) };
  });
  await stub(page, "DELETE", /^\/v1\/admin\/event-types\//, () => ({
    status: 409,
    json: { detail: "2 webhooks take this type." },
  }));
  await page.goto("/dashboard");
  await page.getByLabel("API key").fill("test-admin-key-53d9a7f2");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Event types" }).click();
  await page.getByRole("button", { name: "New event type" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("ORDER_SHIPPED");
  await dialog.getByLabel("Description").fill("An order was shipped");
  await dialog.getByLabel("Example").fill('{"event_type":"X","id":9223372036854775807}');
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = page.getByRole("region", { name: "ORDER_SHIPPED" });
  await row.getByText("An order was shipped").waitFor();
  assert.equal(
    puts.requests[0]!.postData(),
    '{"description":"An order was shipped","example":{"event_type":"ORDER_SHIPPED",' +
      '"id":9223372036854775807},"schema":null,"deprecated":false}',
  );
  const used = page.getByRole("region", { name: "ORDER_PAID" });
  await used.getByRole("button", { name: "Edit" }).click();
  await dialog.getByRole("button", { name: "Remove" }).click();
  await dialog.getByText("2 webhooks take this type. Mark it as deprecated instead.").waitFor();
});

test("the alert of an account is created, and its secret is shown once", async () => {
  const account = await dispatcher.account();
  const page = await signIn(account, "#/account");
  await page.getByRole("button", { name: "Create the alert" }).click();
  const dialog = page.getByRole("dialog", { name: "Create the alert" });
  await dialog.waitFor();
  await page.keyboard.type("ftp://example.com/");
  await page.keyboard.press("Enter");
  await dialog.locator("[aria-invalid=true]").waitFor();
  const { url } = receiver.mailbox();
  await dialog.getByLabel("URL").fill(url);
  await page.keyboard.press("Enter");
  const ready = page.getByRole("dialog", { name: "The alert is ready" });
  await ready.getByText(/^whsec_/).waitFor();
  await page.keyboard.press("Enter");
  await ready.getByRole("button", { name: "Done" }).click();
  await page.getByRole("link", { name: new RegExp(new URL(url).host) }).click();
  await page.getByText("The alert of this account").waitFor();
  assert.equal(must(200, await account.api.get("/v1/alert")).json.target_url, url);
  await page.goto("/dashboard#/account");
  await page.getByText("created a webhook").first().waitFor();
});
