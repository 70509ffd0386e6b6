// The checks before a deployment. Each returns `{ what, missing }`: `what` is the sentence that is
// printed on success, and `missing` are the problems, each with its remedy. Checks change nothing.

import { say } from "../lib/say.mjs";

/** The id of a KV namespace in wrangler.toml before the namespace is created. */
const PLACEHOLDER = /^0*$/;

/** The secrets, each with a command that prints a new one. wrangler never shows a stored secret. */
const SECRETS = [
  ["API_KEY", "make one: openssl rand -hex 24"],
  ["ADMIN_KEY", "make one: openssl rand -hex 24"],
  ["MASTER_KEYS", 'make one and keep a copy: echo "k1:$(openssl rand -base64 32)"'],
];

export const SECRET_NAMES = SECRETS.map(([name]) => name);

/** A variable that must not be deployed. */
const LOCAL_ONLY = "ALLOW_PRIVATE_TARGETS";

export const forEnv = ({ env }) => (env === "" ? "" : ` --env ${env}`);

export const isPlaceholder = (id) => PLACEHOLDER.test(id ?? "");

/** Prints the result of a check, and returns whether nothing is missing. */
export function showCheck({ what, missing }) {
  if (missing.length === 0) say(`  ✓ ${what}`);
  for (const { problem, remedy } of missing) say(`  ✗ ${problem}\n    → ${remedy}`);
  return missing.length === 0;
}

/** Also returns the `id` of the account, if it is known. */
export async function checkAccount(config, wrangler) {
  const { code, json, output } = await wrangler.query(["whoami", "--json"]);
  if (code !== 0 || json?.loggedIn !== true) {
    const problem = json?.loggedIn === false
      ? "Nobody is logged in."
      : `wrangler cannot say who is logged in: ${lastLine(output)}`;
    const remedy = "npx wrangler login (or set CLOUDFLARE_API_TOKEN)";
    return { missing: [{ problem, remedy }] };
  }
  const accounts = json.accounts ?? [];
  const chosen = config.account_id ?? process.env.CLOUDFLARE_ACCOUNT_ID;
  const account = accounts.length === 1 ? accounts[0] : accounts.find(({ id }) => id === chosen);
  if (account === undefined && chosen === undefined) {
    const names = accounts.map(({ id, name }) => `${id} (${name})`).join(", ");
    return {
      missing: [{
        problem: "Which account to deploy to is not decided.",
        remedy: `set CLOUDFLARE_ACCOUNT_ID to one of ${names}`,
      }],
    };
  }
  const who = json.email ?? json.authType ?? "a token";
  const what = `logged in: ${who}, account ${account?.name ?? chosen}`;
  return { what, missing: [], id: account?.id ?? chosen };
}

export function checkVariables({ vars }) {
  const value = vars[LOCAL_ONLY];
  const missing = value === undefined ? [] : [{
    problem: `${LOCAL_ONLY} is a variable: webhooks could reach private hosts.`,
    remedy: "take it out of wrangler.toml; it is for .dev.vars only",
  }];
  return { what: "no variable is for this machine only", missing };
}

/** Checks the KV namespaces. If `wrangler` is undefined, checks wrangler.toml only. */
export async function checkNamespaces({ kv_namespaces: namespaces, others }, wrangler, options) {
  const missing = [];
  const create = (binding) => `npx wrangler kv namespace create ${binding}${forEnv(options)}, ` +
    "and put the id that it prints into wrangler.toml";
  const known = await wrangler?.query(["kv", "namespace", "list"]);
  for (const { binding, id } of namespaces) {
    if (isPlaceholder(id)) {
      const problem = `The KV namespace ${binding} has no id yet.`;
      missing.push({ problem, remedy: create(binding) });
    } else if (others.includes(id)) {
      const problem = `The KV namespace ${binding} is that of another environment.`;
      missing.push({ problem, remedy: create(binding) });
    } else if (known !== undefined && !Array.isArray(known.json)) {
      const problem = `The KV namespaces cannot be listed: ${lastLine(known.output)}`;
      missing.push({ problem, remedy: "npx wrangler kv namespace list" });
    } else if (known !== undefined && !known.json.some((namespace) => namespace.id === id)) {
      const problem = `The account has no KV namespace ${id} for ${binding}.`;
      missing.push({ problem, remedy: create(binding) });
    }
  }
  return { what: `the KV namespace ${namespaces[0]?.binding} is there`, missing };
}

/**
 * Returns the `names` of the Worker's secrets, and whether the Worker `isNew`. If they cannot be
 * used or listed, `check` has the problems.
 */
export async function listSecrets(wrangler, options) {
  const answer = await wrangler.query(["secret", "list", "--format", "json"]);
  const isNew = answer.code !== 0 && /Worker .* not found|code: 10007/.test(answer.output);
  if (!isNew && !Array.isArray(answer.json)) {
    const problem = `The secrets cannot be listed: ${lastLine(answer.output)}`;
    const remedy = `npx wrangler secret list${forEnv(options)}`;
    return { names: [], isNew, check: { missing: [{ problem, remedy }] } };
  }
  const names = isNew ? [] : answer.json.map(({ name }) => name);
  if (!names.includes(LOCAL_ONLY)) return { names, isNew };
  const problem = `${LOCAL_ONLY} is a secret: webhooks could reach private hosts.`;
  const remedy = `npx wrangler secret delete ${LOCAL_ONLY}${forEnv(options)}`;
  return { names, isNew, check: { missing: [{ problem, remedy }] } };
}

export async function checkSecrets(wrangler, options) {
  const { names, check } = await listSecrets(wrangler, options);
  const trouble = check?.missing ?? [];
  if (trouble.length > 0 && names.length === 0) return { missing: trouble };
  const missing = SECRETS.filter(([name]) => !names.includes(name)).map(([name, make]) => ({
    problem: `The secret ${name} is not set.`,
    remedy: `npx wrangler secret put ${name}${forEnv(options)} (${make})`,
  }));
  return {
    what: `the secrets ${SECRET_NAMES.join(", ")} are set`,
    missing: [...missing, ...trouble],
  };
}

export const lastLine = (output) =>
  output.split("\n").map((line) => line.trim()).filter((line) => line !== "").at(-1) ?? "no answer";
