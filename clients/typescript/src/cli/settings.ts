// The address and the key: by option, environment or configuration file, in this order.

import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UsageError } from "./failures.ts";

export interface Settings {
  url: string;
  apiKey: string;
}

export interface GlobalOptions {
  url?: string;
  key?: string;
  config?: string;
  json?: boolean;
}

/** The bits of a file's mode that let others than its owner do something. */
const OTHERS = 0o077;

/** Returns the file that is read if `--config` does not name another. */
export const defaultConfig = (): string => join(
  process.env["XDG_CONFIG_HOME"] || join(homedir(), ".config"),
  "webhook-dispatcher",
  "config.json",
);

/** Returns the settings. `warn` is told what is unsafe about the file. */
export async function settingsFrom(
  options: GlobalOptions,
  warn: (text: string) => void,
): Promise<Settings> {
  const file = options.config ?? defaultConfig();
  const given = {
    url: options.url ?? process.env["WEBHOOKS_URL"],
    key: options.key ?? process.env["WEBHOOKS_API_KEY"],
  };
  const needsFile = !given.url || !given.key;
  const stored = needsFile ? await configFrom(file, options.config !== undefined, warn) : {};
  const url = given.url || stored.url;
  const apiKey = given.key || stored.key;
  if (!url) throw new UsageError(missing("address", "--url", "WEBHOOKS_URL", file));
  if (!apiKey) throw new UsageError(missing("API key", "--key", "WEBHOOKS_API_KEY", file));
  return { url: checkedUrl("the address", url), apiKey };
}

const missing = (what: string, option: string, variable: string, file: string): string =>
  `There is no ${what}. Give it with ${option} or ${variable}, or write ${file}:\n` +
    '  {"url": "https://hooks.example.com", "key": "…"}';

/** Returns a URL as it was given, if it is one that can be called. */
export function checkedUrl(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && ["http:", "https:"].includes(url.protocol)) return text;
  throw new UsageError(`${name} is "${text}", which does not begin with http:// or https://.`);
}

async function configFrom(
  file: string,
  mustExist: boolean,
  warn: (text: string) => void,
): Promise<{ url?: string; key?: string }> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (isMissing && !mustExist) return {};
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  const config = objectOf(file, text);
  const { mode } = await stat(file);
  if (config["key"] !== undefined && process.platform !== "win32" && (mode & OTHERS) !== 0)
    warn(`Others can read the key in ${file}. Run: chmod 600 ${file}`);
  const found: { url?: string; key?: string } = {};
  for (const [name, value] of Object.entries(config)) {
    if (name !== "url" && name !== "key")
      throw new UsageError(`${file} has "${name}"; it can have "url" and "key".`);
    if (typeof value !== "string") throw new UsageError(`"${name}" in ${file} is not a text.`);
    found[name] = value;
  }
  return found;
}

function objectOf(file: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new UsageError(`${file} is not a JSON object.`);
}
