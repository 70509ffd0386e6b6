// Answers that are small on the wire and huge after the runtime has decompressed them. They use no
// memory, and their status decides the outcome.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { values, type Responder } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const megabyte = 1_000_000;
/** The decompressed size of one answer. */
const unpackedBytes = 100 * megabyte;
/** The limit of additional memory for 30 answers. */
const memoryBytes = 150 * megabyte;

const { dispatcher, receiver } = await fixture({ vars: { RETRY_BASE_MS: 100, RETRY_MAX_MS: 100 } });

const bombs = new Map<string, Buffer>();
before(async () => {
  const unpacked = Buffer.alloc(unpackedBytes, "boom ");
  const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };
  bombs.set("gzip", await promisify(gzip)(unpacked, { level: 6 }));
  bombs.set("br", await promisify(brotliCompress)(unpacked, { params }));
});

/** Returns the maximum memory that the dispatcher's processes have used so far. */
function peakBytes(): number {
  const peaks = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === dispatcher.group)
    .map((id) => /^VmHWM:\s+(\d+) kB$/m.exec(readProc(id, "status"))?.[1] ?? 0);
  assert.ok(peaks.length >= 2, "workerd is one of the processes");
  return peaks.reduce<number>((sum, kilobytes) => sum + Number(kilobytes) * 1_024, 0);
}

/** Returns the process group of a process. */
function groupOf(id: string): number {
  // `id (command) state parent group ...`, where the command may contain any characters.
  return Number(readProc(id, "stat").split(") ").at(-1)?.split(" ")[2]);
}

/** Returns a file of /proc, or the empty string if the process has ended. */
function readProc(id: string, file: string): string {
  try {
    return readFileSync(`/proc/${id}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Answers with a decompression bomb. */
function bomb(status: number, encoding: string): Responder {
  return (_request, response) => {
    const body = bombs.get(encoding)!;
    response
      .writeHead(status, { "content-encoding": encoding, "content-length": String(body.length) })
      .end(body);
  };
}

test("a decompression bomb is judged by its status, and only its start is read", async () => {
  const account = await dispatcher.account();
  const cases = ["gzip", "br"].flatMap((encoding) =>
    [200, 500, 404].map((status) => {
      // Five attempts are in flight at once for one webhook.
      const mailbox = receiver.mailbox(...Array(5).fill(bomb(status, encoding)), 200);
      return { encoding, status, mailbox };
    }),
  );
  for (const [encoding, body] of bombs)
    assert.ok(unpackedBytes / body.length > 500, `${encoding} packs ${body.length} bytes`);
  const webhooks = await Promise.all(
    cases.map(({ mailbox }) => account.create({ target_url: mailbox.url })),
  );
  const beforeBytes = peakBytes();
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1)
    ids.push(must(202, await account.api.post("/v1/events", event(`${n}`))).json.id);

  for (const [n, { encoding, status, mailbox }] of cases.entries()) {
    const what = `${status} in ${encoding}`;
    const path = `/v1/webhooks/${webhooks[n]!.id}`;
    const [request] = await mailbox.got(1);
    const id = values(request!, "webhook-id")[0]!;
    assert.ok(ids.includes(id));
    const found = await until(`the attempt to be recorded: ${what}`, async () => {
      const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
      return json.tries.length > 0 ? json : undefined;
    });
    const [first] = found.tries;
    assert.equal(first.http_status_code, status, what);
    assert.equal(first.answer, "boom ".repeat(205).slice(0, 1_024), what);
    if (status === 404) {
      const webhook = await account.deactivated(webhooks[n]!.id);
      assert.equal(webhook.deactivate_reason, "HTTP_4XX_RESPONSE", what);
    } else {
      await until(`all to be delivered: ${what}`, async () => {
        const { json } = must(200, await account.api.get(`${path}/stats`));
        return json.delivered === ids.length;
      });
      assert.equal(mailbox.count, status === 200 ? 5 : 10, what);
    }
  }
  const grownBytes = peakBytes() - beforeBytes;
  assert.ok(grownBytes < memoryBytes, `${cases.length * 5} bombs took ${grownBytes} bytes`);
});
