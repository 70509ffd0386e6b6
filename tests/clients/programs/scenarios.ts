// Runs clients/scenarios.json with the installed package. It uses nothing of Node, so that it runs
// in every runtime. clients/README.md explains the table.

import { ApiError, WebhookDispatcher } from "webhook-dispatcher";
import { call, type Step } from "./calls.ts";

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
type Role = "account" | "publisher" | "admin" | "stranger";

interface Expectation {
  status?: number;
  error?: string;
  equals?: Record<string, Json>;
  has?: string[];
  length?: Record<string, number>;
  contains?: Record<string, string>;
  some?: Record<string, Json>;
}

export interface ScenarioStep extends Step {
  call: string;
  as?: Role;
  save?: Record<string, string>;
  until?: boolean;
  expect?: Expectation;
}

export interface Scenario {
  name: string;
  steps: ScenarioStep[];
}

export interface Orders {
  scenarios: Scenario[];
  url: string;
  adminKey: string;
  receiver: string;
  /** Begins the names of the accounts. */
  runtime: string;
}

/** What came of a scenario: `failure` is undefined if it passed. */
export interface Outcome {
  name: string;
  steps: number;
  failure?: string;
}

const UNTIL_MS = 20_000;
const POLL_MS = 25;

export async function runScenarios(orders: Orders): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [number, scenario] of orders.scenarios.entries())
    outcomes.push(await runScenario(orders, scenario, number));
  return outcomes;
}

async function runScenario(orders: Orders, scenario: Scenario, number: number): Promise<Outcome> {
  const unique = crypto.randomUUID();
  const account = `${orders.runtime}-${number}-${unique.slice(0, 8)}`;
  const clients = await clientsOf(orders, account);
  const variables: Record<string, string> = { account, unique, receiver: orders.receiver };
  let steps = 0;
  try {
    for (const raw of scenario.steps) {
      const step = filled(raw as unknown as Json, variables) as unknown as ScenarioStep;
      const answer = await runStep(clients[step.as ?? "account"], step);
      for (const [name, pointer] of Object.entries(step.save ?? {}))
        variables[name] = String(at(answer, pointer));
      steps += 1;
    }
    return { name: scenario.name, steps };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const { call: name } = scenario.steps[steps]!;
    return { name: scenario.name, steps, failure: `step ${steps + 1}, ${name}: ${text}` };
  }
}

async function clientsOf(
  orders: Orders,
  account: string,
): Promise<Record<Role, WebhookDispatcher>> {
  const { url } = orders;
  const client = (apiKey: string) => new WebhookDispatcher({ url, apiKey });
  const admin = client(orders.adminKey);
  const scopes = ["webhooks:read", "webhooks:write", "events:write"] as const;
  const full = await admin.admin.keys.create({ account, name: "all", scopes: [...scopes] });
  const publisher = await admin.admin.keys.create({
    account, name: "publisher", scopes: ["events:write"],
  });
  return {
    account: client(full.key),
    publisher: client(publisher.key),
    admin,
    stranger: client("no-such-key"),
  };
}

/** Makes the call until its answer is as expected, or once. Returns what pointers read. */
async function runStep(client: WebhookDispatcher, step: ScenarioStep): Promise<Json> {
  const end = Date.now() + UNTIL_MS;
  for (;;) {
    const { answer, error } = await answerOf(client, step);
    const complaint = complaintOf(step.expect ?? {}, answer, error);
    if (complaint === undefined) return answer;
    if (step.until !== true || Date.now() > end)
      throw new Error(`${complaint}. The answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function answerOf(
  client: WebhookDispatcher,
  step: ScenarioStep,
): Promise<{ answer: Json; error?: ApiError }> {
  try {
    const answer = await call(client, step.call, step);
    return { answer: (answer ?? null) as Json };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, code, detail, fieldErrors, requestId } = error;
    return {
      answer: { status, code, detail, field_errors: fieldErrors, request_id: requestId },
      error,
    };
  }
}

/** Returns how an answer differs from what is expected. */
function complaintOf(
  expected: Expectation,
  answer: Json,
  error: ApiError | undefined,
): string | undefined {
  if (error?.status !== expected.status || error?.constructor.name !== expected.error) {
    const wanted = `${expected.error ?? "success"} ${expected.status ?? ""}`.trim();
    return `expected ${wanted}, got ${error === undefined ? "success" : String(error)}`;
  }
  for (const [pointer, value] of Object.entries(expected.equals ?? {}))
    if (!isSame(at(answer, pointer), value))
      return `${pointer} is ${JSON.stringify(at(answer, pointer))}, not ${JSON.stringify(value)}`;
  for (const pointer of expected.has ?? [])
    if ((at(answer, pointer) ?? null) === null) return `${pointer} is missing`;
  for (const [pointer, length] of Object.entries(expected.length ?? {})) {
    const found = at(answer, pointer);
    if (!Array.isArray(found) || found.length !== length)
      return `the length of ${pointer} is not ${length}`;
  }
  for (const [pointer, part] of Object.entries(expected.contains ?? {}))
    if (!String(at(answer, pointer)).includes(part)) return `${pointer} does not contain ${part}`;
  return complaintOfSome(expected.some, answer);
}

function complaintOfSome(some: Expectation["some"], answer: Json): string | undefined {
  if (some === undefined) return undefined;
  const matches = (item: Json) =>
    Object.entries(some).every(([pointer, value]) => isSame(at(item, pointer), value));
  const isThere = Array.isArray(answer) && answer.some(matches);
  return isThere ? undefined : `no item has ${JSON.stringify(some)}`;
}

const isSame = (one: Json | undefined, other: Json): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Reads a JSON pointer (RFC 6901). */
function at(value: Json | undefined, pointer: string): Json | undefined {
  const names = pointer.split("/").slice(1);
  return names.reduce<Json | undefined>((found, name) => {
    if (typeof found !== "object" || found === null) return undefined;
    const key = name.replaceAll("~1", "/").replaceAll("~0", "~");
    return (found as { [member: string]: Json })[key];
  }, value);
}

/** Replaces the variables in all texts. */
function filled(value: Json, variables: Record<string, string>): Json {
  if (typeof value === "string")
    return value.replaceAll(/\$\{(\w+)\}/g, (all, name: string) => variables[name] ?? all);
  if (Array.isArray(value)) return value.map((item) => filled(item, variables));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, filled(item, variables)]),
  );
}
