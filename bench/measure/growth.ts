// Measures how speed depends on size: many webhooks, many that match, and the drain of a backlog.
//
// Accounts of different sizes take turns in each round, like the systems in other measurements.

import { setTimeout as sleep } from "node:timers/promises";
import { basic, call, createWebhook, createWebhooks, mintKey } from "../api.ts";
import type { Measured, Plan } from "../plan.ts";
import { slice, takeNumbers, typical, type Rig, type Slice } from "../slice.ts";
import { rounded } from "../stats.ts";
import { apiKey, cpuMs, memoryBytes, product, System } from "../system.ts";

/** Fewer than in other measurements, because these numbers have no target. */
const ROUNDS = 3;
/** The product's limit for the creation of a webhook (30 s), plus a second. */
const CREATION_ALARM_MS = 31_000;
/** A system is idle if it uses less than this share of a core for `IDLE_SAMPLE_MS`. */
const IDLE_SHARE = 0.05;
const IDLE_SAMPLE_MS = 1_000;
/** The alarms of 10,000 creations take about as long as the creations. */
const IDLE_TIMEOUT_MS = 60_000;

const vars = { EVENT_TYPES: "COURSE_COMPLETION OTHER", MAX_WEBHOOKS: "10000" };

export async function growth(rig: Rig, plan: Plan): Promise<Measured> {
  const webhooks = plan.isQuick ? 10 : 500;
  return {
    figures: [],
    details: {
      ...(await accounts(rig, plan)),
      [`${webhooks} webhooks that all match`]: await fanout(rig, webhooks),
      "drain after an outage": await drain(rig, plan.isQuick ? 200 : 10_000),
    },
  };
}

/** Measures accounts with many webhooks, of which one matches. */
async function accounts(rig: Rig, plan: Plan): Promise<Record<string, unknown>> {
  const sizes = plan.isQuick
    ? [[10, 1], [50, 1]] as const
    : [[10, 1], [1_000, 1], [10_000, 100]] as const;
  const details: Record<string, unknown> = {};
  const systems: { name: string; system: System; since: number; slices: Slice[] }[] = [];
  try {
    for (const [webhooks, of] of sizes) {
      const system = await System.start(product, { vars });
      const unnamed = { name: "", system, since: performance.now(), slices: [] };
      systems.push(unnamed);
      const found = await populate(rig, plan, system, webhooks, of);
      const wanted = found.created < webhooks ? ` of ${webhooks}` : "";
      const where = `${of} account${of > 1 ? "s" : ""}`;
      unnamed.name = `${found.created}${wanted} webhooks in ${where}, 1 matches`;
      details[unnamed.name] = found;
    }
    if (!plan.isQuick) {
      for (const { system, since } of systems) {
        await waitUntilIdle(system, since + CREATION_ALARM_MS);
      }
    }
    for (let round = 0; round < Math.min(ROUNDS, plan.rounds); round++) {
      for (const { system, slices } of systems) {
        slices.push(await slice(rig, system, { publishers: 16, ms: plan.sliceMs }));
      }
    }
    for (const { name, slices } of systems) {
      details[name] = { ...(details[name] as object), ...typical(slices) };
    }
  } finally {
    for (const { system } of systems) await system.stop();
  }
  return details;
}

async function populate(
  rig: Rig,
  plan: Plan,
  system: System,
  webhooks: number,
  accounts: number,
) {
  const before = memoryBytes(system.pid);
  const start = performance.now();
  await createWebhook(system, { target_url: rig.receiver.url("ok", 0) });
  const keys: (string | undefined)[] = [undefined];
  while (keys.length < accounts) keys.push(await mintKey(system, `t${keys.length}`));
  const all = Array.from({ length: webhooks - 1 }, (_, at) => {
    const key = keys[at % keys.length];
    const fields = { target_url: rig.receiver.url("ok", at + 1), event_type: "OTHER" };
    return key === undefined ? { fields } : { fields, key };
  });
  const created = 1 + (await createWebhooks(system, all, plan.createMs)).length;
  const seconds = (performance.now() - start) / 1000;
  return {
    created,
    created_per_second: rounded(created / seconds),
    memory_kb_per_webhook: rounded((memoryBytes(system.pid) - before) / 1024 / created),
  };
}

/**
 * Waits until a system is idle, at least until the time `from`. An alarm wakes the object of each
 * webhook half a minute after its creation, to undo a creation that did not finish.
 */
async function waitUntilIdle(system: System, from: number): Promise<void> {
  await sleep(Math.max(0, from - performance.now()));
  const end = performance.now() + IDLE_TIMEOUT_MS;
  let before = cpuMs(system.pid);
  while (performance.now() < end) {
    await sleep(IDLE_SAMPLE_MS);
    const now = cpuMs(system.pid);
    if (now - before < IDLE_SHARE * IDLE_SAMPLE_MS) return;
    before = now;
  }
}

async function fanout(rig: Rig, webhooks: number): Promise<Record<string, unknown>> {
  const system = await System.start(product, { vars });
  try {
    const urls = Array.from({ length: webhooks }, (_, at) => rig.receiver.url("ok", at));
    await createWebhooks(system, urls.map((target_url) => ({ fields: { target_url } })));
    const options = { publishers: 1, webhooks };
    await slice(rig, system, { ...options, count: 1 });
    return typical([await slice(rig, system, { ...options, count: 4 })]);
  } finally {
    await system.stop();
  }
}

const DRAIN_TIMEOUT_MS = 15_000;

/**
 * Measures the time to drain a backlog after the receiver is up again. If it takes longer than
 * `DRAIN_TIMEOUT_MS`, the time is calculated from the rate.
 */
async function drain(rig: Rig, events: number): Promise<Record<string, unknown>> {
  const system = await System.start(product, { vars, ledger: true });
  try {
    await rig.receiver.down(0, true);
    const id = await createWebhook(system, { target_url: rig.receiver.url("switch", 0) });
    await rig.load.run({
      port: system.port, path: "/v1/events", authorization: basic(apiKey), bytes: 1_000,
      eventType: "COURSE_COMPLETION", first: takeNumbers(10), publishers: 1, count: 10,
    });
    const name = encodeURIComponent(`default/${id}`);
    await system.ledger(`/fill?binding=WEBHOOK_OBJECT&name=${name}&count=${events}`);
    await rig.receiver.down(0, false);
    await rig.receiver.collect();
    const start = performance.now();
    const [newest] = (await call(system, "GET", `/v1/webhooks/${id}/deliveries`))["results"] as
      { event_id: string }[];
    await call(system, "POST", `/v1/webhooks/${id}/deliveries/${newest?.event_id}/resend`);
    const complete = await rig.receiver.reached(events, DRAIN_TIMEOUT_MS);
    const seconds = (performance.now() - start) / 1000;
    const perSecond = (await rig.receiver.count()) / seconds;
    return {
      events,
      per_second: Math.round(perSecond),
      [complete ? "seconds" : "seconds_at_this_rate"]: rounded(events / perSecond),
    };
  } finally {
    await system.stop();
  }
}
