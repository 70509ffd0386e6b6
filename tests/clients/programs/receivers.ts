// Receivers with every handler of the package, each on a path of its own. It prints its port,
// then a line of JSON for each event: the path, the id, the type.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import express from "express";
import { Hono } from "hono";
import {
  expressHandler, fetchHandler, honoHandler, type ReceiveOptions,
} from "webhook-dispatcher/receive";

const keys = JSON.parse(process.env["KEYS"]!) as string[];
const options: ReceiveOptions = { onError: (error) => print("error", String(error)) };

function print(...parts: string[]): void {
  console.log(JSON.stringify(parts));
}

const log = (where: string) => ({
  COURSE_COMPLETION: (event: { event_type: string }, delivery: { id: string }) =>
    print(where, delivery.id, event.event_type),
  QUIZ_COMPLETION: async () => {
    throw new Error("the quiz fails");
  },
  "*": (event: { event_type: string }, delivery: { id: string }) =>
    print(`${where} *`, delivery.id, event.event_type),
});

const app = express();
app.post("/express", expressHandler(keys, log("express"), options));
app.post("/raw", express.raw({ type: "*/*" }), expressHandler(keys, log("raw"), options));
app.post("/parsed", express.json(), expressHandler(keys, log("parsed"), options));
app.post("/small", expressHandler(keys, log("small"), { ...options, maxBodyBytes: 10 }));
app.post("/strict", expressHandler(keys, log("strict"), { ...options, badSignatureStatus: 401 }));

const hono = new Hono();
hono.post("/hono", honoHandler(keys, log("hono"), options));
const plain = fetchHandler(keys, log("fetch"), options);

/** Serves a `fetch` handler by Node's server. */
const server = createServer(async (request, response) => {
  const path = request.url ?? "";
  if (path !== "/hono" && path !== "/fetch") return void app(request, response);
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const headers = Object.entries(request.headers)
    .map(([name, value]): [string, string] => [name, String(value)])
    .filter(([name]) => !["connection", "transfer-encoding"].includes(name));
  const web = new Request(`http://127.0.0.1${path}`, {
    method: "POST", headers, body: Buffer.concat(chunks),
  });
  const answer = await (path === "/hono" ? hono.fetch(web) : plain(web));
  response.writeHead(answer.status).end();
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
print("port", String((server.address() as AddressInfo).port));
