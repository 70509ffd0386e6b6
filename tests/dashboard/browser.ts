// A real Chromium with a real dispatcher. A page that reports an error fails the test file.

import assert from "node:assert/strict";
import { after, afterEach } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import {
  adminKey, start, type Account, type Dispatcher, type Settings,
} from "../worker/support/harness.ts";
import { Receiver } from "../worker/support/receiver.ts";

export const wide = { width: 1280, height: 860 };
export const narrow = { width: 390, height: 844 };

/** Short delays, so that retries happen during a test. */
export const fastRetries = {
  RETRY_BASE_MS: 300,
  RETRY_MAX_MS: 1_000,
  RETRY_LIMIT: 3,
  RECOVER_PER_SECOND: 20,
};

const answerTimeoutMs = 15_000;

export interface Setup {
  dispatcher: Dispatcher;
  receiver: Receiver;
  browser: Browser;
  /** Opens a page in a new browser context, so without a session or stored settings. */
  open(options?: OpenOptions): Promise<Page>;
  /**
   * Opens a page as `open` does, signs in by a portal link, and goes to a place of the dashboard.
   */
  signIn(account: Account, place?: string, options?: OpenOptions): Promise<Page>;
  /** Opens a page as `open` does, and signs in with the operator's key. */
  signInAsOperator(options?: OpenOptions): Promise<Page>;
}

export interface OpenOptions {
  viewport?: { width: number; height: number };
  colorScheme?: "light" | "dark";
  /** The time zone of the browser. */
  timezoneId?: string;
}

/** The problems that pages of this process have reported. */
const problems: string[] = [];

/** Starts a dispatcher, a receiver on `port` (0: a free one) and a browser for one test file. */
export async function setUp(settings: Settings = {}, port = 0): Promise<Setup> {
  const [dispatcher, receiver, browser] = await Promise.all([
    start({ vars: fastRetries, ...settings, assets: true }),
    Receiver.listen(port),
    launch(),
  ]);
  after(async () => {
    await browser.close();
    await receiver.close();
    await dispatcher.stop();
    assert.deepEqual(problems, []);
  });
  // An open page would continue to call the API.
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });
  const open = async ({ viewport = wide, colorScheme = "light", ...rest }: OpenOptions = {}) => {
    const context = await browser.newContext({
      ...rest,
      baseURL: dispatcher.url,
      viewport,
      colorScheme,
      reducedMotion: "reduce",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(answerTimeoutMs);
    const page = await context.newPage();
    recordProblems(page, dispatcher.url);
    return page;
  };
  return {
    dispatcher,
    receiver,
    browser,
    open,
    signIn: async (account, place = "#/", options = {}) => {
      const page = await open(options);
      await page.goto(`/dashboard#token=${account.key}`);
      await page.getByRole("button", { name: "Sign out" }).waitFor();
      if (place !== "#/") await page.goto(`/dashboard${place}`);
      return page;
    },
    signInAsOperator: async (options = {}) => {
      const page = await open(options);
      await page.goto("/dashboard");
      await page.getByLabel("API key").fill(adminKey);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Accounts" }).waitFor();
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
      // Without hinting, text has the same width on every screen.
      "--font-render-hinting=none",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Records errors, warnings, violations of the policy, and requests to other hosts. */
function recordProblems(page: Page, origin: string) {
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    // The page itself shows an error response or a lost connection, so these lines are expected.
    const isExpected =
      /^Failed to load resource: (the server responded with a status of 4|net::ERR_INTER)/;
    if (!["error", "warning"].includes(message.type()) || isExpected.test(message.text())) return;
    problems.push(`${message.type()}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin)) problems.push(`request to ${request.url()}`);
  });
}
