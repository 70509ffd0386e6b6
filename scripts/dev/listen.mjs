// npm run listen: shows the deliveries of a webhook, and forwards them to a server on this machine.
//
// It creates a temporary webhook and removes it at the end. If a run is killed, the next run
// removes its webhook. The dispatcher must reach this machine, so usually it runs here.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { main } from "../lib/main.mjs";
import { endWithNpm } from "../lib/npm.mjs";
import { beforeEnd, endAll } from "../lib/run.mjs";
import { CommandError, say } from "../lib/say.mjs";
import { needPackages } from "../setup/packages.mjs";
import { Dispatcher } from "./dispatcher.mjs";
import { forward } from "./forward.mjs";
import { showBody, showDelivery, showEnd, showNote, showStart } from "./listen_show.mjs";
import { existingSecrets } from "./secrets.mjs";

const USAGE = `usage: npm run listen -- [OPTION ...]
  --forward URL      forward each delivery to this URL; by default each is answered with 204
  --event-type TYPE  receive events of this type only; by default of all
  --body             show the body of each delivery
  --secret SECRET    sign with this secret (whsec_...); by default with a new one
  --key KEY          the API key; by default that of .dev.vars
  --url URL          the dispatcher; by default http://127.0.0.1:8787, or the port PORT`;

/** The target of a temporary webhook. Its path cannot be guessed. */
const TARGET = /^http:\/\/127\.0\.0\.1:(\d+)\/listen-[0-9a-f]{32}$/;
/** Shorter than the grace period of `endAll`. */
const REMOVAL_LIMIT_MS = 4000;
const DEACTIVATION_POLL_MS = 100;
const DEACTIVATION_LIMIT_MS = 5000;

endWithNpm();
// The reader of the output may end before this process, as in `| head`.
process.stdout.on("error", () => endAll(1));

await main(async () => {
  const options = await optionsFrom(process.argv.slice(2));
  if (options === undefined) return say(USAGE);
  await needPackages();
  const dispatcher = new Dispatcher(options.url, options.key);
  await removeLeftovers(dispatcher);
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const path = `/listen-${randomBytes(16).toString("hex")}`;
  const creation = create(dispatcher, server.address().port, path, options);
  const sums = { attempts: 0, failed: 0 };
  beforeEnd(() => creation.then((webhook) => remove(dispatcher, webhook, sums), () => {}));
  const webhook = await creation;
  showStart({ ...options, webhook });
  await receiveAll({ server, path, dispatcher, webhook, options, sums });
});

/** Handles deliveries until an error occurs or a signal ends the process. */
async function receiveAll({ server, path, dispatcher, webhook, options, sums }) {
  const { Webhook: Verifier } = await import("standardwebhooks");
  const verifier = new Verifier(webhook.signing_secret);
  const attempts = new Map();
  let reactivation;
  const handle = async (request, response) => {
    if (request.url !== path) return response.writeHead(500).end();
    const { status } = await receive({ request, response, verifier, attempts, options, sums });
    if (!(status >= 400 && status < 500)) return;
    reactivation ??= reactivate(dispatcher, webhook).finally(() => reactivation = undefined);
    await reactivation;
  };
  await new Promise((_, reject) => {
    server.once("error", reject);
    server.on("request", (request, response) => handle(request, response).catch(reject));
  });
}

/** Parses the command line. Returns undefined for `--help`. */
async function optionsFrom(args) {
  const text = { type: "string" };
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        forward: text, "event-type": text, secret: text, key: text, url: text,
        body: { type: "boolean" }, help: { type: "boolean" },
      },
    }));
  } catch (error) {
    throw new CommandError(`${error.message}\n\n${USAGE}`);
  }
  if (values.help) return undefined;
  const key = values.key ?? (await existingSecrets()).API_KEY;
  if (!key) {
    throw new CommandError(
      "There is no API key: give one with --key, or run `npm start`, which makes one in .dev.vars.",
    );
  }
  return {
    target: values.forward === undefined ? undefined : urlFrom("--forward", values.forward),
    eventType: values["event-type"],
    secret: values.secret,
    showsBody: values.body ?? false,
    url: urlFrom("--url", values.url ?? `http://127.0.0.1:${process.env.PORT || 8787}`).origin,
    key,
  };
}

