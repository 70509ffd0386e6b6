// `npm run deploy -- --first`, with the real wrangler against a stand-in for Cloudflare's API: it
// makes what is missing, and goes on after any interruption without losing or replacing a secret.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { accountId, type Fate } from "../support/cloudflare_api.ts";
import { documentText } from "../support/document.ts";
import { fixture } from "../support/fixture.ts";
import { FirstDeploy, shownKeys, tomlElsewhere, type Edge } from "../support/first_deploy.ts";
import { must, type Dispatcher } from "../support/harness.ts";
import { nowhere } from "../support/receiver.ts";

const worker = "webhook-dispatcher";
const names = ["API_KEY", "ADMIN_KEY", "MASTER_KEYS"];
const upload = `PUT /workers/scripts/${worker}`;
const { startDispatcher } = await fixture();

/** Fails if wrangler.toml has other differences from its first text than ids in these places. */
function assertOnlyIds(deploy: FirstDeploy, ids: (string | undefined)[]): void {
  const given = [...ids];
  const expected = tomlElsewhere().replaceAll(/^id = "0+"$/gm, (line) => {
    const id = given.shift();
    return id === undefined ? line : `id = "${id}"`;
  });
  assert.equal(deploy.toml, expected);
}

/** Passes requests on to a dispatcher that has the secrets in force. */
function passOn(to: () => Promise<Dispatcher>): Edge {
  return async (request, response) => {
    const { url } = await to();
    const { method, headers } = request;
    const target = new URL(request.url!, url);
    const passed = httpRequest(target, { method: method!, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  };
}

describe("npm run deploy -- --first", () => {
  test("makes all that is missing, and a second run makes nothing", async () => {
    const deploy = await FirstDeploy.start();
    let dispatcher: Dispatcher | undefined;
    deploy.edge = passOn(async () =>
      dispatcher ??= await startDispatcher({ secrets: deploy.api.secretsOf(worker) }));
    const { code, output } = await deploy.run();
    assert.equal(code, 0, output);
    const id = deploy.api.namespaces.get(`${worker}-WEBHOOKS`);
    assert.equal(deploy.api.namespaces.size, 1);
    assertOnlyIds(deploy, [id]);
    const script = deploy.api.scripts.get(worker)!;
    assert.deepEqual(script.namespaces, [id]);
    assert.equal(script.migrationTag, "v1");
    assert.ok(script.hasWasm);
    assert.deepEqual(script.crons, ["*/5 * * * *"]);
    const keys = shownKeys(output);
    assert.deepEqual(keys, deploy.api.secretsOf(worker));
    assert.match(keys["API_KEY"]!, /^[0-9a-f]{48}$/);
    assert.match(keys["MASTER_KEYS"]!, /^k1:[A-Za-z0-9+/]{43}=$/);
    assert.deepEqual(readdirSync(deploy.folder).sort(), [".wrangler", "home", "wrangler.toml"]);
    assert.deepEqual(deploy.visits, ["/health", "/v1/ping", "/v1/ping"]);
    // The keys that were shown open what was deployed, and its secrets can be stored.
    const api = dispatcher!.client(keys["API_KEY"]!);
    must(201, await api.post("/v1/webhooks", { target_url: nowhere }));
    must(200, await dispatcher!.client(keys["ADMIN_KEY"]!).get("/v1/admin/accounts"));

    const again = await deploy.run();
    assert.equal(again.code, 0, again.output);
    assert.match(again.output, /MASTER_KEYS is set, and stays as it is[^]*No key was made/);
    assert.deepEqual(shownKeys(again.output), {});
    for (const name of names) assert.equal(script.secrets.get(name)!.length, 1, name);
    assert.equal(deploy.api.namespaces.size, 1);
    assertOnlyIds(deploy, [id]);
    assert.deepEqual(deploy.api.unknown, []);
  });

  test("makes staging beside it with --env staging", async () => {
    const deploy = await FirstDeploy.start();
    const { code, output } = await deploy.run(["--env", "staging"]);
    assert.equal(code, 0, output);
    const title = `staging-${worker}-WEBHOOKS`;
    assert.deepEqual([...deploy.api.namespaces.keys()], [title]);
    assertOnlyIds(deploy, [undefined, deploy.api.namespaces.get(title)]);
    assert.deepEqual([...deploy.api.scripts.keys()], [`${worker}-staging`]);
    assert.deepEqual(shownKeys(output), deploy.api.secretsOf(`${worker}-staging`));
    assert.deepEqual(deploy.visits, ["/health", "/v1/ping", "/v1/ping"]);
  });
});

/** Where a run is killed: the call, when it matters, and whether the call was carried out. */
interface Point {
  at: string;
  when?: (deploy: FirstDeploy) => boolean;
  fate?: Fate;
}

const isWritten = ({ toml }: FirstDeploy) =>
  !/^id = "0+"$/m.test(toml.split("\n[env.staging]\n")[0]!);

/** In the order in which they come, so that each run gets further than the one before. */
const early: Point[] = [
  { at: "GET /user/tokens/verify" },
  { at: "POST /storage/kv/namespaces", fate: "lost before" },
  { at: "POST /storage/kv/namespaces", fate: "lost after" },
  { at: "GET /storage/kv/namespaces", when: ({ api }) => api.namespaces.size === 1 },
  { at: `GET /workers/scripts/${worker}/secrets`, when: isWritten },
  { at: `GET /workers/services/${worker}` },
  { at: `POST /workers/scripts/${worker}/assets-upload-session` },
  { at: upload, fate: "lost before" },
];
const late: Point[] = [
  { at: upload, fate: "lost after" },
  { at: `POST /workers/scripts/${worker}/versions`, fate: "lost after" },
  { at: `POST /workers/scripts/${worker}/subdomain`, fate: "lost after" },
  { at: `PUT /workers/scripts/${worker}/schedules`, fate: "lost after" },
  { at: "/health" },
  { at: "/v1/ping" },
];

/** Runs the command, and kills it at this point. Fails if it never gets there. */
async function killedAt(deploy: FirstDeploy, { at, when, fate = "lost before" }: Point) {
  let isThere = false;
  const kill = (call: string) => {
    isThere ||= call === at && (when?.(deploy) ?? true);
    if (isThere) deploy.kill();
    return isThere;
  };
  deploy.api.fate = (call) => (kill(call) ? fate : "answered");
  deploy.killAtVisit = kill;
  const { code, output } = await deploy.run();
  deploy.api.fate = () => "answered";
  deploy.killAtVisit = () => false;
  assert.ok(isThere, `the run did not come to ${at}:\n${output}`);
  assert.equal(code, null, output);
}

/** Fails if a secret in force is not kept, if one was replaced, or if the file can be read. */
function assertNothingIsLost(deploy: FirstDeploy): void {
  const inForce = deploy.api.secretsOf(worker);
  const kept = deploy.kept(worker) ?? {};
  for (const [name, value] of Object.entries(inForce)) assert.equal(kept[name], value, name);
  for (const [name, values] of deploy.api.scripts.get(worker)?.secrets ?? [])
    assert.equal(values.length, 1, `${name} was replaced`);
  assert.ok(deploy.api.namespaces.size <= 1);
  const id = deploy.api.namespaces.get(`${worker}-WEBHOOKS`);
  assertOnlyIds(deploy, isWritten(deploy) ? [id] : []);
  const folder = dirname(deploy.keptFile(worker));
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".json")))
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
}

