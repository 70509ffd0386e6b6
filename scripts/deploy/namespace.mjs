// The KV namespaces of a first deployment: made in the account, and their ids written into the
// configuration file, in which nothing else changes.

import { readFile, realpath, stat } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { CommandError, say } from "../lib/say.mjs";
import { checkNamespaces, isPlaceholder, lastLine, showCheck } from "./checks.mjs";
import { replace } from "./kept.mjs";

/** How often the list is read until it has a namespace that was just made. */
const LIST_ATTEMPTS = 5;
const LIST_PAUSE_MS = 1_000;

const ID = /^[0-9a-f]{32}$/;
/** What wrangler says if a namespace of this name exists: another run was faster. */
const EXISTS = /already exists|code: 10014/;

/** Makes or finds the namespace of each binding without an id, and writes its id into the file. */
export async function needNamespaces(config, wrangler, options) {
  const { env } = options;
  const without = config.kv_namespaces.filter(({ id }) => isPlaceholder(id));
  const others = config.kv_namespaces.filter(({ id }) => !isPlaceholder(id));
  if (others.length > 0) {
    const check = await checkNamespaces({ ...config, kv_namespaces: others }, wrangler, options);
    if (!showCheck(check)) throw new CommandError("The KV namespace cannot be used.");
  }
  for (const { binding } of without) {
    const { id, title, isNew } = await namespace(config, wrangler, env, binding);
    if (config.others.includes(id)) {
      throw new CommandError(
        `The KV namespace ${title} (${id}) is that of another environment.\n` +
          `→ Correct the ids in ${wrangler.configPath}, and run this again.`,
      );
    }
    await writeId(wrangler.configPath, env, binding, id);
    const what = isNew ? "made" : "found";
    say(`  ✓ ${what} the KV namespace ${title}, and wrote its id into ${wrangler.configPath}`);
  }
}

/** Returns the namespace of a binding: the one of that name in the account, or a new one. */
async function namespace(config, wrangler, env, binding) {
  const name = `${nameWithout(config.name, env)}-${binding}`;
  // wrangler puts the environment in front of the name.
  const title = env === "" ? name : `${env}-${name}`;
  const found = await find(wrangler, title);
  if (found !== undefined) return { id: found, title, isNew: false };
  say(`  making the KV namespace ${title} ...`);
  const { code, output } = await wrangler.query(["kv", "namespace", "create", name]);
  if (code !== 0 && !EXISTS.test(output)) {
    throw new CommandError(
      `The KV namespace ${title} could not be made: ${lastLine(output)}\n` +
        "→ If the login lacks a permission: it needs Workers KV Storage: Edit.",
    );
  }
  for (let attempt = 1; attempt <= LIST_ATTEMPTS; attempt += 1) {
    const id = await find(wrangler, title);
    if (id !== undefined) return { id, title, isNew: true };
    await new Promise((resolve) => setTimeout(resolve, LIST_PAUSE_MS));
  }
  throw new CommandError(
    `The KV namespace ${title} was made, but the account does not list it yet.\n` +
      "→ Run this again in a minute.",
  );
}

/** Returns the name of the top level's Worker, of which that of an environment is made. */
const nameWithout = (name, env) =>
  env !== "" && name.endsWith(`-${env}`) ? name.slice(0, -(env.length + 1)) : name;

async function find(wrangler, title) {
  const { json, output } = await wrangler.query(["kv", "namespace", "list"]);
  if (Array.isArray(json)) return json.find((each) => each.title === title)?.id;
  throw new CommandError(
    `The KV namespaces cannot be listed: ${lastLine(output)}\n` +
      "→ npx wrangler kv namespace list. The login needs Workers KV Storage: Edit.",
  );
}

/** Writes the id of a binding's namespace into a TOML file. All other bytes stay. */
async function writeId(path, env, binding, id) {
  const byHand = new CommandError(
    `The id ${id} of the KV namespace ${binding} could not be written into ${path}.\n` +
      "→ Put it there yourself, and run this again.",
  );
  if (!ID.test(id) || !path.endsWith(".toml")) throw byHand;
  const target = await realpath(path);
  const bytes = await readFile(target);
  const text = bytes.toString("utf8");
  const changed = await withId(text, env, binding, id);
  if (changed === undefined || !Buffer.from(text).equals(bytes)) throw byHand;
  await replace(target, changed, (await stat(target)).mode & 0o777);
}

/**
 * Returns the text of a TOML file with another id for a binding's namespace, or undefined if it has
 * no `[[kv_namespaces]]` of that binding in the environment. The top level is the environment "".
 */
export async function withId(text, env, binding, id) {
  // Not above: this is imported before the npm packages are installed.
  const { parseTOML, getStaticTOMLValue } = await import("toml-eslint-parser");
  const file = parseTOML(text);
  const path = [...(env === "" ? [] : ["env", env]), "kv_namespaces"];
  const tables = file.body[0].body.filter(({ type, kind, resolvedKey }) =>
    type === "TOMLTable" && kind === "array" && isDeepStrictEqual(resolvedKey.slice(0, -1), path));
  const table = tables.find((table) => pairOf(table, "binding")?.value.value === binding);
  if (table === undefined) return undefined;
  const changed = replaced(text, table, id);
  const expected = getStaticTOMLValue(file);
  const namespaces = path.reduce((value, key) => value[key], expected);
  namespaces.find((each) => each.binding === binding).id = id;
  const is = getStaticTOMLValue(parseTOML(changed));
  return isDeepStrictEqual(is, expected) ? changed : undefined;
}

function replaced(text, table, id) {
  const present = pairOf(table, "id");
  if (present !== undefined) {
    const [start, end] = present.value.range;
    return `${text.slice(0, start)}"${id}"${text.slice(end)}`;
  }
  const [, end] = pairOf(table, "binding").range;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lineEnd = text.indexOf(newline, end);
  const at = lineEnd === -1 ? text.length : lineEnd;
  return `${text.slice(0, at)}${newline}id = "${id}"${text.slice(at)}`;
}

const pairOf = (table, key) =>
  table.body.find(({ key: { keys: [first, ...rest] } }) =>
    rest.length === 0 && (first.name ?? first.value) === key);
