// What a run prints at its end.

import { Client, type Answer } from "./api.ts";
import type { EventEntry, Loss } from "./books.ts";
import { nowMs } from "./clock.ts";
import type { Outcome } from "./torture.ts";

/** How many losses, and how many of each other trouble, are printed one by one. */
const SHOWN_MAX = 20;
/** How many duplicates without a kill or full disk are. Usually an attempt took too long. */
const DUPLICATES_SHOWN_MAX = 3;

export interface Report {
  lines: string[];
  hasFailed: boolean;
}

/** Compares what was acknowledged with what arrived. */
export function report(outcome: Outcome): Report {
  const { books, unfinished } = outcome;
  const losses = books.losses();
  const disorders = books.disorders();
  const wrong = [...books.faults, ...books.wrongIds()];
  const verdicts = [
    ...unfinished.map((reason) => `The run could not finish: ${reason}.`),
    ...troubles(outcome.faults.ends, "times the dispatcher ended by itself"),
    ...troubles(losses.length, "acknowledged deliveries were lost"),
    ...troubles(disorders.length, "deliveries were out of order"),
    ...troubles(wrong.length, "answers or deliveries were wrong"),
  ];
  const late = disorders.map(({ webhook, event, overtaker }) =>
    `webhook ${webhook.index}: event ${event.n} (${event.id}) arrived after event ` +
      `${overtaker.n} (${overtaker.id})`);
  return {
    lines: [
      ...table(outcome, losses.length, disorders.length, wrong.length),
      ...section("out of order", late),
      ...section("wrong", wrong),
      "",
      ...(verdicts.length > 0 ? verdicts : ["Every acknowledged event has arrived."]),
    ],
    hasFailed: verdicts.length > 0,
  };
}

function table(outcome: Outcome, lost: number, disorders: number, wrong: number): string[] {
  const { options, books, faults, disk, failures } = outcome;
  const events = [...books.events.values()];
  const open = events.filter(({ acknowledgedAtMs }) => acknowledgedAtMs === undefined);
  const openArrived = open.filter(({ arrivals }) => arrivals.length > 0).length;
  const duplicates = books.duplicates();
  const unexplained = duplicates.filter(({ isExplained }) => !isExplained).length;
  const share = books.successes === 0 ? 0 : (100 * duplicates.length) / books.successes;
  const ends = faults.ends + faults.endsWhileFull;
  const moments = Object.entries(faults.kills).map(([moment, count]) => `${count} ${moment}`);
  const rows: [name: string, value: string, note?: string][] = [
    ["seed", String(options.seed)],
    ["kills", number(faults.count), moments.join(", ")],
    ["times with a full disk", number(faults.fullPhases), disk.means === undefined
      ? `disk phase skipped, because ${disk.skipped}`
      : `${disk.means}; ${faults.killsWhileFull} of the kills and ` +
          `${number(faults.refusedWhileFull)} refused publishes meanwhile`],
    ["ends without a kill", number(ends), `${number(faults.endsWhileFull)} with a full disk`],
    ["webhooks", number(books.subscriptions.length)],
    ["publishes without an answer", number(failures.unanswered)],
    ["publishes answered 5xx", number(failures.refused)],
    ["events acknowledged", number(books.acknowledged),
      `${number(open.length)} were not, of which ${number(openArrived)} arrived`],
    ["repeats with the same id", `${number(books.sameIds)} of ${number(books.repeats)}`],
    ["attempts that receivers failed", number(outcome.failedAttempts)],
    ["deactivations, recovered", number(outcome.deactivations),
      `${number(outcome.secondRecoveries)} times a second recovery was needed`],
    ["deliveries refused by a 202", number(books.refused)],
    ["deliveries expected", number(books.expected)],
    ["arrived", number(books.arrived)],
    ["lost", number(lost)],
    ["duplicates", number(duplicates.length), `${share.toFixed(2)} % of all that arrived`],
    ["  without a kill or full disk", number(unexplained)],
    ["order violations", number(disorders)],
    ["wrong ids, bodies, signatures", number(wrong)],
    ["time", duration(outcome.durationMs)],
  ];
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const valueWidth = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([name, value, note = ""]) =>
    `${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}  ${note}`.trimEnd());
}

function troubles(count: number, what: string): string[] {
  return count === 0 ? [] : [`${number(count)} ${what}.`];
}

function section(title: string, lines: string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN_MAX;
  return [
    "", `${title}:`, ...lines.slice(0, SHOWN_MAX).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${number(more)} more`] : []),
  ];
}

/** Describes the first losses, and duplicates without a kill, with what the dispatcher says. */
export async function details(outcome: Outcome, url: string): Promise<string[]> {
  const { books, keys } = outcome;
  const client = new Client(url);
  const history = async ({ event, webhook }: Loss) => {
    const path = `/v1/webhooks/${books.idOf(webhook.index)}/deliveries/${event.id}`;
    return historyLines(await client.call({ method: "GET", path, key: keys[event.account] ?? "" }));
  };
  const lines: string[] = [];
  for (const loss of books.losses().slice(0, SHOWN_MAX)) {
    const { sentAtMs, acknowledgedAtMs = Number.NaN } = loss.event;
    lines.push(`lost: ${place(loss, books.idOf(loss.webhook.index))}`);
    lines.push(`  published ${clock(sentAtMs)}, acknowledged ${clock(acknowledgedAtMs)}`);
    lines.push(...(await history(loss)));
  }
  const duplicates = books.duplicates().filter(({ isExplained }) => !isExplained);
  for (const duplicate of duplicates.slice(0, DUPLICATES_SHOWN_MAX)) {
    const { before, again, webhook } = duplicate;
    const where = place(duplicate, books.idOf(webhook.index));
    lines.push(`arrived twice, without a kill or full disk: ${where}`);
    for (const { cameAtMs, atMs } of [before, again]) {
      lines.push(`  came ${clock(cameAtMs)}, answered ${clock(atMs)}`);
    }
    lines.push(...(await history(duplicate)));
  }
  client.end();
  return lines;
}

/** Returns what the dispatcher says about a delivery, a line for each attempt. */
function historyLines(answer: Answer | undefined): string[] {
  if (answer?.status !== 200) {
    return [`  the dispatcher: ${answer === undefined ? "no answer" : answer.text}`];
  }
  const { status, accepted_at: acceptedAt, next_try_at: nextAt, tries } = answer.json;
  const time = (at: string) => at.slice("2026-11-30T".length, -"+00:00".length);
  const next = nextAt === null ? "" : `, next attempt ${time(nextAt)}`;
  return [
    `  the dispatcher: ${status}, accepted ${time(acceptedAt)}${next}`,
    ...tries.map((one: any) =>
      `    ${time(one.at)} ${one.cause}: ${one.http_status_code ?? one.fault}, ` +
        `${one.duration_ms} ms`),
  ];
}

function place({ event, webhook }: { event: EventEntry; webhook: Loss["webhook"] }, id: string) {
  return `event ${event.n} (${event.id}) at webhook ${webhook.index} (${webhook.kind}, ${id})`;
}

/** The time of day in UTC of a time by `nowMs`. */
function clock(ms: number): string {
  return new Date(Date.now() - nowMs() + ms).toISOString().slice(11, -1);
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
