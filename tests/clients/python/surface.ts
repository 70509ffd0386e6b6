// Every operation of the contract has a method in both clients, which makes that call.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import { documentText } from "../../worker/support/document.ts";
import { Driver, type Call } from "../support/python.ts";

/** The operations that the client does not have. */
const WITHOUT_METHOD: Record<string, string> = {
  listen: "a WebSocket, for the command webhooks",
};

const METHODS = ["get", "put", "post", "patch", "delete"];

interface Operation {
  id: string;
  method: string;
  path: string;
  /** Examples of the parameters, by where they are. */
  parameters: { name: string; in: string; value: unknown }[];
  body: unknown;
}

function operations(): Operation[] {
  const contract = JSON.parse(documentText("contract/openapi.json"));
  const resolved = (part: any): any =>
    part?.$ref === undefined
      ? part
      : part.$ref.split("/").slice(1).reduce((found: any, name: string) => found[name], contract);
  return Object.entries<any>(contract.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => {
      const operation = item[method];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
        .map(resolved)
        .map((one) => ({ name: one.name, in: one.in, value: valueOf(one, resolved(one.schema)) }));
      const [content] = Object.values<any>(operation.requestBody?.content ?? {});
      const body = content?.examples?.usual?.value;
      return { id: operation.operationId, method, path, parameters, body };
    }));
}

const valueOf = (parameter: any, schema: any): unknown =>
  parameter.example ?? schema.enum?.[0] ?? schema.default ??
  (schema.format === "date-time" ? "2026-11-24T10:00:00Z" : schema.type === "integer" ? 60 : "o1");

/** The call of an operation with every parameter that it has. */
function fullCall({ id, parameters, body }: Operation): Call {
  const of = (where: string[]) => Object.fromEntries(
    parameters.filter((one) => where.includes(one.in)).map((one) => [one.name, one.value]),
  );
  // The body of an import is a list, of which the client makes lines.
  const given = id === "importWebhooks" ? [{ id: "a", target_url: "https://example.com/" }] : body;
  const call = { call: id, params: of(["path", "query"]), headers: of(["header"]) } as Call;
  return given === undefined ? call : { ...call, body: given };
}

export function testSurface(python: string): void {
  describe("every operation of the contract has a method", async () => {
    const seen: { method: string; url: URL; headers: Record<string, unknown> }[] = [];
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://dispatcher.example");
      seen.push({ method: request.method ?? "", url, headers: request.headers });
      request.resume();
      // It answers every call: a page without items, a batch without 503, text without lines.
      const isList = /batch$|import$|event-types$/.test(url.pathname);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(isList ? "[]" : '{"next": null, "results": [], "resent": 0}');
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    after(() => server.close().closeAllConnections());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const drivers = (["sync", "async"] as const).map((mode) => new Driver(python, mode, address));

    const listed = operations().filter(({ id }) => !(id in WITHOUT_METHOD));
    assert.ok(listed.length > 40);
    for (const operation of listed) {
      test(operation.id, async () => {
        const { parameters } = operation;
        const of = (where: string) => parameters.filter((one) => one.in === where);
        for (const driver of drivers) {
          seen.length = 0;
          const { error } = await driver.make(fullCall(operation));
          assert.equal(error, undefined, JSON.stringify(error));
          const [request] = seen;
          assert.equal(request!.method, operation.method.toUpperCase());
          const path = of("path").reduce(
            (path, { name, value }) => path.replace(`{${name}}`, String(value)), operation.path,
          );
          assert.equal(request!.url.pathname, path);
          for (const { name, value } of of("query"))
            assert.equal(request!.url.searchParams.get(name), String(value), name);
          for (const { name, value } of of("header"))
            assert.equal(request!.headers[name.toLowerCase()], value, name);
        }
      });
    }
  });
}
