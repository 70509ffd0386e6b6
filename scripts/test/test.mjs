// npm test: installs what is missing and runs every step, or those of `--only NAME [WORD ...]`.
//
// NAME is a step or a group (native, worker, dashboard, contract, clients, check). The words
// select tests of cargo by name, and test files of node by path. After a failed step the others still
// run. The last line has the sums.

import { main } from "../lib/main.mjs";
import { CommandError, say, step } from "../lib/say.mjs";
import { ready } from "../setup/ready.mjs";
import { STEPS } from "./steps.mjs";

await main(async () => {
  const { steps, words } = selected(process.argv.slice(2));
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

/** Installs what is missing. A failure counts as one, so the last line always has the sums. */
async function setUp() {
  try {
    await ready();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`${error.message}\n\nfailed: set-up\n0 passed, 1 failed`);
  }
}

/** Returns the steps that the command line names, with the steps that they need, and the words. */
function selected([flag, name, ...words]) {
  if (flag === undefined) return { steps: STEPS, words: [] };
  const isNamed = (step) => step.name === name || step.groups.includes(name);
  const named = STEPS.filter(isNamed);
  if (flag !== "--only" || named.length === 0) {
    const groups = ["native", "worker", "dashboard", "contract", "clients", "check"];
    const names = [...groups, ...STEPS.map((step) => step.name)];
    throw new CommandError(`usage: npm test -- --only NAME [WORD ...]\nNAME: ${names.join(", ")}`);
  }
  const needed = named.map((step) => step.needs);
  return { steps: STEPS.filter((step) => isNamed(step) || needed.includes(step.name)), words };
}
