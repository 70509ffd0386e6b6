// The classes of failed attempts, in the delivery, in the log, in a ping and in the metrics.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { event } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { closedPort, hang, reply, type Step } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { dispatchers: [dispatcher, strict], receiver } = await fixture(
  {
    vars: {
      RETRY_BASE_MS: 600_000, RETRY_MAX_MS: 600_000, DELIVERY_TIMEOUT_MS: 2_000,
      LEASE_MARGIN_MS: 500,
    },
  },
  { vars: { RETRY_BASE_MS: 600_000, RETRY_MAX_MS: 600_000, ALLOW_PRIVATE_TARGETS: null } },
);

const servers: Server[] = [];
const sockets = new Set<Socket>();
after(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
});

/** Starts a server, and returns its port. */
async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

/** Starts a server of TCP, and returns its port. */
const tcp = (act: (socket: Socket) => void) => listen(createServer(act));

/** Makes a certificate that nobody has signed, with its key. */
function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync("openssl", [
    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
  ], { stdio: "ignore" });
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return made;
}

/** Publishes an event to a webhook with this target. Returns the attempt, its log line, a ping. */
async function attempt(target_url: string) {
  const account = await dispatcher.account();
  const { id } = await account.create({ target_url });
  const { id: event_id } = must(202, await account.api.post("/v1/events", event("a"))).json;
  const path = `/v1/webhooks/${id}/deliveries/${event_id}`;
  const [tried] = await until("the attempt", async () => {
    const { tries } = must(200, await account.api.get(path)).json;
    return tries.length > 0 ? tries : undefined;
  });
  const line = await until("its log line", () =>
    dispatcher.log.split("\n").slice(0, -1)
      .filter((text) => text.includes(`"webhook_id":"${id}"`) && text.includes('"event":"try"'))
      .map((text) => JSON.parse(text.slice(text.indexOf("{")))).at(0));
  const ping = must(200, await account.api.post(`/v1/webhooks/${id}/ping`)).json;
  const metrics = must(200, await dispatcher.admin.get(`/metrics?account=${account.name}`)).text;
  return { tried, line, ping, metrics, id };
}

/** Checks that every place shows this class. */
async function check(target_url: string, fault: string | null, status: number | null) {
  const { tried, line, ping, metrics, id } = await attempt(target_url);
  assert.deepEqual([tried.fault, tried.http_status_code], [fault, status], JSON.stringify(tried));
  assert.deepEqual([line.fault, line.status], [fault, status], JSON.stringify(line));
  assert.deepEqual([ping.fault, ping.http_status_code, ping.succeeded],
    [fault, status, fault === null], JSON.stringify(ping));
  const counts = [...metrics.matchAll(/^webhooks_failed_tries_total\{(.*)\} (\d+)$/gm)]
    .filter(([, labels]) => labels!.includes(`webhook="${id}"`));
  const found = counts.map(([, labels, count]) =>
    [/fault="(\w+)"/.exec(labels!)?.[1], Number(count)]);
  assert.deepEqual(found, fault === null ? [] : [[fault, 1]]);
}

