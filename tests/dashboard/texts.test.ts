// What is made for reading and copying: times, URLs, JSON, commands. Without a browser.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { curlOf } from "../../dashboard/src/curl.ts";
import {
  bytes, cutMiddle, duration, eventName, fullTime, percent, readTime, splitUrl, timeTitle,
} from "../../dashboard/src/format.ts";
import { elements, members, pretty, withMember } from "../../dashboard/src/json_text.ts";
import { jsonError, sampleOf, sampleText, withType } from "../../dashboard/src/pages/sample.ts";
import { scheduleText, spanOf } from "../../dashboard/src/schedule.ts";
import type { EventType } from "../../dashboard/src/types.ts";

test("numbers and event types are formatted for reading", () => {
  for (const [ms, text] of [
    [0, "0 ms"],
    [999, "999 ms"],
    [1_000, "1 s"],
    [1_249, "1.2 s"],
    [59_400, "59 s"],
    [60_000, "1 min"],
    [185_000, "3 min 5 s"],
    [7_800_000, "2 h 10 min"],
    [180_494_000, "2 d 2 h"],
  ] as const)
    assert.equal(duration(ms), text);
  for (const [share, text] of [
    [1, "100 %"],
    [0.9996, "99.9 %"],
    [0, "0 %"],
    [0.5, "50 %"],
  ] as const) {
    assert.equal(percent(share), text);
  }
  assert.equal(eventName("VILT_EVENT_REGISTRATION"), "VILT event registration");
  assert.equal(eventName("COURSE_*"), "COURSE_*");
  for (const [number, text] of [
    [999, "999 bytes"],
    [40_960, "41 kB"],
    [1_250_000_000, "1.3 GB"],
  ] as const) {
    assert.equal(bytes(number), text);
  }
});

describe("a time", () => {
  const time = Date.parse("2026-11-27T11:43:07.045Z");
  const inZone = <T>(zone: string, run: () => T): T => {
    const before = process.env["TZ"];
    process.env["TZ"] = zone;
    try {
      return run();
    } finally {
      if (before === undefined) delete process.env["TZ"];
      else process.env["TZ"] = before;
    }
  };

  test("names its zone, in a clock of 24 hours, and its tooltip has UTC", () => {
    // The zone of a format is that of the moment when it was made, so each zone is a process.
    const shown = (zone: string) =>
      execFileSync(
        process.execPath,
        [
          "--input-type=module",
          "--eval",
          `import { fullTime, timeTitle } from ${JSON.stringify(format)};
          const time = ${time};
          const texts = [fullTime(time), fullTime(time + 43_200_000), timeTitle(time)];
          console.log(JSON.stringify(texts));`,
        ],
        { env: { ...process.env, TZ: zone, LANG: "en_US.UTF-8" }, encoding: "utf8" },
      );
    const format = new URL("../../dashboard/src/format.ts", import.meta.url).href;
    for (const [zone, noon, midnight] of [
      ["Europe/Berlin", "27 Nov 2026, 12:43:07 CET", "28 Nov 2026, 00:43:07 CET"],
      ["UTC", "27 Nov 2026, 11:43:07 UTC", "27 Nov 2026, 23:43:07 UTC"],
      ["America/New_York", "27 Nov 2026, 06:43:07 GMT-5", "27 Nov 2026, 18:43:07 GMT-5"],
      ["Asia/Kolkata", "27 Nov 2026, 17:13:07 GMT+5:30", "28 Nov 2026, 05:13:07 GMT+5:30"],
    ] as const) {
      const [local, later, title] = JSON.parse(shown(zone)) as string[];
      assert.deepEqual([local, later], [noon, midnight]);
      assert.equal(title, `${noon}\n2026-11-27 11:43:07.045 UTC`);
    }
  });

  test("is read as people write it, and only if a clock shows it", () => {
    inZone("UTC", () => {
      for (const [text, expected] of [
        ["2026-11-27 14:30", "2026-11-27T14:30:00.000Z"],
        [" 2026-11-27T14:30:05 ", "2026-11-27T14:30:05.000Z"],
        ["2026-11-27", "2026-11-27T00:00:00.000Z"],
        ["2028-02-29 23:59:59", "2028-02-29T23:59:59.000Z"],
      ] as const) {
        assert.equal(new Date(readTime(text)!).toISOString(), expected);
      }
    });
    for (const text of [
      "", "now", "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31 10:00", "2026-11-27 24:00",
      "2026-11-27 10:60", "27.11.2026", "2026-11-27 2 pm", "2026-11-27 14:30 CET",
    ]) {
      assert.equal(readTime(text), undefined, text);
    }
  });

  test("of the page and of its tooltip are the same", () => {
    assert.ok(timeTitle(time).startsWith(fullTime(time)));
  });
});

