// Formats numbers, times, URLs and event types for reading.

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
const full = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const clock = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const integer = new Intl.NumberFormat("en");

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

/** Formats a time relative to `now`: `12 sec. ago`, `in 3 min.`, and `now` within 2 s. */
export function ago(time: number, now: number): string {
  const seconds = Math.round((time - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 2) return "now";
  if (size < minute) return relative.format(seconds, "second");
  if (size < hour) return relative.format(Math.trunc(seconds / minute), "minute");
  if (size < 2 * day) return relative.format(Math.trunc(seconds / hour), "hour");
  return relative.format(Math.trunc(seconds / day), "day");
}

export const fullTime = (time: number): string => full.format(time);

export const clockTime = (time: number): string => clock.format(time);

export function percent(share: number): string {
  // Rounded down, so that 99.96 % does not read as 100 %.
  const tenths = Math.floor(share * 1000) / 10;
  return `${tenths % 1 === 0 ? tenths : tenths.toFixed(1)} %`;
}

/** Splits a URL into its host and the rest. */
export function splitUrl(text: string): { host: string; path: string; isSecure: boolean } {
  try {
    const url = new URL(text);
    const rest = url.pathname + url.search;
    return { host: url.host, path: rest === "/" ? "" : rest, isSecure: url.protocol === "https:" };
  } catch {
    return { host: text, path: "", isSecure: false };
  }
}

/** Formats an event type: `COURSE_COMPLETION` as `Course completion`. */
export function eventName(type: string): string {
  const words = type
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/\bvilt\b/, "VILT");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Indents JSON. Returns other text as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
