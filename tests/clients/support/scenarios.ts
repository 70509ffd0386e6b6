// Runs clients/scenarios.json with a client that somebody else drives. clients/README.md explains
// the table.

import assert from "node:assert/strict";
import { documentText } from "../../worker/support/document.ts";
import { until } from "../../worker/support/wait.ts";
import type { Call, Outcome } from "./python.ts";

interface Expectation {
  status?: number;
  error?: string;
  equals?: Record<string, unknown>;
  has?: string[];
  length?: Record<string, number>;
  contains?: Record<string, string>;
  some?: Record<string, unknown>;
}

interface Step extends Call {
  as?: "account" | "publisher" | "admin" | "stranger";
  save?: Record<string, string>;
  until?: boolean;
  expect?: Expectation;
}

export interface Scenario {
  name: string;
  steps: Step[];
}

/** The keys of a scenario, by role. */
export type Keys = Record<NonNullable<Step["as"]>, string>;

export const scenarios = (): Scenario[] => JSON.parse(documentText("clients/scenarios.json"));

/** Runs a scenario. `make` makes a call with a key. */
export async function runScenario(
  scenario: Scenario,
  keys: Keys,
  variables: Record<string, string>,
  make: (call: Call, key: string) => Promise<Outcome>,
): Promise<void> {
  const saved = { ...variables };
  for (const [index, step] of scenario.steps.entries()) {
    const { as = "account", save, until: repeats, expect = {}, ...call } = filled(step, saved);
    const attempt = async () => {
      const outcome = await make(call, keys[as]);
      check(outcome, expect);
      return outcome;
    };
    let last: unknown;
    const where = () => `step ${index + 1}, ${call.call}: ${String(last)}`;
    const outcome = await until(where, () => attempt().catch((error: unknown) => {
      last = error;
      if (repeats === true) return undefined;
      throw new Error(where(), { cause: error });
    }));
    for (const [name, pointer] of Object.entries(save ?? {}))
      saved[name] = String(at(outcome.answer, pointer));
  }
}

/** Returns the value with its `${name}`s replaced. */
function filled<Value>(value: Value, variables: Record<string, string>): Value {
  const text = (raw: string) => raw.replace(/\$\{(\w+)\}/g, (_, name: string) => {
    const found = variables[name];
    assert.ok(found !== undefined, `no variable is named ${name}`);
    return found;
  });
  const fill = (part: unknown): unknown => {
    if (typeof part === "string") return text(part);
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, fill(one)]));
  };
  return fill(value) as Value;
}

function check({ answer, error }: Outcome, expect: Expectation): void {
  if (expect.status === undefined && expect.error === undefined) {
    assert.equal(error, undefined, `it failed: ${JSON.stringify(error)}`);
  } else {
    assert.ok(error !== undefined, `it succeeded: ${JSON.stringify(answer)}`);
    if (expect.status !== undefined) assert.equal(error["status"], expect.status);
    if (expect.error !== undefined) assert.equal(error.class, expect.error);
  }
  const value: unknown = error ?? answer;
  const shown = JSON.stringify(value);
  for (const [pointer, wanted] of Object.entries(expect.equals ?? {}))
    assert.deepEqual(at(value, pointer), wanted, `${pointer} of ${shown}`);
  for (const pointer of expect.has ?? [])
    assert.ok(at(value, pointer) != null, `there is no ${pointer} in ${shown}`);
  for (const [pointer, length] of Object.entries(expect.length ?? {}))
    assert.equal((at(value, pointer) as unknown[]).length, length, `${pointer} of ${shown}`);
  for (const [pointer, part] of Object.entries(expect.contains ?? {}))
    assert.ok(String(at(value, pointer)).includes(part), `no ${part} in ${pointer} of ${shown}`);
  if (expect.some !== undefined) assert.ok(isSome(value, expect.some), `none of ${shown}`);
}

const isSome = (list: unknown, wanted: Record<string, unknown>): boolean =>
  (list as unknown[]).some((item) =>
    Object.entries(wanted).every(([pointer, value]) => at(item, pointer) === value));

/** Returns what a JSON pointer leads to, or undefined. */
function at(value: unknown, pointer: string): unknown {
  const names = pointer.split("/").slice(1);
  const unescaped = names.map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return unescaped.reduce<any>((part, name) => part?.[name], value);
}
