// Deliveries: shown, filtered, resent and skipped. Events: published and found.

import assert from "node:assert/strict";
import { test } from "node:test";
import { event } from "../worker/support/events.ts";
import { must } from "../worker/support/harness.ts";
import { nowhere, reply, values } from "../worker/support/receiver.ts";
import { until } from "../worker/support/wait.ts";
import { setUp } from "./browser.ts";
import { addHistory, type Copy } from "./history.ts";

const { dispatcher, receiver, signIn } = await setUp();

test("a delivery shows every attempt and the receiver's responses, and can be resent", async () => {
  const account = await dispatcher.account();
  const answer = reply(500, { "content-type": "application/json" }, '{"error":"<b>down</b>"}');
  const mailbox = receiver.mailbox(answer, answer, 200);
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  await mailbox.got(3);
  const page = await signIn(account, `#/webhooks/${id}`);
  await page.getByRole("link", { name: /Delivered .*3 attempts/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("heading", { name: "3 attempts" }).waitFor();
  assert.equal(await sheet.getByText("500", { exact: true }).count(), 2);
  await sheet.getByText("The receiver's answer").first().click();
  // HTML in the response of a receiver is shown as text.
  await sheet.getByText('"error": "<b>down</b>"').first().waitFor();
  await sheet.getByRole("button", { name: "Send again" }).click();
  await sheet.getByRole("heading", { name: "4 attempts" }).waitFor();
  await sheet.getByText("sent again", { exact: true }).waitFor();
  assert.equal(mailbox.count, 4);
  await page.keyboard.press("Escape");
  await sheet.waitFor({ state: "detached" });
  assert.match(page.url(), new RegExp(`#/webhooks/${id}$`));
});

test("the keys J and K move between deliveries, in the list and in the sheet", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await account.create({ target_url: mailbox.url });
  for (const event_type of ["QUIZ_COMPLETION", "PATH_COMPLETION", "COURSE_COMPLETION"]) {
    await account.publish({ event_type });
  }
  await mailbox.got(3);
  const page = await signIn(account, `#/webhooks/${id}`);
  await page.locator(".deliveries [data-row]").nth(2).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const title = (name: string) => page.getByRole("dialog", { name }).waitFor();
  await title("Path completion");
  await page.keyboard.press("j");
  await title("Quiz completion");
  await page.keyboard.press("k");
  await title("Path completion");
  await page.keyboard.press("k");
  await title("Course completion");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

test("an attempt without a response says so, and a failing event can be skipped", async () => {
  const account = await dispatcher.account();
  const { id } = await account.create({ target_url: nowhere });
  await account.publish(event("a"));
  const page = await signIn(account, `#/webhooks/${id}`);
  const sheet = page.getByRole("dialog");
  await page.locator(".deliveries [data-row]").first().click();
  await sheet.getByText("No answer").first().waitFor();
  await page.keyboard.press("Escape");

  const later = receiver.mailbox(reply(503, { "retry-after": "600" }));
  const failing = await account.create({ target_url: later.url });
  await account.publish(event("b"));
  await page.goto(`/dashboard#/webhooks/${failing.id}`);
  await page.getByRole("link", { name: /Waiting .*1 failed/ }).click();
  await sheet.getByRole("button", { name: "Skip" }).click();
  await page.getByText("Skipped: no further attempt is made.").waitFor();
  await sheet.getByText("Undelivered").waitFor();
});

test("new deliveries appear without a reload, and filters select deliveries", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await account.create({ target_url: mailbox.url });
  const page = await signIn(account, `#/webhooks/${id}`);
  await page.getByText("No deliveries yet").waitFor();
  for (const event_type of ["QUIZ_COMPLETION", "COURSE_COMPLETION"]) {
    await account.publish({ event_type });
  }
  const rows = page.locator(".deliveries [data-row]");
  await rows.nth(1).waitFor();
  await page.getByLabel("Event type").selectOption("QUIZ_COMPLETION");
  await until("one is left", async () => (await rows.count()) === 1);
  await rows.getByText("Quiz completion").waitFor();
  await page.getByLabel("Status").selectOption("held");
  await page.getByText("No delivery matches").waitFor();
  // The filter is part of the address, so a reload keeps it.
  await page.reload();
  await page.getByText("No delivery matches").waitFor();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await until("both are back", async () => (await rows.count()) === 2);
});

test("an event can be published, shows its deliveries, and can be found by its id", async () => {
  const account = await dispatcher.account();
  const [good, bad] = [receiver.mailbox(200), receiver.mailbox(404)];
  await account.create({ target_url: good.url });
  const second = await account.create({ target_url: bad.url, event_type: "PATH_COMPLETION" });
  const page = await signIn(account, "#/events?type=PATH_COMPLETION");
  const body = page.getByLabel("Body");
  await until("an example", async () => (await body.inputValue()).includes("PATH_COMPLETION"));
  const text = '{ "event_type": "PATH_COMPLETION",  "mine": "ä" }';
  await body.fill("{ not yet");
  await page.getByText("This is not JSON yet").waitFor();
  await body.fill(text);
  await page.getByRole("button", { name: "Publish event" }).click();
  await page.getByText("Published to 2 webhooks.").waitFor();
  const places = page.getByRole("region", { name: "Where it went" });
  await places.getByText("Delivered", { exact: true }).waitFor();
  await places.getByText("Undelivered", { exact: true }).waitFor();
  assert.deepEqual([good.texts[0], bad.texts[0]], [text, text]);
  const id = page.url().split("/").at(-1)!;
  await account.deactivated(second.id);
  await page.goto("/dashboard#/events");
  // Waits, because the page of the event has the same field.
  await places.waitFor({ state: "detached" });
  await page.getByLabel("Find an event by its id").fill(id);
  await page.keyboard.press("Enter");
  await places.getByRole("link", { name: good.url.slice(7) }).click();
  await page.getByRole("dialog").getByText(id).waitFor();
  await page.goto("/dashboard#/events/nosuchevent");
  await page.getByText("No webhook has this event").waitFor();
});

test("the page says to how many webhooks an event goes before it is published", async () => {
  const account = await dispatcher.account();
  const off = receiver.mailbox(410);
  await account.create({ target_url: off.url });
  await account.publish(event("a"));
  await until("the list shows it as inactive", async () =>
    must(200, await account.api.get("/v1/webhooks?active=false")).json.count === 1);
  const shared = receiver.mailbox().url;
  for (const event_type of [null, "QUIZ_COMPLETION", "PATH_COMPLETION"]) {
    await account.create({ target_url: shared, event_type });
  }
  await account.create({ target_url: receiver.mailbox().url, event_type: "QUIZ_COMPLETION" });
  await account.create({ target_url: receiver.mailbox().url, active: false });
  const page = await signIn(account, "#/events?type=QUIZ_COMPLETION");
  const text = (expected: string) => page.getByText(expected, { exact: true }).waitFor();
  await text("It goes to every webhook that takes this event: 2. It is held for 1 more.");
  await page.getByLabel("Event", { exact: true }).selectOption("LESSON_COMPLETION");
  await text("It goes to every webhook that takes this event: 1. It is held for 1 more.");
  await page.getByRole("button", { name: "Publish event" }).click();
  await page.getByText("Published to 1 webhook, held for 1.").waitFor();
});

test("what was sent is shown with every digit, and copied as a command", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await account.create({
    target_url: mailbox.url,
    additional_headers: { "x-tenant": "acme" },
  });
  const body = '{"event_type":"QUIZ_COMPLETION","id":9223372036854775807,"note":"it\'s"}';
  must(202, await account.api.text("POST", "/v1/events", body));
  const [request] = await mailbox.got(1);
  const page = await signIn(account, `#/webhooks/${id}`);
  await page.getByRole("link", { name: /Delivered/ }).click();
  const sheet = page.getByRole("dialog");
  await sheet.getByRole("button", { name: "What was sent" }).click();
  await sheet.getByText('"id": 9223372036854775807,').waitFor();
  // The signature is that of the request, and the value of the header is masked.
  await sheet.getByText(values(request!, "webhook-signature")[0]!, { exact: true }).waitFor();
  assert.equal(await sheet.getByText("acme").count(), 0);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await sheet.getByRole("button", { name: "Copy the body" }).click();
  await sheet.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await copied(), body);
  await sheet.getByRole("button", { name: "Copy as curl" }).click();
  await until("the command", async () => (await copied()).startsWith("curl --request POST"));
  const command = await copied();
  assert.ok(command.includes(`'${mailbox.url}'`), command);
  assert.ok(command.includes(`"id":9223372036854775807,"note":"it'\\''s"}'`), command);
});

