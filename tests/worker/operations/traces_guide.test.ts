// The code of docs/RECEIVING.md that continues a trace, with the SDK of OpenTelemetry: a publisher
// and a receiver send their spans over OTLP to one collector, and the dispatcher is between them.
// The settings of docs/OPERATIONS.md are those that wrangler knows.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { unstable_readConfig as readConfig } from "wrangler";
import { codeBlock, documentText, root } from "../support/document.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { until } from "../support/wait.ts";

const { dispatcher } = await fixture({ vars: { RETRY_BASE_MS: 50, RETRY_MAX_MS: 50 } });
const folder = mkdtempSync(join(tmpdir(), "traces-"));
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** Prints the port, and a line of JSON for each span that arrives at `/v1/traces`. */
const COLLECTOR = `
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

class Collector(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        assert self.path == "/v1/traces", self.path
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    print(json.dumps({
                        "name": span.name,
                        "trace": span.trace_id.hex(),
                        "id": span.span_id.hex(),
                        "parent": span.parent_span_id.hex(),
                        "message": [a.value.string_value for a in span.attributes],
                    }), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Collector)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
`;

/** Receives with `handle` of the document, and answers 503 at first. */
const RECEIVER = `
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

class Receiver(BaseHTTPRequestHandler):
    statuses = [503, 204]

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        handle({name.lower(): value for name, value in self.headers.items()}, json.loads(body))
        provider.force_flush()
        self.send_response(self.statuses.pop(0))
        self.end_headers()

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Receiver)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
`;

/** Publishes within a span. */
const PUBLISHER = `
import json, os, urllib.request
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
with provider.get_tracer("publisher").start_as_current_span("publish"):
    headers = {"Content-Type": "application/json"}
    headers["Authorization"] = "Bearer " + os.environ["API_KEY"]
    propagate.inject(headers)
    event = json.dumps({"event_type": "COURSE_COMPLETION"}).encode()
    request = urllib.request.Request(os.environ["DISPATCHER_URL"] + "/v1/events", event, headers)
    with urllib.request.urlopen(request) as answer:
        print(answer.read().decode(), flush=True)
`;

/** Runs a program in Python. `lines` are those of JSON that it has printed so far. */
function python(code: string, environment: Record<string, string> = {}) {
  const program = process.env["PYTHON"];
  if (program === undefined)
    throw new Error(process.env["PYTHON_TROUBLE"] ?? "run it by: npm test -- --only node-test");
  const child = spawn(program, ["-c", code], { env: { ...process.env, ...environment } });
  children.add(child);
  const state = { output: "", errors: "" };
  child.stdout.on("data", (chunk: Buffer) => (state.output += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (state.errors += chunk.toString("utf8")));
  const lines = (): any[] =>
    state.output.split("\n").slice(0, -1).map((line) => JSON.parse(line));
  const line = () => until(() => `a line of the program.\n${state.errors}`, () => lines()[0]);
  return { lines, line };
}

test("the spans of publisher and receiver are in one trace, below the attempt's", async () => {
  const collector = python(COLLECTOR);
  const { port } = await collector.line();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const handle = codeBlock(documentText("docs/RECEIVING.md"), "py");
  const receiver = python(handle + RECEIVER, environment);
  const target_url = `http://127.0.0.1:${(await receiver.line()).port}/`;
  const account = await dispatcher.account();
  const { id: webhook } = await account.create({ target_url });

  const publisher = python(PUBLISHER, {
    ...environment, API_KEY: account.key, DISPATCHER_URL: account.api.url("").replace(/\/$/, ""),
  });
  const { id } = await publisher.line();
  const delivery = await until("the delivery", async () => {
    const { json } = must(200, await account.api.get(`/v1/webhooks/${webhook}/deliveries/${id}`));
    return json.status === "delivered" ? json : undefined;
  });

  const spans = await until("three spans", () => {
    const all = collector.lines().slice(1);
    return all.length === 3 ? all : undefined;
  });
  const published = spans.find(({ name }) => name === "publish");
  const received = spans.filter(({ name }) => name === "COURSE_COMPLETION");
  assert.equal(published.parent, "");
  assert.equal(delivery.trace_id, published.trace);
  assert.equal(delivery.parent_span_id, published.id);
  const attempts = delivery.tries.map(({ span_id }: { span_id: string }) => span_id);
  assert.deepEqual(received.map(({ parent }) => parent), attempts);
  for (const { trace, message } of received) {
    assert.deepEqual([trace, message], [published.trace, [id]]);
  }
});

test("the settings of the platform's traces are known to wrangler, and off by default", () => {
  const settings = codeBlock(documentText("docs/OPERATIONS.md"), "toml");
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, `name = "a"\n\n[observability]\nredact_query_string = true\n\n${settings}`);
  const warnings: unknown[] = [];
  const { warn } = console;
  console.warn = (...all: unknown[]) => warnings.push(all);
  try {
    const { observability } = readConfig({ config: file });
    assert.deepEqual(JSON.parse(JSON.stringify(observability)), {
      redact_query_string: true,
      traces: {
        enabled: true, head_sampling_rate: 0.01, destinations: ["collector-traces"], persist: false,
      },
      logs: { enabled: true, destinations: ["collector-logs"] },
    });
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(warnings, [], "a setting is unknown");
  const own = readConfig({ config: join(root, "wrangler.toml") }, { hideWarnings: true });
  assert.equal(own.observability?.traces?.enabled, false);
});