describe("a URL", () => {
  test("is split as it is written", () => {
    for (const [url, host, path, isSecure] of [
      ["https://a.example/x?y", "a.example", "/x?y", true],
      ["https://a.example", "a.example", "", true],
      ["https://a.example/", "a.example", "", true],
      ["HTTP://Bücher.example/webhöök/空港#z", "Bücher.example", "/webhöök/空港#z", false],
      ["https://[2001:db8::1]:8443?a=/", "[2001:db8::1]:8443", "?a=/", true],
      ["no url", "no url", "", false],
    ] as const) {
      assert.deepEqual(splitUrl(url), { host, path, isSecure }, url);
    }
  });

  test("that is long is cut in the middle, never within a character", () => {
    assert.equal(cutMiddle("abcdef", 6), "abcdef");
    assert.equal(cutMiddle("abcdefg", 6), "abc…fg");
    assert.equal(cutMiddle("abc", 1), "…");
    assert.equal(cutMiddle("🦀".repeat(9), 5), "🦀🦀…🦀🦀");
    for (let most = 1; most < 20; most++) {
      assert.equal(Array.from(cutMiddle("0123456789abcdefghijkl", most)).length, most);
    }
  });
});

const long = "9223372036854775807";

describe("JSON for reading", () => {
  test("has the digits, names and order that were written", () => {
    const text =
      `{"id":${long},"a":[1.50,-0,1E4],"a":{},"e":[ ],` +
      '"s":"a:{b},\\"c\\u00e4","n":{"x":[{}]}}';
    assert.equal(
      pretty(text),
      [
        "{",
        `  "id": ${long},`,
        '  "a": [',
        "    1.50,",
        "    -0,",
        "    1E4",
        "  ],",
        '  "a": {},',
        '  "e": [],',
        '  "s": "a:{b},\\"c\\u00e4",',
        '  "n": {',
        '    "x": [',
        "      {}",
        "    ]",
        "  }",
        "}",
      ].join("\n"),
    );
  });

  test("means the same as before, and is indented as JSON.stringify does it", () => {
    for (const value of [
      0, "", null, true, [], {}, [[]], [{}], { a: [] }, [1, [2, [3, { b: null }]]],
      { "a b": "c,d", e: [false, "]"], "": { "\u2028": "\"\\" } },
    ]) {
      assert.equal(pretty(JSON.stringify(value)), JSON.stringify(value, null, 2));
      assert.equal(pretty(JSON.stringify(value, null, 7)), JSON.stringify(value, null, 2));
      assert.equal(pretty(pretty(JSON.stringify(value))), JSON.stringify(value, null, 2));
    }
  });

  test("that is none stays as it is", () => {
    for (const text of ["", "not found", "{", '{"a":1}}', "<b>{}</b>", "[1,]", "{a:1}", "NaN"]) {
      assert.equal(pretty(text), text);
    }
  });

  test("can be taken apart and changed without a change to the rest", () => {
    const text = `{ "filter" : {"id":{"$gt":${long}}}, "x":[1,{"filter":2}], "e":"a,b" }`;
    assert.deepEqual(
      [...members(text)],
      [["filter", `{"id":{"$gt":${long}}}`], ["x", '[1,{"filter":2}]'], ["e", '"a,b"']],
    );
    assert.deepEqual(elements(`[ {"a":[1,2]} , "x,]" ,${long}]`), ['{"a":[1,2]}', '"x,]"', long]);
    assert.deepEqual([elements("[]"), [...members("{}")]], [[], []]);
    assert.equal(withMember(text, "x", "7"), text.replace('[1,{"filter":2}]', "7"));
    assert.equal(withMember(text, "y", "7"), text);
    assert.deepEqual([...members('{"a":1,"\\u0061":2}')], [["a", "2"]]);
  });
});

