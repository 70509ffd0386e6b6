// The answer of a receiver in its charset: it is stored as the text that the receiver meant.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import type { Responder } from "../support/receiver.ts";
import { until } from "../support/wait.ts";

const { subscribe } = await fixture({ vars: { RETRY_BASE_MS: 3_600_000 } });

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const ascii = (text: string) => Buffer.from(text, "latin1");

/** Answers 500 with these bytes. */
const answered = (type: string | undefined, body: Buffer): Responder => (_request, response) => {
  const headers = { "content-length": String(body.length) };
  response.writeHead(500, type === undefined ? headers : { ...headers, "content-type": type });
  response.end(body);
};

/** The stored answer of a receiver that sends these bytes. */
async function stored(type: string | undefined, body: Buffer): Promise<string> {
  const { account, mailbox, path, publish } = await subscribe({ answers: [answered(type, body)] });
  const id = await publish("a");
  await mailbox.answered(1);
  const first = await until("the answer to be settled", async () => {
    const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
    return json.tries[0];
  });
  assert.equal(first.http_status_code, 500);
  return first.answer;
}

const shiftJis = hex("83 47 83 89 81 5b");
const table: [type: string | undefined, body: Buffer, text: string][] = [
  ["text/plain; charset=Shift_JIS", shiftJis, "エラー"],
  ['text/plain; charset="shift_jis"', shiftJis, "エラー"],
  ["text/plain;CHARSET=SJIS; format=flowed", shiftJis, "エラー"],
  ["text/plain; charset=windows-31j", shiftJis, "エラー"],
  ["text/plain; charset=EUC-JP", hex("a5a8 a5e9 a1bc"), "エラー"],
  ["text/plain; charset=iso-2022-jp", hex("1b2442 2528 2569 213c 1b2842"), "エラー"],
  ["text/plain; charset=gb2312", hex("b4ed cef3"), "错误"],
  ["text/plain; charset=gb18030", hex("b4ed cef3"), "错误"],
  ["text/plain; charset=big5", hex("bff9 bb7e"), "錯誤"],
  ["text/plain; charset=euc-kr", hex("bfc0 b7f9"), "오류"],
  ["text/plain; charset=windows-1251", hex("cef8 e8e1 eae0"), "Ошибка"],
  ["text/plain; charset=koi8-r", hex("efdb c9c2 cbc1"), "Ошибка"],
  ["text/plain; charset=iso-8859-1", hex("e9 80"), "é€"],
  ["text/plain; charset=iso-8859-2", hex("e8 b9"), "čš"],
  ["text/plain; charset=utf-16le", hex("4500 7200 f600"), "Erö"],
  ["text/plain; charset=utf-16be", hex("0045 0072 00f6"), "Erö"],
  // A byte order mark says more than the charset.
  ["text/plain", hex("fffe 4500 f600"), "Eö"],
  ["text/plain; charset=utf-8", hex("feff 0045 00f6"), "Eö"],
  ["text/plain; charset=windows-1251", hex("efbbbf c3a9"), "\ufeffé"],
  // What is not said is UTF-8.
  ["text/plain", Buffer.from("é 学"), "é 学"],
  [undefined, Buffer.from("é 学"), "é 学"],
  ["application/json; charset=utf-8", Buffer.from(`{"a":"é"}`), `{"a":"é"}`],
  ["text/plain; charset=UTF8", Buffer.from("é"), "é"],
  ["text/plain; charset=unheard-of", Buffer.from("é"), "é"],
  ["text/plain; charset=", Buffer.from("é"), "é"],
  ["text/plain", hex("83 47"), "\ufffdG"],
  ["application/octet-stream", hex("00 ff"), "\u0000\ufffd"],
  // A document may declare its encoding itself.
  [
    "text/html",
    Buffer.concat([ascii('<html><head><meta charset="Shift_JIS">'), shiftJis]),
    '<html><head><meta charset="Shift_JIS">エラー',
  ],
  [
    "text/html",
    Buffer.concat([
      ascii(`<meta http-equiv=Content-Type content="text/html; charset=EUC-JP">`),
      hex("a5a8"),
    ]),
    '<meta http-equiv=Content-Type content="text/html; charset=EUC-JP">エ',
  ],
  [
    "application/xml",
    Buffer.concat([ascii('<?xml version="1.0" encoding="windows-1251"?><e>'), hex("cef8")]),
    '<?xml version="1.0" encoding="windows-1251"?><e>Ош',
  ],
  ["text/html", Buffer.from("<meta charset=shift_jis>é"), "<meta charset=shift_jis>é"],
];

describe("an answer is stored as text", { concurrency: 4 }, () => {
  for (const [type, body, text] of table) {
    test(`${type ?? "without a type"}: ${text}`, async () => {
      assert.equal(await stored(type, body), text);
    });
  }

  test("that is cut between characters and not within one", async () => {
    const many = Buffer.concat(Array.from({ length: 5_001 }, () => hex("8347")));
    const text = await stored("text/plain; charset=shift_jis", many);
    assert.equal(text, "エ".repeat(341), "the first 1,024 bytes");
    const odd = Buffer.concat([ascii("a"), many]);
    assert.equal(await stored("text/plain; charset=shift_jis", odd), `a${"エ".repeat(341)}`);
    assert.equal(await stored("text/plain; charset=shift_jis", hex("8347 83")), "エ");
  });

  test("without the webhook's secrets, whatever the charset", async () => {
    const secret = "ошибка-swordfish";
    const echo = Buffer.concat([hex("ee f8 e8 e1 ea e0"), ascii("-swordfish")]);
    const { account, mailbox, path, publish } = await subscribe({
      webhook: { basic_auth_password: secret },
      answers: [answered("text/plain; charset=windows-1251", echo)],
    });
    const id = await publish("a");
    await mailbox.answered(1);
    const first = await until("the answer to be settled", async () => {
      const { json } = must(200, await account.api.get(`${path}/deliveries/${id}`));
      return json.tries[0];
    });
    assert.equal(first.answer, "********");
  });
});
