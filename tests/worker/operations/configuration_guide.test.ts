// docs/CONFIGURATION.md explains every variable of wrangler.toml with its default, and no others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { documentText, tableBelow } from "../support/document.ts";

const guide = documentText("docs/CONFIGURATION.md");
const file = documentText("wrangler.toml");
const shown = new Map<string, string>(
  ["Delivery", "Storage", "Requests", "Targets", "Portal"]
    .flatMap((heading) => tableBelow(guide, heading))
    .map(([name, value]) => [name!.replaceAll("`", ""), value!.replaceAll("`", "")]),
);

test("every variable that is set is in the guide, with its default", () => {
  const section = file.split("\n[vars]\n")[1]!.split("\n[env.staging]\n")[0]!;
  const set = [...section.matchAll(/^([A-Z_]+) = "(.*)"$/gm)];
  assert.ok(set.length > 15, "the variables were not found");
  for (const [, name, value] of set) assert.equal(shown.get(name!), value, name);
  const unset = [...section.matchAll(/^# ([A-Z_]+) = "/gm)].map(([, name]) => name!);
  assert.deepEqual(
    [...shown.keys()].sort(),
    [...set.map(([, name]) => name!), ...unset, "ALLOW_PRIVATE_TARGETS"].sort(),
  );
});

test("every binding is in the guide", () => {
  const bindings = [...file.matchAll(/^(?:# )?(?:binding|name) = "([A-Z_]+)"$/gm)];
  const names = new Set(bindings.map(([, name]) => name!));
  const explained = tableBelow(guide, "Bindings").map(([name]) => name!.replaceAll("`", ""));
  assert.deepEqual(explained.sort(), [...names].sort());
});
