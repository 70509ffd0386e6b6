// npm test: sets up what is missing and runs every step, or those of `--only NAME [WORD ...]`.
//
// NAME is a step or a group (native, worker, dashboard, contract, check); the words choose tests by
// name, and files of the tests that node runs by theirs. A failing step does not stop the others.
// The last line has the sums.

import { main } from "../lib/main.mjs";
import { ready } from "../setup/ready.mjs";
import { say, step, Trouble } from "../lib/say.mjs";
import { STEPS } from "./steps.mjs";

await main(async () => {
  const { steps, words } = chosen(process.argv.slice(2));
  await setUp();
  const sums = { passed: 0, failed: 0 };
  const failures = [];
  for (const { name, usually, needs, run } of steps) {
    if (needs !== undefined && failures.includes(needs)) {
      failures.push(`${name} (not run: it needs ${needs})`);
      continue;
    }
    const { passed, failed, output, shown } = await step(name, usually, () => run(words));
    sums.passed += passed;
    sums.failed += failed;
    say(`  ${passed} passed, ${failed} failed: ${name}`);
    if (failed === 0) continue;
    failures.push(name);
    if (!shown) say(`\n${output.trimEnd()}\n`);
  }
  if (failures.length > 0) say(`\nfailed: ${failures.join(", ")}`);
  say(`${sums.passed} passed, ${sums.failed} failed`);
  return failures.length === 0 ? 0 : 1;
});

/** A set-up that fails is one failure: the last line has the sums whatever happened. */
async function setUp() {
  try {
    await ready();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    throw new Trouble(`${error.message}\n\nfailed: set-up\n0 passed, 1 failed`);
  }
}

/** The steps that the command line asks for, with those that they need. */
function chosen([flag, name, ...words]) {
  if (flag === undefined) return { steps: STEPS, words: [] };
  const isAsked = (step) => step.name === name || step.groups.includes(name);
  const asked = STEPS.filter(isAsked);
  if (flag !== "--only" || asked.length === 0) {
    const names = ["native", "worker", "dashboard", "contract", "check", ...STEPS.map((step) => step.name)];
    throw new Trouble(`usage: npm test -- --only NAME [WORD ...]\nNAME: ${names.join(", ")}`);
  }
  const needed = asked.map((step) => step.needs);
  return { steps: STEPS.filter((step) => isAsked(step) || needed.includes(step.name)), words };
}
