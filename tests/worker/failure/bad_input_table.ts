// Bad input: bodies, content types, values and credentials that must be refused.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { nowhere } from "../support/receiver.ts";

type Table = [what: string, body: string | Uint8Array<ArrayBuffer>][];

const bytes = (...values: number[]) => new Uint8Array(values);
const documented: { verbatim: string }[] = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../vectors/seed-bodies.json"), "utf8"),
);

/** Bodies that are no webhook, no update of a webhook, and no event. */
export const bodies: Table = [
  ...documented.map(({ verbatim }, index): [string, string] => [
    `the vendor's example ${index + 1}, which lacks a comma`,
    verbatim,
  ]),
  ["text that is not JSON", "nope"],
  ["an open brace", "{"],
  ["a closing brace", "}"],
  ["100,000 open brackets", "[".repeat(100_000)],
  ["60,000 open brackets", "[".repeat(60_000)],
  ["60,000 balanced brackets", "[".repeat(30_000) + "]".repeat(30_000)],
  [
    "10,000 nested objects",
    `{"target_url":0,"event_type":0,"a":${`{"a":`.repeat(10_000)}1${"}".repeat(10_000)}}`,
  ],
  ["deep nesting in target_url", `{"target_url":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
  ["deep nesting in event_type", `{"event_type":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
  ["a lone surrogate", String.raw`{"target_url":"\ud800","event_type":"\udfff"}`],
  ["a lone surrogate in a key", String.raw`{"\ud800":1,"target_url":""}`],
  [
    "surrogates in the wrong order",
    String.raw`{"target_url":"http:\/\/example.com\/\udc00\ud800","event_type":"\udc00\ud800"}`,
  ],
  ["an encoded surrogate", bytes(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d)],
  ["a NUL", "\u0000"],
  ["NULs in strings", String.raw`{"target_url":"\u0000","event_type":"\u0000"}`],
  ["a NUL between tokens", `{"target_url"\u0000:"x"}`],
  ["bytes that are not UTF-8", bytes(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d)],
  ["truncated UTF-8", bytes(0x22, 0xe5, 0xad)],
  ["an overlong encoding", bytes(0x22, 0xc0, 0x80, 0x22)],
  ["UTF-16", Buffer.from(`\ufeff{"target_url":"${nowhere}"}`, "utf16le")],
  [
    "two byte order marks",
    `\ufeff\ufeff{"target_url":"${nowhere}","event_type":"QUIZ_COMPLETION"}`,
  ],
  [
    "numbers beyond every range",
    `{"target_url":1e999999,"active":-1e999999,"event_type":${"9".repeat(5_000)}}`,
  ],
  ["minus zero", "-0"],
  [
    "a wrong type in every field",
    JSON.stringify({
      target_url: {},
      active: [],
      event_type: {},
      basic_auth_username: [],
      basic_auth_password: {},
      additional_headers: 7,
    }),
  ],
  [
    "fields named __proto__",
    `{"target_url":{"__proto__":null},"event_type":{"__proto__":null},"__proto__":[]}`,
  ],
  ["a list of lists", "[[[]]]"],
  ["null", "null"],
  ["a string of 60,000 characters", JSON.stringify("x".repeat(60_000))],
  [
    "an event type of 60,000 characters",
    JSON.stringify({ target_url: 0, event_type: "x".repeat(60_000) }),
  ],
  ["600 kB", `{"target_url":"${"x".repeat(600_000)}","event_type":"QUIZ_COMPLETION"}`],
  ["10 MB", `{"target_url":"${"x".repeat(10_000_000)}","event_type":"QUIZ_COMPLETION"}`],
  ["10 MB of white space", " ".repeat(10_000_000)],
];

export const contentTypes = [
  "",
  "text/plain",
  "application/xml",
  "application/octet-stream",
  "application/json-patch+json",
  "application/jsonx",
  "json",
  "/",
  ";",
  "application/json/x",
  "application/x-www-form-urlencodedx",
  "multipart/mixed; boundary=a",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  `multipart/form-data; boundary="`,
  "multipart/form-data; charset=x",
  "x".repeat(10_000),
  `multipart/form-data; boundary=${"b".repeat(10_000)}`,
];

/** Bodies of forms that create no webhook. */
export const forms: Table = [
  ["broken escapes", "target_url=%&active=%zz&%=1"],
  ["escaped bytes that are not UTF-8", "target_url=%ff%fe&event_type=%c0%80"],
  ["raw bytes that are not UTF-8", bytes(0x61, 0x3d, 0xff)],
  ["a NUL", "target_url=%00"],
  ["a surrogate", "target_url=%ed%a0%80"],
  ["separators only", "&&&===&&"],
  ["10,000 fields", "target_url=&" + "a=b&".repeat(10_000)],
  ["one name 4,000 times", "target_url=x&".repeat(4_000)],
  ["deep nesting in additional_headers", `target_url=x&additional_headers=${"[".repeat(30_000)}`],
  [
    "headers with a lone surrogate",
    `target_url=x&additional_headers=${encodeURIComponent(String.raw`{"\ud800":"\ud800"}`)}`,
  ],
  ["JSON", `{"target_url":"${nowhere}"}`],
];

const part = (head: string, body: string) => `--b\r\n${head}\r\n\r\n${body}\r\n`;
const named = `Content-Disposition: form-data; name="target_url"`;

/** Bodies of `multipart/form-data; boundary=b` that create no webhook. */
export const multiparts: Table = [
  ["nothing", ""],
  ["no parts", "--b--\r\n"],
  ["another boundary", "--c\r\n\r\n--c--"],
  ["a part without headers", "--b\r\n\r\nx\r\n--b--"],
  ["a part without a name", `${part("Content-Disposition: form-data", "x")}--b--`],
  ["a part that ends in its headers", "--b\r\nContent-Disp"],
  [
    "a name that does not end",
    `${part(`Content-Disposition: form-data; name="target_url`, "x")}--b--`,
  ],
  ["a NUL", `${part(named, "\u0000")}--b--`],
  ["a file", `${part(`${named}; filename="a.txt"\r\nContent-Type: text/plain`, nowhere)}--b--`],
  [
    "bytes that are not UTF-8",
    Buffer.concat([
      Buffer.from(`--b\r\n${named}\r\n\r\n`),
      bytes(0xff, 0xfe),
      Buffer.from("\r\n--b--"),
    ]),
  ],
  ["500 parts", `${part(named, "").repeat(500)}--b--`],
];

/** JSON values of all types, for each field. */
export const values = [
  "null",
  "true",
  "0",
  "-1",
  "1.5",
  "1e400",
  `""`,
  `" "`,
  `"x"`,
  String.raw`"\u0000"`,
  String.raw`"\ud800"`,
  "[]",
  "[null]",
  "{}",
  `{"a":null}`,
  `{"":""}`,
  `["\u0000"]`,
  `"${"x".repeat(20_000)}"`,
  `{"${"x".repeat(20_000)}":"x"}`,
  `"\u202e\u0007"`,
];

/** Headers that might add a line to a delivery, or change where its body ends. */
export const injections = [
  { "x-a": "1\r\nx-injected: 1" },
  { "x-a": "1\nx-injected: 1" },
  { "x-a": "1\r\n\r\nPOST / HTTP/1.1" },
  { "x-a\r\nx-injected": "1" },
  { "x-a: 1\r\nx-injected": "1" },
  { "x-a": "1\u2028x-injected: 1" },
  { "x-a": "1\u0085x-injected: 1" },
  { "x-a": "1\u010dx\u010a" },
  { "content-length": "0" },
  { "Transfer-Encoding": "chunked" },
  { host: "example.com" },
];

export const authorizations = [
  "Basic",
  "Basic ",
  "Basic =",
  "Basic ====",
  "Basic !!!!",
  "Basic YQ",
  "Basic YQ=",
  "Basic YQ==YQ==",
  "Basic /w==",
  "Basic //79",
  "Basic AAAA",
  `Basic ${"A".repeat(30_000)}`,
  `Basic ${Buffer.from([0xff, 0xfe, 0x3a]).toString("base64")}`,
  `Basic ${Buffer.from("\u0000:").toString("base64")}`,
  "Bearer",
  "Bearer ",
  "Bearer a b",
  "Bearer \u00e9",
  "basic\u00a0x",
  "\u00ff",
  ",",
  "Basic,Bearer",
  `Bearer ${"=".repeat(30_000)}`,
];
