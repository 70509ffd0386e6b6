// Checks that a dispatcher does not reveal its secrets.

import assert from "node:assert/strict";
import type { Dispatcher } from "./harness.ts";

/**
 * Fails if a secret is in an answer, a KV record, the runtime's log or a stored file. Kills the
 * dispatcher and checks again.
 */
export async function assertSecretsHidden(
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
