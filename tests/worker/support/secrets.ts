// Whether a dispatcher keeps its secrets.

import assert from "node:assert/strict";
import type { Dispatcher } from "./harness.ts";

/**
 * None of these is in an answer, in KV, in the runtime's log or in any file that it stored. Looks
 * again when the dispatcher is killed, which it does.
 */
export async function keepsQuiet(
  dispatcher: Dispatcher,
  secrets: string[],
  answers: string[],
): Promise<void> {
  const shown = { answer: answers.join("\n"), log: dispatcher.log };
  const records = JSON.stringify(await dispatcher.records(""));
  const check = (secret: string) => {
    for (const [place, text] of Object.entries({ ...shown, record: records }))
      assert.ok(!text.includes(secret), `the ${place} shows ${secret}`);
    assert.deepEqual(dispatcher.filesWith(secret), [], `a file holds ${secret}`);
  };
  secrets.forEach(check);
  await dispatcher.kill();
  secrets.forEach(check);
}