describe("an attempt without an answer", { concurrency: 4 }, () => {
  test("to a closed port is refused", async () => {
    await check(`http://127.0.0.1:${await closedPort()}/`, "refused", null);
    await check(`http://localhost:${await closedPort()}/`, "refused", null);
    await check(`https://127.0.0.1:${await closedPort()}/`, "refused", null);
  });

  test("to a name that does not resolve is dns", async () => {
    await check("http://no-such-host.invalid/", "dns", null);
    await check("https://no-such-host.invalid/", "dns", null);
    await check(`http://no-such-host.invalid:${await closedPort()}/`, "dns", null);
  });

  const broken: [what: string, act: (socket: Socket) => void][] = [
    ["is reset at once", (socket) => socket.resetAndDestroy()],
    ["is reset after the request", (socket) => socket.once("data", () => socket.resetAndDestroy())],
    ["is closed at once", (socket) => socket.end()],
    ["is closed after the request", (socket) => socket.once("data", () => socket.end())],
  ];
  for (const [what, act] of broken) {
    test(`whose connection ${what} is reset`, async () => {
      await check(`http://127.0.0.1:${await tcp(act)}/`, "reset", null);
    });
  }

  test("that a server of HTTP breaks off is reset", async () => {
    const { url } = receiver.mailbox((_request, response) => void response.socket?.destroy());
    await check(url, "reset", null);
  });

  const others: [what: string, act: (socket: Socket) => void][] = [
    ["a mail server", (socket) => socket.write("220 mail.example ESMTP\r\n")],
    ["a server of SSH", (socket) => socket.write("SSH-2.0-OpenSSH_9.2\r\n")],
    ["a server of something else",
      (socket) => socket.once("data", () => socket.end("-ERR unknown command\r\n"))],
  ];
  for (const [what, act] of others) {
    test(`from ${what} is not_http`, async () => {
      await check(`http://127.0.0.1:${await tcp(act)}/`, "not_http", null);
    });
  }

  test("over TLS to a plain port is tls", async () => {
    const { port } = new URL(receiver.mailbox().url);
    await check(`https://127.0.0.1:${port}/`, "tls", null);
    await check(`https://localhost:${port}/`, "tls", null);
    const port2 = await tcp((socket) => socket.once("data", () => socket.end()));
    await check(`https://localhost:${port2}/`, "tls", null);
  });

  test("to a server of old TLS is tls", async () => {
    const server = createTlsServer({
      ...certificate(), maxVersion: "TLSv1.2", ciphers: "AES128-SHA",
    });
    server.on("tlsClientError", () => undefined);
    await check(`https://localhost:${await listen(server)}/`, "tls", null);
  });

  test("because of the certificate is certificate", async () => {
    for (const minVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      const server = createTlsServer({ ...certificate(), minVersion });
      server.on("tlsClientError", () => undefined);
      const port = await listen(server);
      await check(`https://localhost:${port}/`, "certificate", null);
      await check(`https://127.0.0.1:${port}/`, "certificate", null);
    }
  });

  test("in time is timeout_answer", async () => {
    await check(receiver.mailbox(hang).url, "timeout_answer", null);
  });
});

describe("an answer", { concurrency: 4 }, () => {
  const answers: [status: number, step: Step, fault: string | null][] = [
    [200, 200, null],
    [204, 204, null],
    [301, reply(301, { location: "/" }), "redirect"],
    [304, 304, "redirect"],
    [403, reply(403, {}, "error code: 1003"), "blocked_target"],
    [404, 404, "http_status"],
    [500, 500, "http_status"],
    [503, reply(503, {}, "error code: 1016"), "http_status"],
    [520, 520, "not_http"],
    [521, 521, "refused"],
    [522, 522, "timeout_connect"],
    [523, 523, "refused"],
    [524, 524, "timeout_answer"],
    [525, 525, "tls"],
    [526, 526, "certificate"],
    [527, 527, "http_status"],
    [530, reply(530, {}, "error code: 1016"), "dns"],
    [530, reply(530, {}, "error code: 1033"), "refused"],
    [530, reply(530, {}, "error code: 1020"), "http_status"],
  ];
  for (const [status, step, fault] of answers) {
    test(`${status} is ${fault}`, () => check(receiver.mailbox(step).url, fault, status));
  }
});

test("a target that the rules forbid is blocked_target", async () => {
  const account = await strict.account();
  const { id } = await account.create({ target_url: "https://webhooks.example.com/" });
  const object = await strict.webhookObject(account.name, id);
  await strict.kill();
  strict.editWebhookObject(object, (record) =>
    record.replace("https://webhooks.example.com/", "http://127.0.0.1:3000/"));
  await strict.restart();
  const { id: event_id } = must(202, await account.api.post("/v1/events", event("a"))).json;
  const path = `/v1/webhooks/${id}/deliveries/${event_id}`;
  const [tried] = await until("the attempt", async () => {
    const { tries } = must(200, await account.api.get(path)).json;
    return tries.length > 0 ? tries : undefined;
  });
  assert.deepEqual([tried.fault, tried.http_status_code, tried.answer],
    ["blocked_target", null, null]);
});
