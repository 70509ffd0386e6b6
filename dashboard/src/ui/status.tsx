// States as a word and a colour. The word alone is sufficient.

import { type State, titles } from "../health.ts";
import type { Delivery } from "../types.ts";

const tones: Record<State, string> = {
  healthy: "good",
  degraded: "warn",
  failing: "warn",
  off: "bad",
  paused: "calm",
  untried: "calm",
  unknown: "calm",
};

export function StateMark({ state }: { state: State }) {
  return <span class={`mark ${tones[state]}`}>{titles[state]}</span>;
}

type Status = Delivery["status"];

export const statusTitles: Record<Status, string> = {
  waiting: "Waiting",
  in_flight: "In flight",
  delivered: "Delivered",
  undelivered: "Undelivered",
  held: "Held",
};

const statusTones: Record<Status, string> = {
  waiting: "warn",
  in_flight: "busy",
  delivered: "good",
  undelivered: "bad",
  held: "held",
};

export function StatusMark({ of }: { of: Pick<Delivery, "status"> }) {
  return <span class={`mark ${statusTones[of.status]}`}>{statusTitles[of.status]}</span>;
}

/** The result of an attempt: the status of the response, or "No answer". */
export function CodeMark({ code }: { code: number | null }) {
  const tone = code === null ? "bad" : code < 300 ? "good" : code < 400 ? "warn" : "bad";
  return <span class={`code ${tone}`}>{code ?? "No answer"}</span>;
}
