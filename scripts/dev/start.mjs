// npm start: installs what is missing, builds, and serves the dispatcher on this machine.
//
// The variables are PORT, STATE_DIR, the folder of the storage, and LOG: `json` shows the Worker's
// lines as they are.

import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { assets } from "../build/assets.mjs";
import { bundle } from "../build/bundle.mjs";
import { lockUntilEnd } from "../lib/lock.mjs";
import { main } from "../lib/main.mjs";
import { endWithNpm } from "../lib/npm.mjs";
import { ROOT } from "../lib/paths.mjs";
import { needFreePort, portFrom } from "../lib/port.mjs";
import { start } from "../lib/run.mjs";
import { CommandError, say } from "../lib/say.mjs";
import { WRANGLER, WRANGLER_ENVIRONMENT } from "../lib/wrangler.mjs";
import { ready } from "../setup/ready.mjs";
import { shown } from "./log_lines.mjs";
import { secrets } from "./secrets.mjs";

const READY_LIMIT_MS = 60_000;
const READY_POLL_MS = 100;
/**
 * How long to wait for the last lines of output after wrangler has exited. The end of the output
 * may never come, because a process that wrangler started can keep it open.
 */
const LAST_LINES_MS = 300;

endWithNpm();

await main(async () => {
  const port = portFrom(process.env.PORT || "8787");
  const stateDir = resolve(ROOT, process.env.STATE_DIR || join(".wrangler", "state"));
  await needFreePort(port);
  const style = logStyle(process.env.LOG);
  await lockUntilEnd(join(stateDir, "npm-start.lock"), (pid) => new CommandError(
    `This state is used by another npm start (pid ${pid}): ${stateDir}\n` +
      "End it, or choose another folder: STATE_DIR=.wrangler/other npm start",
  ));
  await ready();
  await assets();
  await bundle();
  const { API_KEY: key } = await secrets();
  await needFreePort(port);
  const server = serve(port, stateDir, style);
  const isHealthy = await Promise.race([becomesHealthy(port), server.ended]);
  server.showLogs(!isHealthy);
  showStart(`http://127.0.0.1:${port}`, key, stateDir);
  await server.ended;
});

/** Returns how to show the log, which the variable LOG says. */
function logStyle(value) {
  if (!["", "json", undefined].includes(value)) {
    throw new CommandError(`LOG can be json, for JSON lines, or unset. It is ${value}.`);
  }
  const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
  return { asJson: value === "json", isColoured };
}

/** Starts wrangler. Its first lines are buffered, and shown only if the start fails. */
function serve(port, stateDir, style) {
  const [node, ...wrangler] = WRANGLER;
  const child = start(node, [
    ...wrangler, "dev", "--env", "", "--ip", "127.0.0.1", "--port", String(port),
    "--persist-to", stateDir, "--show-interactive-dev-session=false",
  ], { environment: WRANGLER_ENVIRONMENT });
  const buffered = [];
  let show = (line) => buffered.push(line);
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      shown(stripVTControlCharacters(line), style).forEach((text) => show(text));
    });
  }
  const ended = new Promise((_, reject) => {
    child.once("exit", async (code) => {
      await sleep(LAST_LINES_MS);
      reject(new CommandError([...buffered, `wrangler ended with exit code ${code}.`].join("\n")));
    });
  });
  ended.catch(() => {});
  const showLogs = (withBuffered) => {
    if (withBuffered) buffered.forEach((line) => say(line));
    buffered.length = 0;
    show = say;
  };
  return { ended, showLogs };
}

/** Waits for the first response of /health, and returns whether it was a success. */
async function becomesHealthy(port) {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if (answer?.ok) return true;
    if (answer !== undefined) {
      say(`/health answered ${answer.status}: ${await answer.text()}`);
      return false;
    }
    await sleep(READY_POLL_MS);
  }
  say(`The dispatcher has not answered within ${READY_LIMIT_MS / 1000} s. The output of wrangler:`);
  return false;
}

function showStart(address, key, stateDir) {
  say(`
The dispatcher listens on ${address}
  dashboard  ${address}/dashboard
  API key    ${key}   (from .dev.vars)
  storage    ${stateDir}

Show what a webhook receives, in a second terminal:
  npm run listen

Publish an event, in a third:
  curl -u ${key}: ${address}/v1/events \\
    -H 'Content-Type: application/json' -d '{"event_type":"COURSE_COMPLETION","course_id":"42"}'

Ctrl-C ends it.
`);
}