test("times name their zone, in one clock, and their tooltips have UTC", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  await mailbox.got(1);
  const page = await signIn(account, `#/webhooks/${id}`, { timezoneId: "Asia/Kolkata" });
  await page.locator(".deliveries [data-row]").first().click();
  await page.getByRole("dialog").getByRole("heading", { name: "1 attempt" }).waitFor();
  const times = await page.locator("time").evaluateAll((elements) =>
    elements.map((each) =>
      [each.textContent, each.getAttribute("title"), each.getAttribute("datetime")]));
  const exact = times.filter(([text]) => /\d:\d/.test(text!));
  // When it was accepted, and when it was attempted.
  assert.equal(exact.length, 2, JSON.stringify(times));
  const zoned = /^\d{1,2} \w{3} \d{4}, \d\d:\d\d:\d\d GMT\+5:30$/;
  for (const [text] of exact) assert.match(text!, zoned);
  for (const [, title, at] of times) {
    const [local, utc] = title!.split("\n");
    assert.match(local!, zoned);
    assert.equal(utc, new Date(at!).toISOString().replace("T", " ").replace("Z", " UTC"));
  }
  assert.doesNotMatch((await page.locator("body").textContent())!, /\d\s?(AM|PM)\b/i);
  await page.keyboard.press("Escape");
  await page.getByText("Times are GMT+5:30").waitFor();
});