/** Runs the command to its end, and checks that the keys that it shows are those in force. */
async function goesOn(deploy: FirstDeploy): Promise<string> {
  const { code, output } = await deploy.run();
  assert.equal(code, 0, output);
  assertOnlyIds(deploy, [deploy.api.namespaces.get(`${worker}-WEBHOOKS`)]);
  assert.equal(deploy.api.namespaces.size, 1);
  assert.deepEqual(shownKeys(output), deploy.api.secretsOf(worker));
  assert.deepEqual(Object.keys(deploy.api.secretsOf(worker)).sort(), [...names].sort());
  assert.ok(!existsSync(dirname(deploy.keptFile(worker))), "the keys are still kept");
  assert.deepEqual(deploy.api.unknown, []);
  return output;
}

describe("npm run deploy -- --first goes on", { concurrency: 2 }, () => {
  for (const [part, points] of [["before", early], ["after", late]] as const) {
    test(`when it was killed at each step ${part} the upload`, async () => {
      const deploy = await FirstDeploy.start();
      for (const point of points) {
        await killedAt(deploy, point);
        assertNothingIsLost(deploy);
      }
      const made = deploy.kept(worker);
      assert.deepEqual(Object.keys(made!).sort(), [...names].sort());
      const output = await goesOn(deploy);
      assert.deepEqual(shownKeys(output), made);
    });
  }

  test("when it was killed while it showed the keys, or nobody could read them", async () => {
    const deploy = await FirstDeploy.start();
    const unread = await deploy.run([], {}, (output, close) => {
      if (output.includes("6. The health")) close();
    });
    assert.notEqual(unread.code, 0);
    assertNothingIsLost(deploy);
    const shown: Record<string, string> = {};
    await deploy.run([], {}, (output) => {
      Object.assign(shown, shownKeys(output));
      if ("MASTER_KEYS" in shown) deploy.kill();
    });
    assert.deepEqual(shown, deploy.api.secretsOf(worker));
    const { code, output } = await deploy.run();
    assert.equal(code, 0, output);
    // Shown again if it was killed before the file was removed.
    assert.ok(["{}", JSON.stringify(shown)].includes(JSON.stringify(shownKeys(output))), output);
  });

  test("when a call was refused, after it has said what to do", async () => {
    const deploy = await FirstDeploy.start();
    const refused: [call: string, says: RegExp][] = [
      ["GET /storage/kv/namespaces", /cannot be listed: .*\n→ .*Workers KV Storage: Edit/],
      ["POST /storage/kv/namespaces", /could not be made: .*\n→ .*Workers KV Storage: Edit/],
      [`GET /workers/scripts/${worker}/secrets`, /✗ The secrets cannot be listed[^]*→ npx/],
      [`POST /workers/scripts/${worker}/assets-upload-session`, /wrangler ended with exit code 1/],
      [upload, /Authentication error[^]*wrangler ended with exit code 1/],
      [`POST /workers/scripts/${worker}/subdomain`, /wrangler ended with exit code 1/],
    ];
    for (const [call, says] of refused) {
      deploy.api.fate = (each) => (each === call ? "refused" : "answered");
      const { code, output } = await deploy.run();
      assert.equal(code, 1, output);
      assert.match(output, says, call);
      assert.match(output, /Run the same command again: it goes on where it stopped\./, call);
      assertNothingIsLost(deploy);
    }
    deploy.api.fate = () => "answered";
    const answers = deploy.edge;
    deploy.edge = (_, response) => response.writeHead(503).end("a variable is wrong");
    const { code, output } = await deploy.run(["--wait", "1"]);
    assert.equal(code, 1, output);
    assert.match(output, /does not answer as it should, after 1 s: 503 a variable is wrong\n→/);
    assert.match(output, new RegExp(`The keys that were made are in ${deploy.keptFile(worker)}`));
    assertNothingIsLost(deploy);
    deploy.edge = answers;
    await goesOn(deploy);
  });
});

