// The portal in the platform's own look: the page, its headers, and a page that embeds it.

import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { must } from "../worker/support/harness.ts";
import { setUp, wide } from "./browser.ts";

/** The pages of two sites that embed the portal. Only the first one may. */
const sites = await Promise.all([embedding(), embedding()]);
const [friend, stranger] = sites.map(originOf);
after(() => sites.forEach((site) => site.close()));

const { dispatcher, receiver, browser } = await setUp({
  vars: {
    PORTAL_NAME: 'Northwind "Learning" & Co',
    PORTAL_COLOR: "#F2B705",
    PORTAL_LOGO: "https://cdn.example.com/logo.svg",
    PORTAL_ORIGINS: `https://app.example.com ${friend}`,
  },
});
const account = await dispatcher.account("acme");
await account.create({ target_url: receiver.mailbox().url });

/** Serves a page with a frame that shows the URL in the query. */
async function embedding(): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://x").searchParams.get("url") ?? "";
    response.setHeader("content-type", "text/html");
    response.end(`<title>A site</title><iframe src="${url}" width="1000" height="700"></iframe>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function makeLink(): Promise<URL> {
  const answer = await dispatcher.admin.post(`/v1/admin/accounts/${account.name}/portal`);
  return new URL(must(201, answer).json.url);
}

/** Opens a page of a browser that may ask other hosts, for frames and the logo. */
async function openAnywhere(): Promise<Page> {
  const context = await browser.newContext({ viewport: wide });
  return context.newPage();
}

test("the page has the look and the headers, and the dashboard keeps its own", async () => {
  const link = await makeLink();
  assert.equal(link.pathname, "/portal");
  const page = await fetch(new URL("/portal", dispatcher.url));
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.ok(policy.includes("img-src 'self' https://cdn.example.com;"), policy);
  assert.ok(policy.endsWith(`frame-ancestors https://app.example.com ${friend}`), policy);
  assert.equal(page.headers.get("x-frame-options"), null);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  const text = await page.text();
  const content = text.match(/<meta name="look" content="([^"]*)">/)?.[1] ?? "";
  assert.deepEqual(JSON.parse(content.replaceAll("&quot;", '"').replaceAll("&amp;", "&")), {
    name: 'Northwind "Learning" & Co',
    logo: "https://cdn.example.com/logo.svg",
    color: "#f2b705",
  });
  const own = await fetch(new URL("/dashboard", dispatcher.url));
  assert.match(own.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/);
  assert.equal(own.headers.get("x-frame-options"), "DENY");
  assert.doesNotMatch(await own.text(), /name="look"/);
  const head = await fetch(new URL("/portal", dispatcher.url), { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  for (const [path, method] of [["/portal", "POST"], ["/portal/", "GET"], ["/portal/x", "GET"]]) {
    assert.equal((await fetch(new URL(path!, dispatcher.url), { method: method! })).status, 404);
  }
});

test("the head has the name, the logo, the account and the remaining time", async () => {
  const page = await openAnywhere();
  await page.route("https://cdn.example.com/logo.svg", (route) =>
    route.fulfill({
      contentType: "image/svg+xml",
      body: '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="32"></svg>',
    }));
  const link = await makeLink();
  await page.goto(`${link}&return_url=${encodeURIComponent("https://app.example.com/settings")}`);
  await page.getByText("1 webhook", { exact: true }).waitFor();
  const bar = page.locator("header.bar");
  await bar.getByText('Northwind "Learning" & Co').waitFor();
  const logo = bar.locator("img");
  assert.equal(await logo.evaluate((image) => (image as HTMLImageElement).naturalWidth), 96);
  assert.equal(
    await bar.getByRole("link", { name: "Back" }).getAttribute("href"),
    "https://app.example.com/settings",
  );
  // The colour of the platform is too light for white text, so the buttons are darker.
  const color = await page
    .getByRole("button", { name: "New webhook" })
    .evaluate((button) => getComputedStyle(button).backgroundColor);
  const [red = 0, green = 0, blue = 0] = color.match(/\d+/g)!.map(Number);
  assert.ok(red > green && green > blue && red < 0xf2, color);
  // The session stays on this page.
  await page.goto(new URL("/portal#/account", dispatcher.url).href);
  await page.getByRole("heading", { name: "Audit log" }).waitFor();
});

test("a platform may embed the portal, and nobody else may", async () => {
  const link = await makeLink();
  const page = await openAnywhere();
  await page.goto(`${friend}/?url=${encodeURIComponent(link.href)}`);
  const frame = page.frameLocator("iframe");
  await frame.getByText("1 webhook", { exact: true }).waitFor();
  // A reload of the frame keeps the session: it is stored apart for each site that embeds it.
  await frame.getByRole("link", { name: /127\.0\.0\.1/ }).click();
  await frame.getByText("No deliveries yet").waitFor();
  for (const [origin, url] of [
    [stranger, link.href],
    [friend, new URL("/dashboard", dispatcher.url).href],
  ] as const) {
    await page.goto(`${origin}/?url=${encodeURIComponent(url)}`);
    const [, embedded] = page.frames();
    assert.match(embedded!.url(), /^chrome-error:/, `${origin} embeds ${url}`);
  }
});

test("an expired link says from where to come again, in the platform's words", async () => {
  const page = await openAnywhere();
  await page.route("https://cdn.example.com/**", (route) => route.abort());
  await page.goto(new URL("/portal#token=whk_expired", dispatcher.url).href);
  await page.getByText('Open them from Northwind "Learning" & Co again').waitFor();
  assert.equal(await page.getByLabel("API key").count(), 0);
});
