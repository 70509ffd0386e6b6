// The Python client: its wheel in a fresh environment, with a real dispatcher.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { documentText } from "../worker/support/document.ts";
import { fixture } from "../worker/support/fixture.ts";
import { adminKey } from "../worker/support/harness.ts";
import { testGuide } from "./python/guide.ts";
import { testReceiving } from "./python/receiving.ts";
import { testRetries } from "./python/retries.ts";
import { testSurface } from "./python/surface.ts";
import { Driver, clientFolder, freshPython, must, programs, tools } from "./support/python.ts";
import { scenarioReceiver } from "./support/receiver.ts";
import { runScenario, scenarios } from "./support/scenarios.ts";

// Two are for scenarios, the last of which changes what all accounts may publish.
const { dispatcher, dispatchers, subscribe } = await fixture({}, {}, {});
const [, forSync, forAsync] = dispatchers;
const receiverUrl = await scenarioReceiver();
const python = await freshPython();

for (const [mode, target] of [["sync", forSync], ["async", forAsync]] as const) {
  describe(`the scenarios, ${mode}`, () => {
    const driver = new Driver(python, mode, target.url);
    for (const [index, scenario] of scenarios().entries()) {
      test(scenario.name, async () => {
        const account = await target.account();
        const publisher = await target.account(account.name, ["events:write"]);
        const keys = {
          account: account.key, publisher: publisher.key, admin: adminKey, stranger: "whk_unknown",
        };
        const unique = `${mode}${index}`;
        const variables = { account: account.name, receiver: receiverUrl, unique };
        await runScenario(scenario, keys, variables, (call, key) => driver.make(call, key));
      });
    }
  });
}

describe("the package", () => {
  test("what is generated is what the contract and the async client give", async () => {
    const folder = mkdtempSync(join(tmpdir(), "python-generated-"));
    after(() => rmSync(folder, { recursive: true, force: true }));
    await must([tools(), join(clientFolder, "generate.py"), folder]);
    const names = readdirSync(folder, { recursive: true }).map(String)
      .filter((name) => name.endsWith(".py"));
    assert.ok(names.length >= 8, names.join(", "));
    for (const name of names) {
      const committed = readFileSync(join(clientFolder, "src/webhook_dispatcher", name), "utf8");
      const made = readFileSync(join(folder, name), "utf8");
      assert.equal(committed, made, `${name} is old: run npm run client:python`);
    }
  });

  test("it has the types that it promises", async () => {
    const mypy = ["-m", "mypy", "--strict", "--python-version", "3.10", "--no-incremental"];
    const config = ["--config-file", join(clientFolder, "pyproject.toml")];
    await must([tools(), ...mypy, ...config, "--python-executable", python,
      join(clientFolder, "src"), join(clientFolder, "generate.py")]);
    // The program uses the installed package, as mypy sees it for a user.
    const cwd = mkdtempSync(join(tmpdir(), "python-types-"));
    after(() => rmSync(cwd, { recursive: true, force: true }));
    await must([tools(), ...mypy, "--python-executable", python,
      "--enable-error-code", "unused-ignore", join(programs, "typed_program.py")], { cwd });
  });

  test("its sources are formatted and have no lint", async () => {
    // Paths in its settings are relative to where it runs.
    const [cwd, config] = [clientFolder, ["--no-cache", "--config", "pyproject.toml"]];
    await must([tools(), "-m", "ruff", "check", ...config, ".", programs], { cwd });
    await must([tools(), "-m", "ruff", "format", "--check", ...config, ".", programs], { cwd });
  });

  test("its version is that of the dispatcher", async () => {
    const { info } = JSON.parse(documentText("contract/openapi.json"));
    const code = "from importlib.metadata import version; print(version('webhook-dispatcher'))";
    assert.equal((await must([python, "-c", code])).trim(), info.version);
  });
});

testSurface(python);
testRetries(python);
testReceiving(python, subscribe);
testGuide(python, dispatcher);