describe("npm run deploy -- --first replaces no secret", { concurrency: 2 }, () => {
  test("that was set before, and makes the others", async () => {
    const deploy = await FirstDeploy.start();
    deploy.api.setSecret(worker, "ADMIN_KEY", "of-somebody");
    const { code, output } = await deploy.run();
    assert.equal(code, 0, output);
    assert.match(output, /ADMIN_KEY is set, and stays as it is/);
    assert.match(output, /exists already, without MASTER_KEYS\. If it has stored webhooks/);
    const { ADMIN_KEY, ...others } = deploy.api.secretsOf(worker);
    assert.equal(ADMIN_KEY, "of-somebody");
    assert.deepEqual(shownKeys(output), others);
    assert.match(others["MASTER_KEYS"]!, /^k\d{13}:/, "the id could be that of an earlier key");
  });

  test("that somebody set after a run was killed, and does not show its own as valid", async () => {
    const deploy = await FirstDeploy.start();
    await killedAt(deploy, { at: `GET /workers/services/${worker}` });
    const made = deploy.kept(worker)!;
    deploy.api.setSecret(worker, "API_KEY", "of-somebody");
    const { code, output } = await deploy.run(["--wait", "0"]);
    assert.equal(code, 1, output);
    assert.match(output, /not take the API_KEY that was made: 401[^]*take it out of "secrets"/);
    assert.deepEqual(shownKeys(output), {});
    assert.equal(deploy.api.secretsOf(worker)["API_KEY"], "of-somebody");
    assert.deepEqual(deploy.kept(worker), made);
    // As it says: without that key in the file, it shows the others.
    const { API_KEY: _, ...secrets } = made;
    writeKept(deploy, { secrets, sent: names });
    const last = await deploy.run();
    assert.equal(last.code, 0, last.output);
    assert.deepEqual(shownKeys(last.output), secrets);
  });

  test("that somebody set before it sent its own", async () => {
    const deploy = await FirstDeploy.start();
    writeKept(deploy, { secrets: { API_KEY: "made", ADMIN_KEY: "made-too" }, sent: [] });
    deploy.api.setSecret(worker, "API_KEY", "of-somebody");
    const { code, output } = await deploy.run();
    assert.equal(code, 0, output);
    assert.match(output, /API_KEY was set by somebody else meanwhile; the one made here is/);
    assert.equal(deploy.api.secretsOf(worker)["API_KEY"], "of-somebody");
    const { API_KEY: _, ...others } = deploy.api.secretsOf(worker);
    assert.deepEqual(shownKeys(output), others);
    assert.equal(others["ADMIN_KEY"], "made-too");
  });
});

