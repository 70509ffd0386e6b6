// The receiver of the scenarios: it answers 204, or NNN at a path that ends in `/status/NNN`.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";

/** Starts it on a free port, until the end of the test file. Returns its URL. */
export async function scenarioReceiver(): Promise<string> {
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const [, status] = /\/status\/(\d{3})$/.exec(request.url ?? "") ?? [];
    response.writeHead(Number(status ?? 204)).end();
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
