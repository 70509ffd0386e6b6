// The calls that read a webhook in numbers, and their schemas: statistics and series.

import {
  answer, count, flag, list, notFound, nullable, nullableSchema, object, operation, parameter,
  query, schema, text, time, values,
} from "./build.mjs";

const TAG = "Deliveries";

/** What `p50_ms` and `p95_ms` are about. */
const SUCCEEDED =
  "that succeeded took at most so long, in milliseconds, off by less than a fifth. `null`: none " +
  "succeeded.";

/** What a delivery, or the next one, waits for. */
export const waitsFor = (what) =>
  nullableSchema("WaitReason", `What ${what} waits for, where the time is not known.`);

export const statsSchemas = {
  WaitReason: values(
    ["courier", "window", "rate", "order", "probe", "account", "master_key", "listener"],
    "`courier`: it is being started; `window`: another try has to end first; `rate`: " +
      "`max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, " +
      "and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's " +
      "secrets cannot be opened; `listener`: its client is not connected.",
  ),
  WebhookStats: object({
    state: schema("WebhookState"),
    waiting: count("How many wait for a try."),
    in_flight: count("How many are on their way."),
    delivered: count("How many have arrived."),
    undelivered: count("How many had not arrived when the webhook was switched off."),
    held: count("How many came while it was."),
    dropped: count("How many held events went because there were more than `HOLD_EVENTS`."),
    refused: count("How many events were refused because the backlog or the storage was full."),
    accepted_total: count(
      "How many events the webhook has accepted. This and the next two only grow, until nothing " +
        "is stored any more: then they begin at 0 again.",
    ),
    delivered_total: count("How many of these have arrived."),
    failed_tries_total: {
      type: "object",
      description: "How many tries failed and counted against the webhook, by fault.",
      additionalProperties: { type: "integer", minimum: 1 },
    },
    filtered: count("How many events its `filter` left out, at least."),
    window: count(
      "How many tries may be in flight at a time now: `max_in_flight`, 1 for an ordered webhook, " +
        "fewer after signs of overload.",
    ),
    schedule: text(
      "The retries of the webhook, and how long one try may take, in words. The time is rounded up.",
    ),
    last_success_at: nullable(time("When the receiver last took an event.")),
    last_failure_at: nullable(time("When it last did not.")),
    next_try_at: nullable(
      time("When the next try will be made, if that is known: never in the past."),
    ),
    waits_for: waitsFor("the next try"),
    bodies_since: nullable(
      time(
        "From when on delivered events have their bodies, so that they can be sent again. `null`: " +
          "from the beginning (`RETENTION_HOURS`). Otherwise older ones had to go for lack of room.",
      ),
    ),
    history_since: nullable(
      time(
        "From when on the history has every delivery. `null`: from the beginning. Otherwise older " +
          "ones that had arrived had to go for lack of room.",
      ),
    ),
    tries: count("Over how many tries the numbers below are."),
    success_rate: {
      type: ["number", "null"],
      minimum: 0,
      maximum: 1,
      description: "Which part of them succeeded.",
    },
    duration_ms_p50: nullable(count("Half of them took at most so long.")),
    duration_ms_p99: nullable(count("All but one in a hundred took at most so long.")),
  }),
  WebhookSeries: object({
    step: count("The length of a step, in seconds.", { minimum: 60, maximum: 86400 }),
    complete: flag(
      "Whether every delivery of the range is counted. A series counts some millions, the newest " +
        "first; then the oldest steps lack some.",
    ),
    series: list(
      schema("SeriesStep"),
      { maxItems: 302, description: "The steps, the oldest first." },
    ),
  }),
  SeriesStep: object({
    at: time("When the step begins: a multiple of its length, in UTC."),
    delivered: count("How many of the deliveries accepted in it arrived with the first try."),
    retried: count("How many arrived after retries."),
    open: count("How many wait for a try or are on their way."),
    failed: count("How many had not arrived when it was switched off, or were skipped."),
    held: count("How many came while it was switched off, and wait for a recovery."),
    p50_ms: nullable(count(`Half of the tries ${SUCCEEDED}`)),
    p95_ms: nullable(count(`95 % of the tries ${SUCCEEDED}`)),
  }),
};

export const statsPaths = {
  "/v1/webhooks/{id}/stats": {
    parameters: [parameter("WebhookId")],
    get: operation(
      "readStats",
      TAG,
      "webhooks:read",
      "Read a webhook in numbers",
      "Rates and durations are those of the tries of its latest 1,000 deliveries.",
      {
        responses: {
          200: answer("The numbers.", schema("WebhookStats"), {
            usual: {
              state: "healthy",
              waiting: 1,
              in_flight: 0,
              delivered: 812,
              undelivered: 0,
              held: 0,
              dropped: 0,
              refused: 0,
              accepted_total: 813,
              delivered_total: 812,
              failed_tries_total: { http_status: 3 },
              filtered: 0,
              window: 64,
              schedule: "60 retries within 51 hours; an attempt takes at most 10 seconds",
              bodies_since: null,
              history_since: null,
              last_success_at: "2026-11-24T10:00:02.310Z",
              last_failure_at: "2026-11-24T10:00:00.132Z",
              next_try_at: "2026-11-24T10:00:08.000Z",
              waits_for: null,
              tries: 815,
              success_rate: 0.9963,
              duration_ms_p50: 84,
              duration_ms_p99: 210,
            },
          }),
          ...notFound,
        },
      },
    ),
  },
  "/v1/webhooks/{id}/stats/series": {
    parameters: [parameter("WebhookId")],
    get: operation(
      "readSeries",
      TAG,
      "webhooks:read",
      "Read a webhook over time",
      "What became of the deliveries that were accepted in each step of time, as it stands now. " +
        "Each step is whole: the first one begins at `from` or before, the last one ends at `to` " +
        "or after.",
      {
        parameters: [
          query("from", "Begin of the range. A day before `to` if left out.", {
            type: "string",
            format: "date-time",
          }),
          query("to", "End of the range. Now if left out.", {
            type: "string",
            format: "date-time",
          }),
          query(
            "step",
            "Length of a step in seconds, so that the range has at most 300. If left out, it is " +
              "chosen so that there are 20 to 60 or so; a range of more than 60 days has steps of a day.",
            { type: "integer", minimum: 60, maximum: 86400 },
          ),
        ],
        responses: {
          200: answer("The steps.", schema("WebhookSeries"), {
            usual: {
              step: 1800,
              complete: true,
              series: [
                {
                  at: "2026-11-24T10:00:00.000Z",
                  delivered: 97,
                  retried: 2,
                  open: 1,
                  failed: 0,
                  held: 0,
                  p50_ms: 76,
                  p95_ms: 215,
                },
              ],
            },
          }),
          ...notFound,
        },
      },
    ),
  },
};