/** Writes the file that an interrupted run leaves. */
function writeKept(deploy: FirstDeploy, state: object, account = accountId): void {
  const file = deploy.keptFile(worker);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ account, worker, ...state }), { mode: 0o600 });
}

describe("npm run deploy -- --first makes nothing", { concurrency: 2 }, () => {
  const wrong = { CLOUDFLARE_API_TOKEN: "wrong" };
  const nobody = { CLOUDFLARE_API_TOKEN: undefined };
  const local = tomlElsewhere().replace("\n[vars]\n", '\n[vars]\nALLOW_PRIVATE_TARGETS = "true"\n');
  const other = { id: "acc1".padEnd(32, "0"), name: "Other" };
  const cases: {
    when: string;
    environment?: Record<string, string | undefined>;
    args?: string[];
    toml?: string;
    prepare?: (deploy: FirstDeploy) => void;
    says: RegExp;
  }[] = [
    {
      when: "the token is wrong",
      environment: wrong,
      says: /✗ wrangler cannot say who is logged in: .*\n +→ npx wrangler login/,
    },
    {
      when: "nobody is logged in",
      environment: nobody,
      says: /✗ Nobody is logged in\.\n +→ npx wrangler login[^]*Nothing was made\./,
    },
    {
      when: "there are two accounts to choose from",
      prepare: (deploy) => deploy.api.accounts.push(other),
      says: /✗ Which account .*\n +→ set CLOUDFLARE_ACCOUNT_ID to one of /,
    },
    {
      when: "private targets are allowed",
      toml: local,
      says: /✗ ALLOW_PRIVATE_TARGETS is a variable.*\n +→ take it out of/,
    },
    {
      when: "the keys of an interrupted run are of another account",
      prepare: (deploy) => writeKept(deploy, { secrets: { API_KEY: "a" }, sent: [] }, other.id),
      says: /has the keys of a first deployment to the account acc1.*\n→ Log in to that account/,
    },
    {
      when: "the keys of an interrupted run cannot be read",
      prepare: (deploy) => writeKept(deploy, { sent: 1 }),
      says: /webhook-dispatcher\.json cannot be read.*\n→ Save the keys/,
    },
    {
      when: "the account does not have the namespace of wrangler.toml",
      toml: tomlElsewhere().replace(/^id = "0+"$/m, `id = "${"1".repeat(32)}"`),
      says: /✗ The account has no KV namespace 1{32} for WEBHOOKS/,
    },
    {
      when: "it is told only to check",
      args: ["--check"],
      says: /--check changes nothing; --first makes what is missing\.[^]*usage: npm run deploy/,
    },
    { when: "the wait is no number", args: ["--wait", "long"], says: /--wait takes seconds/ },
    {
      when: "there is no such environment",
      args: ["--env", "prod"],
      says: /has no environment "prod"/,
    },
  ];
  for (const { when, environment = {}, args = [], toml, prepare, says } of cases) {
    test(`when ${when}`, async () => {
      const deploy = await FirstDeploy.start(toml);
      prepare?.(deploy);
      const before = deploy.toml;
      const { code, output } = await deploy.run(args, environment);
      assert.equal(code, 1, output);
      assert.match(output, says);
      assert.ok(!output.includes("    at "), output);
      assert.equal(deploy.api.namespaces.size + deploy.api.scripts.size, 0);
      assert.deepEqual(deploy.api.calls.filter((call) => !call.startsWith("GET ")), []);
      assert.equal(deploy.toml, before);
    });
  }

  test("while another one runs", async () => {
    const deploy = await FirstDeploy.start();
    let second: Promise<{ code: number | null; output: string }> | undefined;
    deploy.edge = async (_, response) => {
      second ??= deploy.run();
      await second;
      response.writeHead(200).end('{"status":"ok"}');
    };
    const first = await deploy.run();
    assert.equal(first.code, 0, first.output);
    const { code, output } = await second!;
    assert.equal(code, 1);
    assert.match(output, /Another first deployment of webhook-dispatcher is running \(pid \d+\)/);
    assert.equal(deploy.api.calls.filter((call) => call === upload).length, 1);
  });
});

