// Formats numbers, times, URLs and event types for reading.

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const integer = new Intl.NumberFormat("en");

// One clock of 24 hours, whatever the browser's language. A reader in another zone is told which
// one it is.
const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
const date = { day: "numeric", month: "short", year: "numeric" } as const;
const full = new Intl.DateTimeFormat("en-GB", { ...date, ...clock, timeZoneName: "short" });
const zone = new Intl.DateTimeFormat("en-GB", { timeZoneName: "short" });

export const count = (value: number): string => integer.format(value);

export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Formats a duration: `84 ms`, `1.2 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${(Math.round(seconds * 10) / 10).toString()} s`;
  if (seconds < minute) return `${Math.round(seconds)} s`;
  const parts = (large: number, small: number, names: [string, string]) => {
    const upper = Math.floor(seconds / large);
    const lower = Math.floor((seconds % large) / small);
    return lower === 0 ? `${upper} ${names[0]}` : `${upper} ${names[0]} ${lower} ${names[1]}`;
  };
  if (seconds < hour) return parts(minute, 1, ["min", "s"]);
  if (seconds < day) return parts(hour, minute, ["h", "min"]);
  return parts(day, hour, ["d", "h"]);
}

/** Formats a time relative to `now`: `12 sec ago`, `in 3 min`, and `now` within 2 s. */
export function ago(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 2) return "now";
  const text = (length: number, unit: "second" | "minute" | "hour" | "day") =>
    // Without the points of the abbreviations, which would end a sentence.
    relative.format(Math.trunc(seconds / length), unit).replaceAll(".", "");
  if (size < minute) return text(1, "second");
  if (size < hour) return text(minute, "minute");
  return size < 2 * day ? text(hour, "hour") : text(day, "day");
}

/** Formats a time in the zone of the browser, which it names: `27 Nov 2026, 12:43:47 CET`. */
export const fullTime = (time: number): string => full.format(time);

/** Formats a time for a tooltip: in the zone of the browser, and in UTC. */
export function timeTitle(time: number): string {
  const utc = new Date(time).toISOString().replace("T", " ").replace("Z", " UTC");
  return `${fullTime(time)}\n${utc}`;
}

/** Returns the name of the browser's zone at a time, like `CET`. */
export const zoneName = (time: number): string =>
  zone.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value ?? "";

/**
 * Reads a time as people write it, `2026-11-27 14:30`, in the zone of the browser. Returns
 * undefined for another text and for a time that no clock shows.
 */
export function readTime(text: string): number | undefined {
  const form = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?$/;
  const found = form.exec(text.trim())?.slice(1).map((part) => Number(part ?? 0));
  if (found === undefined) return undefined;
  const [year = 0, month = 0, dayOfMonth = 0, hours = 0, minutes = 0, seconds = 0] = found;
  const time = new Date(year, month - 1, dayOfMonth, hours, minutes, seconds);
  const isReal = time.getMonth() === month - 1 && time.getDate() === dayOfMonth;
  return isReal && hours < 24 && minutes < 60 && seconds < 60 ? time.getTime() : undefined;
}

export function percent(share: number): string {
  // Rounded down, so that 99.96 % does not read as 100 %.
  const tenths = Math.floor(share * 1000) / 10;
  return `${tenths % 1 === 0 ? tenths : tenths.toFixed(1)} %`;
}

/** Formats a number of bytes: `40 kB`, `1.2 GB`. */
export function bytes(number: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [value, unit] = [number, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = unit === 0 || value >= 10 ? 0 : 1;
  return `${count(Number(value.toFixed(digits)))} ${units[unit]}`;
}

/** Splits a URL as it is written into its host and the rest. */
export function splitUrl(text: string): { host: string; path: string; isSecure: boolean } {
  const [, scheme = "", host = text, rest = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(text) ?? [];
  return { host, path: rest === "/" ? "" : rest, isSecure: scheme.toLowerCase() === "https" };
}

/** Cuts out the middle of a text that has more characters than `most`. Both ends stay. */
export function cutMiddle(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  const tail = most - 1 - head;
  const end = tail === 0 ? "" : characters.slice(-tail).join("");
  return `${characters.slice(0, head).join("")}…${end}`;
}

/** Formats an event type: `COURSE_COMPLETION` as `Course completion`. */
export function eventName(type: string): string {
  // A pattern is shown as it is written.
  if (type.endsWith("*")) return type;
  const words = type
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/\bvilt\b/, "VILT");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Lists texts: `a, b and c`. */
export function listed(texts: string[]): string {
  if (texts.length < 2) return texts.join("");
  return `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