function urlFrom(name, text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ["http:", "https:"].includes(url.protocol)) return url;
  throw new CommandError(`${name} is "${text}", which does not begin with http:// or https://.`);
}

async function create(dispatcher, port, path, { eventType, secret, url }) {
  const { status, json, text } = await dispatcher.call("POST", "/v1/webhooks", {
    target_url: `http://127.0.0.1:${port}${path}`,
    event_type: eventType ?? null,
    ...(secret === undefined ? {} : { signing_secret: secret }),
  });
  if (status === 201) return json;
  if (json?.target_url !== undefined) {
    throw new CommandError(
      `${url} does not send to this machine: ${json.target_url.join(" ")}\n` +
        "A dispatcher that runs here does, with ALLOW_PRIVATE_TARGETS=true in .dev.vars.",
    );
  }
  for (const [option, field] of [["--event-type", "event_type"], ["--secret", "signing_secret"]]) {
    if (json?.[field] !== undefined) throw new CommandError(`${option}: ${json[field].join(" ")}`);
  }
  throw new CommandError(`${url} made no webhook (${status}): ${json?.detail ?? text}`);
}

/** Receives, forwards and shows one delivery. Returns its `{ status }` or `{ error }`. */
async function receive({ request, response, verifier, attempts, options, sums }) {
  const at = new Date();
  const start = performance.now();
  const chunks = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return {};
  }
  const body = Buffer.concat(chunks);
  const id = String(request.headers["webhook-id"] ?? "");
  const attempt = (attempts.get(id) ?? 0) + 1;
  attempts.set(id, attempt);
  const signatureError = signatureErrorOf(verifier, body, request.headers);
  const { method, rawHeaders } = request;
  const result = options.target === undefined
    ? answer204(response)
    : await forward(options.target, { method, rawHeaders, body }, response);
  const durationMs = Math.round(performance.now() - start);
  sums.attempts += 1;
  if (!(result.status >= 200 && result.status < 300)) sums.failed += 1;
  const type = typeOf(body);
  showDelivery({ at, type, id, attempt, signatureError, durationMs, ...result });
  if (options.showsBody) showBody(body);
  return result;
}

function answer204(response) {
  response.writeHead(204).end();
  return { status: 204 };
}

/** Returns the library's message about a bad signature, or undefined for a good one. */
function signatureErrorOf(verifier, body, headers) {
  try {
    verifier.verify(body.toString("utf8"), headers);
    return undefined;
  } catch (error) {
    return error.message;
  }
}

function typeOf(body) {
  try {
    return String(JSON.parse(body.toString("utf8")).event_type ?? "?");
  } catch {
    return "?";
  }
}

/** Waits until the dispatcher has deactivated the webhook, then activates it again. */
async function reactivate(dispatcher, { id }) {
  const deadline = Date.now() + DEACTIVATION_LIMIT_MS;
  try {
    while ((await dispatcher.must(200, "GET", `/v1/webhooks/${id}`)).active) {
      if (Date.now() > deadline) return;
      await sleep(DEACTIVATION_POLL_MS);
    }
    await dispatcher.must(200, "PATCH", `/v1/webhooks/${id}`, { active: true });
    showNote("The webhook was switched off and is on again.");
  } catch (error) {
    showNote(`The webhook could not be activated again: ${error.message}`);
  }
}

async function remove(dispatcher, { id }, sums) {
  try {
    await dispatcher.must(204, "DELETE", `/v1/webhooks/${id}`, undefined, REMOVAL_LIMIT_MS);
    showEnd(sums);
  } catch (error) {
    process.stderr.write(`\nThe webhook ${id} could not be removed: ${error.message}\n`);
  }
}

/** Removes the webhooks of runs that were killed. */
async function removeLeftovers(dispatcher) {
  const { status, json } = await dispatcher.call("GET", "/v1/webhooks?page_size=1000");
  if (status !== 200) return;
  for (const { id, target_url: url } of json.results) {
    const port = url.match(TARGET)?.[1];
    if (port === undefined || (await isListenedOn(Number(port)))) continue;
    await dispatcher.call("DELETE", `/v1/webhooks/${id}`);
  }
}

async function isListenedOn(port) {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
