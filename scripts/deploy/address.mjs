// The address of a dispatcher that was just deployed: which one it is, that it answers, and that
// the keys that were made open it.

import { CommandError, say } from "../lib/say.mjs";

const PAUSE_MS = 1_000;
const CALL_LIMIT_MS = 10_000;

/** How wrangler prints an address, or a route of one host; it prints other targets too. */
const TARGET = /^(?:https:\/\/)?((?:[a-z0-9-]+\.)+[a-z0-9-]+)(?=$|[/ ])/i;

/** Returns the first address among the targets that wrangler printed for a deployment. */
export function addressFrom(targets) {
  const host = targets.map((target) => target.match(TARGET)?.[1]).find((found) => found);
  if (host !== undefined) return `https://${host}`;
  throw new CommandError(
    "It is deployed, but wrangler printed no address.\n" +
      "→ Give it a route or set workers_dev = true in wrangler.toml, and run this again.",
  );
}

/** Waits until the dispatcher answers `/health`: a new host name takes a while. */
export async function needHealth(address, limitSeconds) {
  const url = `${address}/health`;
  say(`  calling ${url} (a new name may take a minute) ...`);
  const answer = await repeated(limitSeconds, async () => {
    const { status, text } = await call(url);
    const isWell = status === 200 && parse(text)?.status === "ok";
    return isWell ? undefined : `${status ?? ""} ${text}`.trim();
  });
  if (answer === undefined) return say(`  ✓ ${url} answers`);
  throw new CommandError(
    `${url} does not answer as it should, after ${limitSeconds} s: ${answer.slice(0, 300)}\n` +
      "→ If the name is new, run this again in some minutes. If it answers 503, look at the log " +
      "(npx wrangler tail).",
  );
}

/** Waits until the keys among the secrets open the dispatcher. */
export async function needKeys(address, secrets, { limitSeconds, file }) {
  for (const name of ["API_KEY", "ADMIN_KEY"]) {
    if (secrets[name] === undefined) continue;
    const answer = await repeated(limitSeconds, async () => {
      const { status, text } = await call(`${address}/v1/ping`, secrets[name]);
      return status === 200 ? undefined : `${status ?? ""} ${text}`.trim();
    });
    if (answer !== undefined) {
      throw new CommandError(
        `${address} does not take the ${name} that was made: ${answer.slice(0, 300)}\n` +
          "→ Run this again in a minute. If somebody else has set it since, take it out of " +
          `"secrets" in ${file}.`,
      );
    }
    say(`  ✓ ${name} opens it`);
  }
}

/** Repeats `act` until it returns undefined or the time is over. Returns what it returned last. */
async function repeated(limitSeconds, act) {
  const deadline = Date.now() + limitSeconds * 1_000;
  for (;;) {
    const trouble = await act();
    if (trouble === undefined || Date.now() >= deadline) return trouble;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Returns the status and the text of an answer, or as the text why there is none. */
async function call(url, key) {
  try {
    const answer = await fetch(url, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      redirect: "manual",
      signal: AbortSignal.timeout(CALL_LIMIT_MS),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    return { text: `no answer (${error.cause?.code ?? error.cause?.message ?? error.message})` };
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
