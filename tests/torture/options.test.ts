// The command line, and choices that a seed repeats.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "./answers.ts";
import { optionsFrom, UsageError } from "./options.ts";
import { Random } from "./random.ts";

test("options have defaults, and the time grows with the kills", () => {
  const { seed, ...rest } = optionsFrom([])!;
  assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
  const defaults = { kills: 100, minutes: 8, webhooks: 8, disk: undefined, keeps: false };
  assert.deepEqual(rest, defaults);
  assert.equal(optionsFrom(["--kills", "1000"])!.minutes, 53);
  const all = "--kills 5 --seed 7 --minutes 1 --webhooks 20 --disk rlimit --keep".split(" ");
  assert.deepEqual(optionsFrom(all), {
    kills: 5, seed: 7, minutes: 1, webhooks: 20, disk: "rlimit", keeps: true,
  });
  assert.equal(optionsFrom(["--help"]), undefined);
});

test("a bad option is named", () => {
  for (const [args, message] of [
    [["--kills", "0"], /--kills is "0", which is not a whole number from 1 to/],
    [["--kills", "many"], /--kills is "many"/],
    [["--kills", "1.5"], /--kills is "1.5"/],
    [["--kills"], /--kills/],
    [["--seed", "4294967296"], /--seed is "4294967296", .* from 0 to 4294967295/],
    [["--minutes", "0"], /--minutes is "0"/],
    [["--webhooks", "1000"], /--webhooks is "1000"/],
    [["--disk", "floppy"], /--disk is "floppy", which is none of tmpfs, rlimit, none/],
    [["--deaths", "3"], /--deaths/],
    [["3"], /3/],
  ] as const) {
    assert.throws(() => optionsFrom([...args]), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});

test("a seed repeats its choices, and another one makes others", () => {
  const choices = (seed: number, stream: string) => {
    const answers = new Answers(seed, stream, "retry_4xx");
    return Array.from({ length: 200 }, (_, index) => answers.next(index * 100)).join(" ");
  };
  assert.equal(choices(1, "receiver 0"), choices(1, "receiver 0"));
  assert.notEqual(choices(1, "receiver 0"), choices(2, "receiver 0"));
  assert.notEqual(choices(1, "receiver 0"), choices(1, "receiver 1"));
});

test("choices have their weights", () => {
  const random = new Random(1, "weights");
  const counts = { often: 0, seldom: 0, never: 0 };
  for (let time = 0; time < 10_000; time += 1) {
    counts[random.weighted({ often: 9, seldom: 1, never: 0 })] += 1;
  }
  assert.equal(counts.never, 0);
  assert.ok(counts.seldom > 800 && counts.seldom < 1_200, `${counts.seldom} of 10,000`);
  const whole = new Set(Array.from({ length: 1_000 }, () => random.integer(2, 4)));
  assert.deepEqual([...whole].sort(), [2, 3, 4]);
});

test("a receiver that is down fails in one way, and every way occurs", () => {
  const answers = new Answers(1, "receiver", "rejecting");
  const seen = new Set(Array.from({ length: 5_000 }, (_, index) => answers.next(index * 20)));
  for (const answer of ["ok", "slow", "error", "busy", "reset", "close", "hang", 400, 404, 410]) {
    assert.ok(seen.has(answer as never), `no ${answer} in ${[...seen].join(" ")}`);
  }
});
