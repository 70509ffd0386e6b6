// Measures what accepting and settling cost while a backlog of 100,000 deliveries waits.
//
// In one dispatcher, one webhook has this backlog and another a short one. Both receivers are down.
// The two webhooks take turns: first in accepting events, then in draining, which a resend begins
// after the receiver is up again. The costs are CPU time of the dispatcher, summed over the rounds,
// so a slow moment of the disk does not count.

import { setTimeout as sleep } from "node:timers/promises";
import { basic, call, createWebhook } from "../api.ts";
import { figure } from "../figures.ts";
import type { Counts } from "../ledger.ts";
import type { Measured, Plan } from "../plan.ts";
import { takeNumbers, type Rig } from "../slice.ts";
import { median, rounded } from "../stats.ts";
import { apiKey, cpuMs, product, System } from "../system.ts";

interface Queue {
  name: string;
  type: string;
  webhook: number;
  id: string;
  /** The measured numbers, summed over the rounds. */
  accepts: number;
  acceptCpuMs: number;
  answersMs: number[];
  settles: number;
  settleCpuMs: number;
  rowsRead: number;
}

const SHORT = 500;
const ACCEPTS = 150;
const DRAIN_MS = 2_000;
const TIMEOUT_MS = 20_000;
const POLL_MS = 50;

export async function backlog(rig: Rig, plan: Plan): Promise<Measured> {
  const long = plan.isQuick ? 2_000 : 100_000;
  const vars = { EVENT_TYPES: "LONG SHORT" };
  const system = await System.start(product, { vars, ledger: true });
  try {
    const queues = [
      await open(rig, system, "LONG", 1), await open(rig, system, "SHORT", 2),
    ] as const;
    const details: Record<string, unknown> = {};
    for (const [queue, wanted] of [[queues[0], long], [queues[1], SHORT]] as const) {
      await fill(system, queue, wanted);
      details[`waiting_${queue.name}`] = await waiting(system, queue);
    }
    for (let round = 0; round < (plan.isQuick ? 1 : 3); round++) {
      for (const queue of queues) await accept(rig, system, queue);
    }
    for (let round = 0; round < (plan.isQuick ? 1 : 3); round++) {
      for (const queue of queues) await drain(rig, system, queue);
    }
    for (const queue of queues) details[queue.name] = costs(queue);
    const [full, empty] = queues.map(costs);
    if (full === undefined || empty === undefined) throw new Error("two queues are measured");
    return {
      figures: [
        figure("backlog_accept_cost", full.accept_cpu_ms / empty.accept_cpu_ms),
        figure("backlog_settle_cost", full.settle_cpu_ms / empty.settle_cpu_ms),
      ],
      details,
    };
  } finally {
    await system.stop();
  }
}

function costs(queue: Queue) {
  return {
    accept_cpu_ms: rounded(queue.acceptCpuMs / queue.accepts, 4),
    accept_rows_read: rounded(queue.rowsRead / queue.accepts),
    accept_p50_ms: rounded(median(queue.answersMs)),
    settle_cpu_ms: rounded(queue.settleCpuMs / queue.settles, 4),
    drained: queue.settles,
  };
}

async function open(rig: Rig, system: System, type: string, webhook: number): Promise<Queue> {
  await rig.receiver.down(webhook, true);
  const fields = { target_url: rig.receiver.url("switch", webhook), event_type: type };
  const id = await createWebhook(system, fields);
  const queue = {
    name: type.toLowerCase(), type, webhook, id,
    accepts: 0, acceptCpuMs: 0, answersMs: [], settles: 0, settleCpuMs: 0, rowsRead: 0,
  };
  await publish(rig, system, queue, 10);
  return queue;
}

async function publish(rig: Rig, system: System, queue: Queue, count: number) {
  return rig.load.run({
    port: system.port, path: "/v1/events", authorization: basic(apiKey), eventType: queue.type,
    bytes: 1_000, first: takeNumbers(count), publishers: 1, count,
  });
}

/**
 * Fills the queue, and checks with the API that `wanted` deliveries wait. It polls, because a probe
 * in flight does not count as waiting until it has failed.
 */
async function fill(system: System, queue: Queue, wanted: number): Promise<void> {
  const name = encodeURIComponent(`default/${queue.id}`);
  await system.ledger(`/fill?binding=WEBHOOK_OBJECT&name=${name}&count=${wanted}`);
  const end = performance.now() + TIMEOUT_MS;
  for (;;) {
    const found = await waiting(system, queue);
    if (found >= wanted) return;
    if (performance.now() > end) throw new Error(`${found} deliveries wait, not ${wanted}`);
    await sleep(POLL_MS);
  }
}

async function waiting(system: System, queue: Queue): Promise<number> {
  return Number((await call(system, "GET", `/v1/webhooks/${queue.id}/stats`))["waiting"]);
}

async function accept(rig: Rig, system: System, queue: Queue): Promise<void> {
  await system.ledger("/reset");
  const before = cpuMs(system.pid);
  const result = await publish(rig, system, queue, ACCEPTS);
  queue.acceptCpuMs += cpuMs(system.pid) - before;
  const { counts } = (await system.ledger("/counts")) as { counts: Counts };
  queue.rowsRead += counts.rows_read;
  queue.accepts += result.accepted;
  queue.answersMs.push(...result.answered.map((time, index) => time - (result.sent[index] ?? 0)));
}

/** Has the receiver answer 200 for `DRAIN_MS`, and counts the attempts of that time as settled. */
async function drain(rig: Rig, system: System, queue: Queue): Promise<void> {
  const path = `/v1/webhooks/${queue.id}/deliveries`;
  const page = await call(system, "GET", path);
  const [newest] = page["results"] as { event_id: string }[];
  await rig.receiver.collect();
  await rig.receiver.down(queue.webhook, false);
  const before = cpuMs(system.pid);
  await call(system, "POST", `${path}/${newest?.event_id}/resend`);
  if (!(await rig.receiver.reached(1, TIMEOUT_MS))) throw new Error("the resend did not come");
  await sleep(DRAIN_MS);
  await rig.receiver.down(queue.webhook, true);
  queue.settleCpuMs += cpuMs(system.pid) - before;
  queue.settles += (await rig.receiver.collect()).numbers.length;
  // The attempts that fail now put the receiver into an outage again.
  await sleep(DRAIN_MS / 2);
}
