// npm run listen: shows a webhook's deliveries, and forwards them to a server of this machine.
//
// It makes a temporary webhook at a dispatcher that can reach this machine, so at one that runs
// here, and removes it at the end. A run that is killed cannot; the next run removes its webhook.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { main } from "../lib/main.mjs";
import { endWithNpm } from "../lib/npm.mjs";
import { beforeEnd, endAll } from "../lib/run.mjs";
import { say, Trouble } from "../lib/say.mjs";
import { needPackages } from "../setup/packages.mjs";
import { Dispatcher } from "./dispatcher.mjs";
import { forward } from "./forward.mjs";
import { showBody, showDelivery, showEnd, showNote, showStart } from "./listen_show.mjs";
import { secretsIfMade } from "./secrets.mjs";

const USAGE = `usage: npm run listen -- [OPTION ...]
  --forward URL      forward each delivery to this URL; by default each is answered with 204
  --event-type TYPE  receive events of this type only; by default of all
  --body             show the body of each delivery
  --secret SECRET    sign with this secret (whsec_...); by default with a new one
  --key KEY          the API key; by default that of .dev.vars
  --url URL          the dispatcher; by default http://127.0.0.1:8787, or the port PORT`;

/** The targets of these webhooks, which have a path that cannot be guessed. */
const PATH = /^http:\/\/127\.0\.0\.1:(\d+)\/listen-[0-9a-f]{32}$/;
/** Shorter than the grace period at the end of a process. */
const REMOVAL_LIMIT_MS = 4000;
const DEACTIVATION_POLL_MS = 100;
const DEACTIVATION_LIMIT_MS = 5000;

endWithNpm();
// The reader of the output may end first, as in `| head`.
process.stdout.on("error", () => endAll(1));

await main(async () => {
  const options = await optionsFrom(process.argv.slice(2));
  if (options === undefined) return say(USAGE);
  await needPackages();
  const dispatcher = new Dispatcher(options.url, options.key);
  await removeLeftOver(dispatcher);
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

/** Returns only with a failure; usually a signal ends it. */
async function receiveAll({ server, path, dispatcher, webhook, options, sums }) {
  const { Webhook: Verifier } = await import("standardwebhooks");
  const verifier = new Verifier(webhook.signing_secret);
  const attempts = new Map();
  let reactivation;
  const take = async (request, response) => {
    if (request.url !== path) return response.writeHead(500).end();
    const { status } = await receive({ request, response, verifier, attempts, options, sums });
    if (!(status >= 400 && status < 500)) return;
    reactivation ??= reactivate(dispatcher, webhook).finally(() => reactivation = undefined);
    await reactivation;
  };
  await new Promise((_, reject) => {
    server.once("error", reject);
    server.on("request", (request, response) => take(request, response).catch(reject));
  });
}

/** The options of the command line; undefined when help is one. */
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
    throw new Trouble(`${error.message}\n\n${USAGE}`);
  }
  if (values.help) return undefined;
  const key = values.key ?? (await secretsIfMade()).API_KEY;
  if (!key) {
    throw new Trouble(
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
  throw new Trouble(`${name} is "${text}", which does not begin with http:// or https://.`);
}

async function create(dispatcher, port, path, { eventType, secret, url }) {
  const { status, json, text } = await dispatcher.call("POST", "/v1/webhooks", {
    target_url: `http://127.0.0.1:${port}${path}`,
    event_type: eventType ?? null,
    ...(secret === undefined ? {} : { signing_secret: secret }),
  });
  if (status === 201) return json;
  if (json?.target_url !== undefined) {
    throw new Trouble(
      `${url} does not send to this machine: ${json.target_url.join(" ")}\n` +
        "A dispatcher that runs here does, with ALLOW_PRIVATE_TARGETS=true in .dev.vars.",
    );
  }
  for (const [option, field] of [["--event-type", "event_type"], ["--secret", "signing_secret"]]) {
    if (json?.[field] !== undefined) throw new Trouble(`${option}: ${json[field].join(" ")}`);
  }
  throw new Trouble(`${url} made no webhook (${status}): ${json?.detail ?? text}`);
}

/** Takes one delivery, forwards it, shows it, and answers its `{ status }` or `{ fault }`. */
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
  const signatureFault = faultOfSignature(verifier, body, request.headers);
  const { method, rawHeaders } = request;
  const result = options.target === undefined
    ? answered(response)
    : await forward(options.target, { method, rawHeaders, body }, response);
  const durationMs = Math.round(performance.now() - start);
  sums.attempts += 1;
  if (!(result.status >= 200 && result.status < 300)) sums.failed += 1;
  const type = typeOf(body);
  showDelivery({ at, type, id, attempt, signatureFault, durationMs, ...result });
  if (options.showsBody) showBody(body);
  return result;
}

function answered(response) {
  response.writeHead(204).end();
  return { status: 204 };
}

/** The library's message about a bad signature; undefined for a good one. */
function faultOfSignature(verifier, body, headers) {
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

/** Removes the webhooks of killed runs. */
async function removeLeftOver(dispatcher) {
  const { status, json } = await dispatcher.call("GET", "/v1/webhooks?page_size=1000");
  if (status !== 200) return;
  for (const { id, target_url: url } of json.results) {
    const port = url.match(PATH)?.[1];
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
