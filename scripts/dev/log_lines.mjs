// The log as `npm start` shows it: a short line for each JSON line of the Worker.

import util from "node:util";

/** What wrangler puts before a line that the Worker writes to its console as an error. */
const PREFIX = /^\S+ \[(?:ERROR|WARNING)\] (?=\{"event":")/;
/** A JSON line of the Worker. The name of its event is first. */
const JSON_LINE = /^\{"event":".*\}$/;
/**
 * Lines of wrangler that say nothing more: each request, empty lines, and internal errors of the
 * runtime, which it adds when a receiver is not reached. The Worker's line has the `fault`.
 */
const NOISE = [
  /^(\[wrangler:info\].*)?$/,
  /^\S+ \[ERROR\] (Uncaught )?(Error: )?(internal error|e = \S+\.rs:\d+)/,
  /^\s*stack: (\S*workerd@|[0-9a-f]{6,}|\/)/,
];
const EVENT_WIDTH = 7;

/**
 * Returns the lines to show for a line of wrangler's output: none for noise. `asJson` leaves the
 * lines of the Worker as they are, for a program that reads them.
 */
export function shown(line, { asJson = false, isColoured = false } = {}) {
  const text = line.replace(PREFIX, "");
  if (JSON_LINE.test(text)) return [asJson ? text : pretty(text, isColoured)];
  return NOISE.some((noise) => noise.test(line)) ? [] : [line];
}

/** Returns a short line: the time, what happened, and then the other members. */
function pretty(text, isColoured) {
  const line = parse(text);
  if (line === undefined) return text;
  const { event, time, level, ...members } = line;
  const paint = (name, part) => isColoured && name ? util.styleText(name, part) : part;
  const clock = new Date(time);
  const milliseconds = String(clock.getMilliseconds()).padStart(3, "0");
  const at = `${clock.toTimeString().slice(0, 8)}.${milliseconds}`;
  const { head, used } = summary(event, members);
  const rest = Object.entries(members).filter(([name]) => !used.includes(name));
  return [
    paint("dim", at),
    paint(COLOURS[level], level === "info" ? head : `${level.toUpperCase()} ${head}`),
    ...(rest.length === 0 ? [] : [paint("dim", rest.map(member).join(" "))]),
  ].join("  ");
}

const COLOURS = { warn: "yellow", error: "red" };

/** Returns the first part of the line, and the members that are in it. */
function summary(event, members) {
  const { method, route, status, duration_ms: took } = members;
  if (event === "request") {
    return {
      head: `${event.padEnd(EVENT_WIDTH)}  ${method} ${route} ${status}  ${took} ms`,
      used: ["method", "route", "status", "duration_ms"],
    };
  }
  if (event === "try") {
    const { event_type: type, try: number, fault, became } = members;
    const answer = [status, fault].filter((part) => part !== null).join(" ");
    return {
      head: `${event.padEnd(EVENT_WIDTH)}  ${type} #${number} ${answer}, ${became}  ${took} ms`,
      used: ["event_type", "try", "status", "fault", "became", "duration_ms"],
    };
  }
  return { head: event.padEnd(EVENT_WIDTH), used: [] };
}

/** Returns `name=value`. A value with spaces or quotes is JSON. */
function member([name, value]) {
  const isPlain = typeof value !== "string" || /^[^\s"]+$/.test(value);
  return `${name}=${isPlain && typeof value !== "object" ? value : JSON.stringify(value)}`;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
