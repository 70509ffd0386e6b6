// `npm run deploy`: it reports what is missing before it changes anything. A fake wrangler gives
// scripted answers and records its arguments.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { unstable_readConfig as readConfig } from "wrangler";
import { documentText, root } from "../support/document.ts";

const folder = mkdtempSync(join(tmpdir(), "deploy-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const ids = ["1111111111111111111111111111aaaa", "2222222222222222222222222222bbbb"] as const;

/** The answers of the fake wrangler, by the first words of the command. */
type Script = Record<string, { stdout?: string; stderr?: string; code?: number }>;

/** The answers when nothing is missing. */
const complete: Script = {
  whoami: says({
    loggedIn: true,
    email: "jane@example.com",
    accounts: [{ id: "a", name: "Acme" }],
  }),
  "kv namespace list": says(ids.map((id) => ({ id, title: id }))),
  "secret list": secrets("API_KEY", "ADMIN_KEY", "MASTER_KEYS"),
  deploy: { stdout: "Uploaded\n" },
};

function says(value: unknown) {
  return { stdout: `${JSON.stringify(value, null, 2)}\n` };
}

function secrets(...names: string[]) {
  return says(names.map((name) => ({ name, type: "secret_text" })));
}

/** Returns wrangler.toml with an id for the namespace of each environment. */
function config(first: string = ids[0], second: string = ids[1], more = ""): string {
  const given = [first, second];
  const next = () => `id = "${given.shift()}"`;
  const text = documentText("wrangler.toml").replaceAll(/^id = "0+"$/gm, next);
  assert.deepEqual(given, [], "wrangler.toml has other namespaces than this test expects");
  return text.replace("\n[vars]\n", `\n[vars]\n${more}`);
}

let runs = 0;

/** Runs the command with the fake wrangler first on PATH, and without credentials. */
async function deploy(script: Script, args: string[] = [], toml = config()) {
  const home = join(folder, String((runs += 1)));
  const bin = mkdtempSync(`${home}-`);
  const record = join(bin, "record");
  const file = join(bin, "wrangler.toml");
  writeFileSync(file, toml);
  writeFileSync(record, "");
  const call = `answer(${JSON.stringify(script)}, ${JSON.stringify(record)});`;
  writeFileSync(join(bin, "wrangler"), `#!${process.execPath}\n${fakeWrangler}\n${call}\n`);
  chmodSync(join(bin, "wrangler"), 0o755);
  const child = spawn(
    process.execPath,
    [join(root, "scripts", "deploy", "deploy.mjs"), "--config", file, ...args],
    {
      env: {
        ...process.env,
        PATH: [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter),
        CLOUDFLARE_ACCOUNT_ID: undefined,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const code = await new Promise((resolve) => child.once("close", resolve));
  const commands = readFileSync(record, "utf8").split("\n").filter((line) => line !== "");
  return { code, output, commands: commands.map((line) => JSON.parse(line) as string[]), file };
}

const fakeWrangler = `
const { appendFileSync } = require("node:fs");
function answer(script, record) {
  const args = process.argv.slice(2);
  appendFileSync(record, JSON.stringify(args) + "\\n");
  const name = Object.keys(script).find((name) => args.join(" ").startsWith(name));
  const { stdout = "", stderr = "", code = 0 } = script[name] ?? { code: 9, stderr: "unscripted" };
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = code;
}
`;

/** Returns the deployments among the commands. */
const deployments = (commands: string[][]) => commands.filter(([name]) => name === "deploy");

describe("npm run deploy", { concurrency: 2 }, () => {
  test("reports its checks, and deploys if nothing is missing", async () => {
    const { code, output, commands, file } = await deploy(complete);
    assert.equal(code, 0, output);
    const [before, uploaded] = [output.indexOf("✓ the secrets"), output.indexOf("Uploaded")];
    assert.ok(before > 0 && before < uploaded, output);
    assert.match(output, /^Before webhook-dispatcher is deployed:$/m);
    assert.match(output, /✓ logged in: jane@example.com, account Acme/);
    assert.match(output, /✓ build\/ and dist\/ are those of the sources/);
    assert.ok(!output.includes("✗"), output);
    const [deployment] = deployments(commands);
    assert.deepEqual(deployment!.slice(0, 5), ["deploy", "--env", "", "--config", file]);
    assert.equal(deployment![5], "--message");
    assert.equal(commands.at(-1), deployment, "a check came after the deployment");
  });

  test("checks and deploys staging with --env staging", async () => {
    const { code, output, commands } = await deploy(complete, ["--env", "staging"]);
    assert.equal(code, 0, output);
    assert.match(output, /^Before webhook-dispatcher-staging is deployed:$/m);
    for (const command of commands)
      assert.equal(command[command.indexOf("--env") + 1], "staging", command.join(" "));
    assert.equal(deployments(commands).length, 1);
  });

  test("only checks with --check", async () => {
    const { code, output, commands } = await deploy(complete, ["--check"]);
    assert.equal(code, 0, output);
    assert.match(output, /Nothing is missing\./);
    assert.deepEqual(deployments(commands), []);
  });

  test("fails if wrangler fails", async () => {
    const { code, output } = await deploy({ ...complete, deploy: { stderr: "no\n", code: 7 } });
    assert.equal(code, 1);
    assert.match(output, /wrangler ended with exit code 7/);
  });
});

describe("npm run deploy changes nothing", { concurrency: 2 }, () => {
  const notFound = { stderr: '✘ [ERROR] Worker "webhook-dispatcher" not found.\n\nIf', code: 1 };
  const accounts = [{ id: "a", name: "A" }, { id: "b", name: "B" }];
  const twice = says({ loggedIn: true, accounts });
  const none = "0".repeat(32);
  const cases: {
    when: string;
    script?: Script;
    args?: string[];
    toml?: string;
    says: RegExp[];
    asks?: number;
  }[] = [
    {
      when: "nobody is logged in, the namespace has no id, and private targets are allowed",
      script: { ...complete, whoami: { ...says({ loggedIn: false }), code: 1 } },
      toml: config(none, ids[1], 'ALLOW_PRIVATE_TARGETS = "true"\n'),
      says: [
        /✗ Nobody is logged in\.\n +→ npx wrangler login/,
        /✗ The KV namespace WEBHOOKS has no id yet\.\n +→ npx wrangler kv namespace create/,
        /✗ ALLOW_PRIVATE_TARGETS is a variable/,
      ],
      asks: 1,
    },
    {
      when: "wrangler cannot say who is logged in",
      script: { ...complete, whoami: { stderr: "fetch failed\n", code: 1 } },
      says: [/✗ wrangler cannot say who is logged in: fetch failed/],
      asks: 1,
    },
    {
      when: "there are two accounts to choose from",
      script: { ...complete, whoami: twice },
      says: [/✗ Which account .*\n +→ set CLOUDFLARE_ACCOUNT_ID to one of a \(A\), b \(B\)/],
      asks: 1,
    },
    {
      when: "the account has no such namespace, and the Worker is new and so has no secret",
      script: {
        ...complete,
        "kv namespace list": says([{ id: ids[1], title: "other" }]),
        "secret list": notFound,
      },
      says: [
        new RegExp(`✗ The account has no KV namespace ${ids[0]} for WEBHOOKS`),
        ...["API_KEY", "ADMIN_KEY", "MASTER_KEYS"].map(
          (name) =>
            new RegExp(`✗ The secret ${name} is not set.\\n +→ npx wrangler secret put ${name}`),
        ),
      ],
    },
    {
      when: "staging would share production's namespace, and its secrets are not those needed",
      script: {
        ...complete,
        "secret list": secrets("API_KEY", "ADMIN_KEY", "ALLOW_PRIVATE_TARGETS"),
      },
      args: ["--env", "staging"],
      toml: config(ids[0], ids[0]),
      says: [
        /✗ The KV namespace WEBHOOKS is that of another environment\./,
        /✗ The secret MASTER_KEYS is not set\.\n.*put MASTER_KEYS --env staging .*keep a copy/,
        /✗ ALLOW_PRIVATE_TARGETS is a secret.*\n.*delete ALLOW_PRIVATE_TARGETS --env staging/,
      ],
    },
    {
      when: "staging's namespace has no id, and the secrets cannot be listed",
      script: { ...complete, "secret list": { stderr: "no permission\n", code: 1 } },
      args: ["--env", "staging"],
      toml: config(ids[0], none),
      says: [
        /no id yet\.\n +→ npx wrangler kv namespace create WEBHOOKS --env staging/,
        /✗ The secrets cannot be listed: no permission/,
      ],
    },
  ];
  for (const { when, script = complete, args = [], toml, says, asks } of cases) {
    test(`when ${when}`, async () => {
      const { code, output, commands } = await deploy(script, args, toml);
      assert.equal(code, 1, output);
      for (const text of says) assert.match(output, text);
      assert.match(output, /Nothing was deployed/);
      const questions = ["whoami", "kv namespace list", "secret list"];
      for (const command of commands)
        assert.ok(questions.some((name) => command.join(" ").startsWith(name)), command.join(" "));
      if (asks !== undefined) assert.equal(commands.length, asks);
      assert.equal(output.match(/✗/g)!.length, says.length, output);
    });
  }

  test("when there is no such environment", async () => {
    const { code, output, commands } = await deploy(complete, ["--env", "prod"]);
    assert.equal(code, 1);
    assert.match(output, /has no environment "prod"; it has staging\./);
    assert.deepEqual(commands, []);
  });
});

test("staging has the settings of production, and its own storage", () => {
  const read = (env: string) =>
    readConfig({ config: join(root, "wrangler.toml"), env }, { hideWarnings: true });
  const [production, staging] = [read(""), read("staging")];
  assert.equal(staging.name, `${production.name}-staging`);
  const bindings = ({ kv_namespaces: all }: { kv_namespaces: { binding: string }[] }) =>
    all.map(({ binding }) => binding);
  assert.deepEqual(bindings(staging), bindings(production));
  for (const same of [
    "vars", "durable_objects", "migrations", "triggers", "assets", "observability", "main",
    "compatibility_date", "compatibility_flags", "build", "analytics_engine_datasets",
  ] as const)
    assert.deepEqual(staging[same], production[same], `${same} of staging differs`);
});