test("10,000 deliveries are shown in pages, each within 3 s, and in the chart", async () => {
  const account = await dispatcher.account();
  const mailbox = receiver.mailbox();
  const { id } = await account.create({ target_url: mailbox.url });
  await account.publish(event("a"));
  const path = `/v1/webhooks/${id}/stats`;
  await until(
    "it is delivered",
    async () => must(200, await account.api.get(path)).json.delivered === 1,
  );
  const object = await dispatcher.webhookObject(account.name, id);
  await dispatcher.kill();
  const copies: Copy[] = Array.from({ length: 9_999 }, (_, number) => ({
    agoMs: 60_000 + number * 8_000,
    tookMs: 20 + (number % 50),
  }));
  addHistory(dispatcher, object, copies);
  await dispatcher.restart();

  const page = await signIn(account, `#/webhooks/${id}`);
  const rows = page.locator(".deliveries [data-row]");
  await rows.first().waitFor();
  const first = await rows.first().textContent();
  // The list shows one page only.
  assert.equal(await rows.count(), 25);
  const address = () => page.locator(".deliveries [data-row]").first().getAttribute("href");
  for (let number = 0; number < 4; number++) {
    const before = await address();
    const start = performance.now();
    await page.getByRole("button", { name: "Older" }).click();
    await until("the older page", async () => (await address()) !== before);
    const tookMs = performance.now() - start;
    assert.ok(tookMs < 3_000, `a page took ${Math.round(tookMs)} ms`);
  }
  await page.getByRole("button", { name: "Newest" }).click();
  await until(
    "the newest",
    async () => (await rows.first().textContent())?.slice(0, 40) === first?.slice(0, 40),
  );

  const chart = page.getByRole("img", { name: /Deliveries over time: \d+ at the first attempt/ });
  const label = await chart.getAttribute("aria-label");
  const counted = Number(label?.match(/: (\d+) at the first attempt/)?.[1]);
  assert.ok(counted > 9_900, `${label}`);
  assert.ok(await chart.locator("canvas").evaluate(isPainted), "nothing is drawn");
  await page.getByRole("button", { name: "Hour" }).click();
  await until("an hour's worth", async () =>
    /: 4\d\d at the first attempt/.test((await chart.getAttribute("aria-label")) ?? ""),
  );
});

function isPainted(element: Element): boolean {
  const canvas = element as HTMLCanvasElement;
  const data = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data;
  return data.some((value) => value !== 0);
}