describe("a request as a command", () => {
  const sent = {
    method: "POST" as const,
    url: "https://example.com/h/[a]?q={id}&x=it's",
    headers: {
      "Content-Type": "application/json",
      "X-Empty": "",
      Host: "example.com",
      "x-q": "a'b",
    },
    body: `@{"id":${long},\n"note":"it's $HOME \`x\` \\\\"}`,
  };

  test("reaches a program of the shell as it was sent", () => {
    // A function of the shell in place of curl shows what curl would be given.
    const script = `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }\n${curlOf(sent)}`;
    const given = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
    assert.deepEqual(given, [
      "--request", "POST", sent.url, "--globoff",
      "--header", "Content-Type: application/json",
      "--header", "X-Empty;",
      "--header", "x-q: a'b",
      "--data-raw", sent.body,
    ]);
  });

  test("without a body or brackets has no option for them", () => {
    const command = curlOf({ ...sent, url: "https://example.com/", body: null });
    assert.doesNotMatch(command, /--globoff|--data/);
  });
});

test("a retry schedule is said in words", () => {
  assert.equal(spanOf(60, 2_000, 3_600_000), 180_494_000);
  assert.equal(spanOf(0, 2_000, 3_600_000), 0);
  assert.equal(spanOf(3, 5_000, 1_000), 3_000);
  for (const [retry, text] of [
    [{ limit: 12, base_ms: 2_000, max_ms: 1_800_000 }, "12 retries within 1 h 34 min"],
    [{ limit: 1, base_ms: 1_000 }, "1 retry within 1 s"],
    [{ limit: 0 }, "No retry"],
    [{}, "60 retries within 2 d 2 h"],
    [{ limit: null, base_ms: null, max_ms: 60_000 }, "60 retries within 56 min 2 s"],
  ] as const) {
    assert.equal(scheduleText(retry), text);
  }
});

test("an example is an event marked as a test, and replaces no text of the user", () => {
  for (const type of ["COURSE_COMPLETION", "DOMAIN_ENROLLMENT", "ORDER_PAID"]) {
    const event = JSON.parse(sampleOf(type));
    assert.equal(event.event_type, type);
    assert.equal(event.test, true);
    assert.equal(jsonError(sampleOf(type)), undefined);
  }
  assert.equal(withType(sampleOf("A"), "B", []), undefined);
  assert.deepEqual(JSON.parse(withType('{"event_type":"A","mine":1}', "B", [])!), {
    event_type: "B",
    mine: 1,
  });
  assert.equal(withType("{ not yet", "B", []), "{ not yet");
  for (const text of ["{", "[]", "1", "null"]) assert.ok(jsonError(text));
});

test("the example of the catalogue comes first, and keeps its digits when the type changes", () => {
  const example = `{\n  "event_type": "A",\n  "id": ${long}\n}`;
  const catalogue: EventType[] = [
    { name: "A", description: "", example, schema: "", deprecated: false },
    { name: "B", description: "", example: "", schema: "", deprecated: false },
  ];
  assert.equal(sampleText("A", catalogue), example);
  assert.equal(sampleText("B", catalogue), sampleOf("B"));
  assert.equal(withType(example, "B", catalogue), undefined);
  const mine = `{"event_type":"A","id":${long},"x":1}`;
  assert.match(withType(mine, "B", catalogue)!, new RegExp(`"B",\\n  "id": ${long},`));
});
