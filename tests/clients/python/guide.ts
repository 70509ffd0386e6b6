// The code of docs/PYTHON.md: the programs run with a real dispatcher, and the receivers get real
// deliveries.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { documentText } from "../../worker/support/document.ts";
import { event } from "../../worker/support/events.ts";
import { adminKey, must as mustAnswer, type Dispatcher } from "../../worker/support/harness.ts";
import { Receiver, closedPort, nowhere } from "../../worker/support/receiver.ts";
import { until } from "../../worker/support/wait.ts";
import { must, start, tools } from "../support/python.ts";

const guide = documentText("docs/PYTHON.md");
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** Returns the blocks of Python below a heading. */
function blocks(heading: string): string[] {
  const [, below] = guide.split(new RegExp(`^##+ ${heading}$`, "m"));
  const section = below!.split(/^##/m)[0]!;
  return [...section.matchAll(/^```python\n(.*?)^```$/gms)].map(([, code]) => code!);
}

const parts = [
  "Publish", "Manage webhooks", "See what was delivered", "Errors", "For the operator",
].flatMap(blocks);
const program = parts.join("\n");
const [asyncProgram] = blocks("Async");

/** How each receiver is started. Its file is `receiver.py`. */
const SERVERS: Record<string, (port: string) => string[]> = {
  FastAPI: (port) => ["-m", "uvicorn", "receiver:app", "--port", port],
  Flask: (port) => ["-m", "flask", "--app", "receiver", "run", "--port", port],
  Django: (port) => ["-m", "django", "runserver", "--noreload", port],
};
const DJANGO_SETTINGS = `
SECRET_KEY = "for this test"
ALLOWED_HOSTS = ["127.0.0.1"]
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
ROOT_URLCONF = "receiver"
`;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "python-guide-"));
  after(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

export function testGuide(python: string, dispatcher: Dispatcher): void {
  describe("docs/PYTHON.md", () => {
    test("all its code is tested", () => {
      const all = [...guide.matchAll(/^```python$/gm)].length;
      assert.equal(all, [...parts, asyncProgram, ...Object.keys(SERVERS)].length);
    });

    test("its program runs", async () => {
      const receiver = await Receiver.listen();
      after(() => receiver.close());
      const mailbox = receiver.mailbox(204);
      const { key } = await dispatcher.account();
      const cwd = folder();
      const environment = {
        WEBHOOKS_URL: dispatcher.url, WEBHOOKS_API_KEY: key, WEBHOOKS_ADMIN_KEY: adminKey,
        TARGET_URL: mailbox.url,
      };
      const output = await must([python, "-c", program], { cwd, environment });
      const expected = [
        /^[0-9a-z]{26} 0$/, /^250 events$/, /^whsec_/, /^Ping succeeded/,
        /^target_url .*\.$/, /^max_in_flight .*\.$/, /^whk_/, /\/dashboard#token=whk_/,
      ];
      const lines = output.split("\n");
      for (const pattern of expected)
        assert.ok(lines.some((line) => pattern.test(line)), `no ${pattern} in:\n${output}`);
      assert.match(await must(["cat", join(cwd, "deliveries.csv")]), /^event_id,event_type,/);
    });

    test("its async program runs, on trio too", async () => {
      const account = await dispatcher.account();
      const { target_url: target } = await account.create({ target_url: nowhere });
      const environment = { WEBHOOKS_URL: dispatcher.url, WEBHOOKS_API_KEY: account.key };
      const run = (code: string) => must([python, "-c", code], { environment });
      assert.equal((await run(asyncProgram!)).trim(), target);
      const onTrio = asyncProgram!.replace("import asyncio", "import trio")
        .replace("asyncio.run(main())", "trio.run(main)");
      assert.equal((await run(onTrio)).trim(), target);
    });

    test("its code has types that mypy accepts", async () => {
      const cwd = folder();
      const files = [program, asyncProgram!, ...["FastAPI", "Flask"].flatMap(blocks)]
        .map((code, index) => {
          writeFileSync(join(cwd, `program_${index}.py`), code);
          return `program_${index}.py`;
        });
      const mypy = ["-m", "mypy", "--strict", "--no-incremental", "--python-executable", python];
      await must([tools(), ...mypy, ...files], { cwd });
    });

    for (const [framework, command] of Object.entries(SERVERS)) {
      test(`its receiver with ${framework} accepts each delivery once, and no forged one`,
        () => receives(python, dispatcher, blocks(framework), command));
    }
  });
}

async function receives(
  python: string,
  dispatcher: Dispatcher,
  [code]: string[],
  command: (port: string) => string[],
): Promise<void> {
  const cwd = folder();
  writeFileSync(join(cwd, "receiver.py"), code!);
  writeFileSync(join(cwd, "receiver_settings.py"), DJANGO_SETTINGS);
  const port = await closedPort();
  const environment = {
    SIGNING_SECRET: secret, DJANGO_SETTINGS_MODULE: "receiver_settings", PYTHONPATH: cwd,
  };
  const state = start([python, ...command(String(port))], { cwd, environment });
  const url = `http://127.0.0.1:${port}/hook`;
  const forged = () => fetch(url, { method: "POST", body: "{}" }).catch(() => undefined);
  const answer = await until(() => `the receiver to listen:\n${state.output}`, forged);
  assert.equal(answer.status, 500, state.output);

  const account = await dispatcher.account();
  const { id } = await account.create({ target_url: url, signing_secret: secret });
  const accepted = mustAnswer(202, await account.api.post("/v1/events", event("Zoë ✓")));
  const published = accepted.json.id;
  const path = `/v1/webhooks/${id}/deliveries/${published}`;
  const delivered = (tries: number) => until(
    () => `${tries} attempts to be delivered:\n${state.output}`,
    async () => {
      const { json } = await account.api.get(path);
      return json.status === "delivered" && json.tries.length === tries;
    },
  );
  await delivered(1);
  mustAnswer(202, await account.api.post(`${path}/resend`));
  await delivered(2);
  const lines = state.output.split("\n").filter((line) => line.startsWith(published));
  assert.deepEqual(lines, [`${published} COURSE_ENROLLMENT`]);
}