test("git ignores the keys that are kept", async () => {
  const deploy = await FirstDeploy.start();
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", deploy.folder, ...args], { encoding: "utf8" });
  git("init", "--quiet");
  await killedAt(deploy, { at: `GET /workers/services/${worker}` });
  const listed = git("status", "--porcelain", "--untracked-files=all");
  assert.ok(existsSync(deploy.keptFile(worker)));
  assert.ok(!listed.includes("first-deploy"), listed);
  assert.match(listed, /wrangler\.toml/);
});

test("wrangler.toml has the ids where a first deployment finds them", async () => {
  // @ts-expect-error: a script without types.
  const { withId } = await import("../../../scripts/deploy/namespace.mjs");
  const text = documentText("wrangler.toml");
  const id = "abcd".repeat(8);
  const lines = text.split("\n");
  for (const [env, nth] of [["", 0], ["staging", 1]] as const) {
    const changed: string = await withId(text, env, "WEBHOOKS", id);
    const placeholders = lines.flatMap((line, index) => (/^id = "0+"$/.test(line) ? [index] : []));
    const expected = lines.with(placeholders[nth]!, `id = "${id}"`).join("\n");
    assert.equal(changed, expected);
  }
  const cases: [before: string, env: string, after: string | undefined][] = [
    ['[[kv_namespaces]]\r\nbinding = "W" # a\r\n', "",
      `[[kv_namespaces]]\r\nbinding = "W" # a\r\nid = "${id}"\r\n`],
    ['a = 1\n[[kv_namespaces]]\nid   = \'0\'   # b\n"binding" = "W"', "",
      `a = 1\n[[kv_namespaces]]\nid   = "${id}"   # b\n"binding" = "W"`],
    ['[[kv_namespaces]]\nbinding = "V"\nid = "0"\n[[kv_namespaces]]\nbinding = "W"\nid = "0"', "",
      `[[kv_namespaces]]\nbinding = "V"\nid = "0"\n[[kv_namespaces]]\nbinding = "W"\nid = "${id}"`],
    ['[[env.b.kv_namespaces]]\nbinding = "W"\nid = "0"', "", undefined],
    ['kv_namespaces = [{ binding = "W", id = "0" }]', "", undefined],
  ];
  for (const [before, env, after] of cases)
    assert.equal(await withId(before, env, "W", id), after, before);
});
