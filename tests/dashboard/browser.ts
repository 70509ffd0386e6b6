// A real Chromium in front of a real dispatcher. Whatever a page complains of fails its test.

import assert from "node:assert/strict";
import { after, afterEach } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { start, type Account, type Dispatcher, type Settings } from "../worker/support/harness.ts";
import { Receiver } from "../worker/support/receiver.ts";

export const wide = { width: 1280, height: 860 };
export const narrow = { width: 390, height: 844 };

/** Short delays, so that retries happen while somebody looks. */
export const briskly = {
  RETRY_BASE_MS: 300,
  RETRY_MAX_MS: 1_000,
  RETRY_LIMIT: 3,
  RECOVER_PER_SECOND: 20,
};

const answerTimeoutMs = 15_000;

export interface Scene {
  dispatcher: Dispatcher;
  receiver: Receiver;
  browser: Browser;
  /** A page of a context of its own: no session, no stored choice. */
  open(options?: OpenOptions): Promise<Page>;
  /** The same, signed in by a portal link, at a place of the dashboard. */
  enter(account: Account, place?: string, options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions {
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
}

/** What pages of this process said that they should not have, each with its page. */
const complaints: string[] = [];

/** A dispatcher, a receiver on this port or a free one, and a browser, for one file of tests. */
export async function scene(settings: Settings = {}, port = 0): Promise<Scene> {
  const [dispatcher, receiver, browser] = await Promise.all([
    start({ vars: briskly, ...settings, assets: true }),
    Receiver.listen(port),
    launch(),
  ]);
  after(async () => {
    await browser.close();
    await receiver.close();
    await dispatcher.stop();
    assert.deepEqual(complaints, []);
  });
  // A page that stays open would go on asking.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  const open = async ({ viewport = wide, colorScheme = "light" }: OpenOptions = {}) => {
    const context = await browser.newContext({
      baseURL: dispatcher.url,
      viewport,
      colorScheme,
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(answerTimeoutMs);
    const page = await context.newPage();
    listen(page, dispatcher.url);
    return page;
  };
  return {
    dispatcher,
    receiver,
    browser,
    open,
    enter: async (account, place = "#/", options = {}) => {
      const page = await open(options);
      await page.goto(`/dashboard#token=${account.key}`);
      await page.getByRole("button", { name: "Sign out" }).waitFor();
      if (place !== "#/") await page.goto(`/dashboard${place}`);
      return page;
    },
  };
}

async function launch(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"];
  if (executablePath === undefined) {
    throw new Error("CHROMIUM names no program: run `node scripts/test/test.mjs --only dashboard`");
  }
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      // Letters stand where they would on any screen.
      "--font-render-hinting=none",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Errors, warnings, what the policy blocked, and any request to somebody else. */
function listen(page: Page, origin: string) {
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // A refusal of the API's is told by the page; the browser's line about it is no complaint.
    const isTold =
      /^Failed to load resource: (the server responded with a status of 4|net::ERR_INTER)/;
    if (!["error", "warning"].includes(message.type()) || isTold.test(message.text())) return;
    complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin)) complaints.push(`request to ${request.url()}`);
  });
}
