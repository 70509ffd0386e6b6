// The static files of the dashboard, as the dispatcher serves them.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { start } from "../worker/support/harness.ts";

const dispatcher = await start({ assets: true });
after(() => dispatcher.stop());

const get = async (path: string) => {
  const response = await fetch(new URL(path, dispatcher.url), { redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
};

test("the page needs no key, and its policy allows nothing from other hosts", async () => {
  const page = await get("/dashboard");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  const policy = new Map(
    (page.headers.get("content-security-policy") ?? "").split(";").map((part) => {
      const [name = "", ...values] = part.trim().split(" ");
      return [name, values.join(" ")] as const;
    }),
  );
  for (const name of ["default-src", "base-uri", "form-action", "frame-ancestors"]) {
    assert.equal(policy.get(name), "'none'", name);
  }
  for (const [name, value] of policy) assert.doesNotMatch(value, /unsafe|\*|https?:|data:/, name);
  assert.equal(page.headers.get("x-content-type-options"), "nosniff");
  assert.equal(page.headers.get("x-frame-options"), "DENY");
  assert.equal(page.headers.get("referrer-policy"), "no-referrer");
  assert.equal(page.headers.get("cross-origin-opener-policy"), "same-origin");
});

test("the page has no inline script or style, and every file that it names exists", async () => {
  const { text } = await get("/dashboard");
  assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|javascript:/i);
  for (const [, content] of text.matchAll(/<script[^>]*>([^]*?)<\/script>/g))
    assert.equal(content, "");
  const links = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
  assert.ok(links.length >= 4, text);
  for (const link of links) {
    const file = await get(new URL(link, new URL("/dashboard", dispatcher.url)).pathname);
    assert.equal(file.status, 200, link);
    assert.match(file.headers.get("cache-control") ?? "", /immutable/, link);
    assert.equal(file.headers.get("x-content-type-options"), "nosniff", link);
  }
});

test("the page is not cached, and other spellings of its path redirect to it", async () => {
  assert.equal((await get("/dashboard")).headers.get("cache-control"), "no-cache");
  for (const path of ["/dashboard/", "/dashboard.html"]) {
    const answer = await get(path);
    assert.equal(answer.status, 307, path);
    assert.equal(answer.headers.get("location"), "/dashboard", path);
  }
});

test("the licences of the libraries are served, and files of the build are not", async () => {
  const licences = await get("/dashboard/licences.txt");
  assert.match(licences.text, /MIT License/i);
  assert.match(licences.text, /SIL Open Font License/i);
  for (const path of ["/.inputs", "/_headers", "/.assetsignore"]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test("every other path belongs to the API", async () => {
  assert.equal((await get("/health")).text, '{"status":"ok"}');
  assert.equal((await get("/v1/webhooks")).status, 401);
  for (const path of ["/", "/dashboard/nothing.js"]) {
    const answer = await get(path);
    assert.equal(answer.status, 404, path);
    assert.equal(JSON.parse(answer.text).code, "not_found", path);
  }
});
