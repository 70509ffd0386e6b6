// Answers of the API in place of the dispatcher's, for what a test cannot make it answer.

import type { Page, Request } from "playwright-core";

export interface Stub {
  /** The requests that were answered. */
  requests: Request[];
}

interface StubAnswer {
  status?: number;
  json?: unknown;
  headers?: Record<string, string>;
}

/**
 * Answers the requests of a page with this method and path. `answer` may return undefined, so that
 * the dispatcher answers.
 */
export async function stub(
  page: Page,
  method: string,
  path: RegExp,
  answer: (url: URL, request: Request) => StubAnswer | undefined,
): Promise<Stub> {
  const requests: Request[] = [];
  await page.route(
    (url) => path.test(url.pathname),
    async (route, request) => {
      const found =
        request.method() === method ? answer(new URL(request.url()), request) : undefined;
      if (found === undefined) return route.fallback();
      requests.push(request);
      const { status = 200, json, headers = {} } = found;
      await route.fulfill({
        status,
        headers: { "content-type": "application/json", ...headers },
        body: json === undefined ? "" : JSON.stringify(json),
      });
    },
  );
  return { requests };
}

/** Changes the JSON of the dispatcher's answers. */
export async function amend(
  page: Page,
  path: RegExp,
  change: (json: Record<string, unknown>, url: URL) => unknown,
  headers: () => Record<string, string> = () => ({}),
): Promise<void> {
  await page.route(
    (url) => path.test(url.pathname),
    async (route, request) => {
      if (request.method() !== "GET") return route.fallback();
      // The page may be closed meanwhile, at the end of a test.
      const response = await route.fetch().catch(() => undefined);
      if (response === undefined) return;
      const before = (await response.json().catch(() => ({}))) as Record<string, unknown>;
      const json = change(before, new URL(request.url()));
      const all = { ...response.headers(), ...headers() };
      await route.fulfill({ response, json, headers: all }).catch(() => undefined);
    },
  );
}
