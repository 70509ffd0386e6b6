// Retry-After in every spelling that can mean only one thing. The time of the next attempt is read
// from the delivery, so no test waits for it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { reply } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

/** Far shorter than what the receivers ask for. */
const baseMs = 500;
/** The time of an attempt and its settling on a busy machine. */
const slackMs = 20_000;

const { subscribe } = await fixture({ vars: { RETRY_BASE_MS: baseMs } });

/** The delay before the next attempt after an answer with this header, in milliseconds. */
async function delayAfter(header: string | undefined, status = 503): Promise<number> {
  const headers = header === undefined ? {} : { "retry-after": header };
  const { account, mailbox, path, publish } = await subscribe({
    answers: [reply(status, headers)],
  });
  const id = await publish("a");
  await mailbox.answered(1);
  const found = await until("the answer to be settled", async () => {
    const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
    return json.tries.length === 1 && json.next_try_at !== null ? json : undefined;
  });
  must(200, await account.api.patch(path, { active: false }));
  return Date.parse(found.next_try_at) - Date.parse(found.tries[0].at);
}

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
const names = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** A date in the three forms of HTTP, and in others that receivers send. */
const dates: [what: string, write: (date: Date) => string][] = [
  ["IMF-fixdate", (date) => date.toUTCString()],
  ["RFC 850", (date) => {
    const [day, month] = [two(date.getUTCDate()), names[date.getUTCMonth()]];
    const year = String(date.getUTCFullYear()).slice(2);
    return `${days[date.getUTCDay()]}, ${day}-${month}-${year} ${clock(date)} GMT`;
  }],
  ["asctime", (date) => {
    const day = String(date.getUTCDate()).padStart(2, " ");
    const start = `${days[date.getUTCDay()]!.slice(0, 3)} ${names[date.getUTCMonth()]} ${day}`;
    return `${start} ${clock(date)} ${date.getUTCFullYear()}`;
  }],
  ["RFC 3339", (date) => date.toISOString()],
  ["a numeric zone", (date) => date.toUTCString().replace("GMT", "+0000")],
  ["the words of JavaScript", (date) => `${date.toUTCString()}+0000 (Coordinated Universal Time)`],
  ["lower case", (date) => date.toUTCString().toLowerCase()],
  ["a wrong weekday", (date) => date.toUTCString().replace(/^\w{3}/, wrong(date))],
];

const two = (number: number) => String(number).padStart(2, "0");
const clock = (date: Date) => date.toISOString().slice(11, 19);
const wrong = (date: Date) => days[(date.getUTCDay() + 3) % 7]!.slice(0, 3);

describe("a wait", { concurrency: 4 }, () => {
  const spans: [header: string, seconds: number][] = [
    ["60", 60],
    ["59.2", 60],
    ["60.0", 60],
    ["+60", 60],
    [" 60 ", 60],
    ["60s", 60],
    ["60 seconds", 60],
    ['"60"', 60],
    ["1 minute", 60],
    ["59001ms", 60],
    ["5, 60", 60],
    ["7200", 3_600],
  ];
  for (const [header, seconds] of spans) {
    test(`of ${seconds} s is asked for by ${JSON.stringify(header)}`, async () => {
      const delayMs = await delayAfter(header);
      assert.ok(delayMs >= seconds * 1_000, `${delayMs}`);
      assert.ok(delayMs < seconds * 1_000 + slackMs, `${delayMs}`);
    });
  }

  for (const [what, write] of dates) {
    test(`until a date: ${what}`, async () => {
      const date = inMinutes(10);
      const header = write(date);
      const delayMs = await delayAfter(header);
      // Less the time that has passed, and the milliseconds that the header lacks.
      const isNear = delayMs > 600_000 - slackMs && delayMs <= 600_000 + slackMs;
      assert.ok(isNear, `${header}: ${delayMs}`);
    });
  }

  for (const header of [undefined, "", "soon", "-60", "1e3", "60 parsecs", "31/12/2099 10:00:00"]) {
    test(`is not asked for by ${JSON.stringify(header)}`, async () => {
      const delayMs = await delayAfter(header);
      assert.ok(delayMs >= baseMs && delayMs < baseMs + slackMs, `${delayMs}`);
    });
  }

  test("that is over changes nothing", async () => {
    for (const header of ["0", new Date(0).toUTCString(), inMinutes(-5).toISOString()])
      assert.ok((await delayAfter(header)) < baseMs + slackMs, header);
  });
});
