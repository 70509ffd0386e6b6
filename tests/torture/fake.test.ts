// The torture notices a broken promise: it runs against dispatchers that break one each.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createDisk } from "./disk.ts";
import { FakeDispatcher, type Broken } from "./fake_dispatcher.ts";
import { report } from "./report.ts";
import { torture } from "./torture.ts";

/** The last lines of the report, which say what is wrong. */
const CASES: Record<Broken, RegExp> = {
  none: /^Every acknowledged event has arrived\.$/,
  "delivers every acknowledged event": /^[1-9]\d* acknowledged deliveries were lost\.$/,
  "delivers an event once": /^Every acknowledged event has arrived\.$/,
  "gives a repeat with the same key the same id": /^[1-9]\d* answers or deliveries were wrong\.$/,
  "delivers an ordered webhook's events in order": /^[1-9]\d* deliveries were out of order\.$/,
  "delivers byte for byte": /^[1-9]\d* answers or deliveries were wrong\.$/,
  "signs what it delivers": /^[1-9]\d* answers or deliveries were wrong\.$/,
  "finishes its deliveries": /^The run could not finish: 8 deliveries still wait/,
  "answers 202 or says why not": /^[1-9]\d* answers or deliveries were wrong\.$/,
};

const KILLS = 5;
const SEED = 1;
/** Long enough for a delivery within this process. */
const PATIENCE_MS = 1_500;

describe("the torture of a dispatcher that breaks a promise", { concurrency: 3 }, () => {
  for (const [broken, verdict] of Object.entries(CASES) as [Broken, RegExp][]) {
    test(broken, async () => {
      const dispatcher = await FakeDispatcher.listen(broken);
      const folder = mkdtempSync(join(tmpdir(), "torture-"));
      const disk = createDisk(folder, "none");
      const options = {
        kills: KILLS, seed: SEED, minutes: 1, webhooks: 8,
        areReceiversWell: true, patienceMs: PATIENCE_MS,
      };
      try {
        const outcome = await torture(options, { dispatcher, disk, say: () => undefined });
        const { lines, hasFailed } = report(outcome);
        const text = lines.join("\n");
        assert.match(lines.at(-1) ?? "", verdict, text);
        assert.equal(hasFailed, !verdict.source.includes("Every"), text);
        assert.ok(outcome.books.acknowledged > 20, text);
        assert.ok(outcome.books.repeats > 0, text);
        const repeated = outcome.books.duplicates().length;
        assert.equal(repeated > 0, broken === "delivers an event once", text);
      } finally {
        dispatcher.close();
        rmSync(folder, { recursive: true });
      }
    });
  }
});
