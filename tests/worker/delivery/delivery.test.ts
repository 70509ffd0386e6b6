// What a receiver gets: the published bytes, the documented headers, the webhook's own headers and
// credentials. And which webhooks get an event.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { event, eventTypes, marks } from "../support/events.ts";
import { fixture } from "../support/fixture.ts";
import { must } from "../support/harness.ts";
import { values } from "../support/receiver.ts";

const { dispatcher, receiver, subscribe } = await fixture({});

/** Bodies that parsing and serializing would change. */
const bodies: [what: string, body: string][] = [
  ["compact", `{"event_type":"QUIZ_COMPLETION"}`],
  [
    "white space of every kind",
    ` \t\r\n{ "event_type"\t:\r\n "QUIZ_COMPLETION" , "a" : [ 1 ,\n2 ] }\n\n  `,
  ],
  ["a final newline", `{"event_type":"QUIZ_COMPLETION"}\n`],
  ["unescaped unicode", `{"event_type":"QUIZ_COMPLETION","name":"Zoë 学習 🎓 \u2028\u200f\ufeff"}`],
  [
    "escaped unicode",
    String.raw`{"event_type":"QUIZ_COMPLETION","name":"Zo\u00eb \uD83C\uDF93 \u2028"}`,
  ],
  [
    "unnecessary escapes",
    String.raw`{"event_type":"QUIZ_COMPLETION","url":"http:\/\/example.com\/\u0041"}`,
  ],
  ["an escaped event type", String.raw`{"event_type":"QUIZ\u005fCOMPLETION"}`],
  ["an escaped key", String.raw`{"event\u005ftype":"QUIZ_COMPLETION"}`],
  ["an escaped NUL", String.raw`{"event_type":"QUIZ_COMPLETION","a":"\u0000"}`],
  [
    "numbers that a float cannot represent",
    `{"event_type":"QUIZ_COMPLETION","n":[1.0,1.10,-0,1E5,1e-7,0.1e1,` +
      `12345678901234567890123,1.7976931348623157e308]}`,
  ],
  ["unsorted keys", `{"z":1,"event_type":"QUIZ_COMPLETION","a":{"2":1,"1":2}}`],
  ["a repeated key", `{"event_type":"QUIZ_COMPLETION","a":1,"a":2}`],
  [
    "an empty key, and names of object properties",
    `{"event_type":"QUIZ_COMPLETION","":0,"__proto__":{"x":1},"constructor":2}`,
  ],
  ["50 nested lists", `{"event_type":"QUIZ_COMPLETION","a":${"[".repeat(50)}${"]".repeat(50)}}`],
  ["HTML and quotes", String.raw`{"event_type":"QUIZ_COMPLETION","a":"<script>&amp;'\"\\"}`],
  ["200 kB", `{"event_type":"QUIZ_COMPLETION","a":"${"é".repeat(100_000)}"}`],
];

describe("the body", { concurrency: 4 }, () => {
  for (const [what, body] of bodies) {
    test(`arrives byte for byte: ${what}`, async () => {
      const { account, mailbox } = await subscribe();
      const answer = must(202, await account.api.text("POST", "/v1/events", body));
      assert.equal(answer.json.event_type, "QUIZ_COMPLETION");
      const [request] = await mailbox.got(1);
      assert.equal(request!.body.toString("utf8"), body);
      assert.deepEqual(request!.body, Buffer.from(body, "utf8"));
    });
  }
});

describe("the request", { concurrency: 4 }, () => {
  test("is a POST with each documented header once, and with a length", async () => {
    const { account, mailbox } = await subscribe();
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    assert.equal(request!.method, "POST");
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
    assert.deepEqual(values(request!, "user-agent"), ["skilljar"]);
    assert.deepEqual(values(request!, "content-length"), [String(request!.body.length)]);
    assert.deepEqual(values(request!, "transfer-encoding"), []);
    assert.deepEqual(values(request!, "authorization"), []);
    assert.deepEqual(values(request!, "cookie"), []);
    assert.deepEqual(values(request!, "host"), [`127.0.0.1:${receiver.port}`]);
  });

  test("keeps the path and the query of the target", async () => {
    const account = await dispatcher.account();
    const mailbox = receiver.mailboxAt("/hooks/a%20b;c?token=x%2Fy&empty=&z=%C3%A9");
    await account.create({ target_url: mailbox.url });
    await account.publish(event("a"));
    await mailbox.got(1);
    assert.deepEqual(receiver.unexpected, []);
  });

  /** The header by RFC 7617 sections 2 and 2.1. The vendor allows one of the two to be empty. */
  const credentials: [username: string, password: string, header: string | undefined][] = [
    ["Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ["test", "123£", "Basic dGVzdDoxMjPCow=="],
    ["user", "", "Basic dXNlcjo="],
    ["", "pass", "Basic OnBhc3M="],
    ["", "", undefined],
    ["user", "a:b:c", "Basic dXNlcjphOmI6Yw=="],
    ["user", "  spaces stay  ", "Basic dXNlcjogIHNwYWNlcyBzdGF5ICA="],
    ["Zoë", "学", `Basic ${Buffer.from("Zoë:学").toString("base64")}`],
  ];
  for (const [username, password, header] of credentials) {
    test(`sends user "${username}", password "${password}" as ${header ?? "nothing"}`, async () => {
      const { account, mailbox } = await subscribe({
        webhook: { basic_auth_username: username, basic_auth_password: password },
      });
      await account.publish(event("a"));
      const [request] = await mailbox.got(1);
      assert.deepEqual(values(request!, "authorization"), header === undefined ? [] : [header]);
    });
  }

  test("has all additional headers together with basic authentication", async () => {
    const { account, mailbox } = await subscribe({
      webhook: {
        basic_auth_username: "customer_username_input",
        basic_auth_password: "customer_password_input",
        additional_headers: {
          "x-my-new-header": "string",
          client_id: "examplestring2",
          client_secret: "abcdefg1234567",
          "X-Odd!#$%&'*+.^_`|~": `~!@ "quoted", \t and \\ more: yes`,
          "x-empty": "",
          ["__proto__"]: "a name like others",
        },
      },
    });
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    assert.deepEqual(values(request!, "x-my-new-header"), ["string"]);
    assert.deepEqual(values(request!, "client_id"), ["examplestring2"]);
    assert.deepEqual(values(request!, "client_secret"), ["abcdefg1234567"]);
    assert.deepEqual(values(request!, "x-odd!#$%&'*+.^_`|~"), [
      `~!@ "quoted", \t and \\ more: yes`,
    ]);
    assert.deepEqual(values(request!, "x-empty"), [""]);
    assert.deepEqual(values(request!, "__proto__"), ["a name like others"]);
    assert.deepEqual(values(request!, "authorization"), [
      "Basic Y3VzdG9tZXJfdXNlcm5hbWVfaW5wdXQ6Y3VzdG9tZXJfcGFzc3dvcmRfaW5wdXQ=",
    ]);
    assert.deepEqual(values(request!, "content-type"), ["application/json"]);
    assert.deepEqual(values(request!, "user-agent"), ["skilljar"]);
  });

  test("has the webhook's own Authorization header", async () => {
    const { account, mailbox } = await subscribe({
      webhook: { additional_headers: { Authorization: "Bearer s3cret" } },
    });
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    assert.deepEqual(values(request!, "authorization"), ["Bearer s3cret"]);
  });

  test("has up to 64 additional headers with 16 kB in total", async () => {
    const headers = Object.fromEntries(
      Array.from({ length: 64 }, (_, n) => [
        `x-header-${n}`.padEnd(16, "x"),
        `${n}`.padEnd(240, "y"),
      ]),
    );
    const { account, mailbox } = await subscribe({ webhook: { additional_headers: headers } });
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    for (const [name, value] of Object.entries(headers))
      assert.deepEqual(values(request!, name), [value]);
  });
});

describe("an event", { concurrency: 4 }, () => {
  test("goes to all webhooks of its type and all webhooks without a type", async () => {
    const account = await dispatcher.account();
    const all = receiver.mailbox();
    const typed = new Map(eventTypes.map((eventType) => [eventType, receiver.mailbox()]));
    await account.create({ target_url: all.url });
    for (const [eventType, mailbox] of typed) {
      await account.create({ target_url: mailbox.url, event_type: eventType });
    }
    for (const eventType of eventTypes) {
      assert.equal(await account.publish(event(eventType, eventType)), 2);
    }
    await all.got(eventTypes.length);
    for (const [eventType, mailbox] of typed) {
      await mailbox.got(1);
      assert.deepEqual(marks(mailbox.texts), [eventType]);
    }
    assert.deepEqual(marks(all.texts).sort(), [...eventTypes].sort());
  });

  test("goes to several webhooks of one type, to each with its own headers", async () => {
    const account = await dispatcher.account();
    const mailboxes = [receiver.mailbox(), receiver.mailbox(), receiver.mailbox()];
    for (const [n, mailbox] of mailboxes.entries()) {
      await account.create({
        target_url: mailbox.url,
        event_type: "PATH_ENROLLMENT",
        additional_headers: { "x-which": `${n}` },
      });
    }
    assert.equal(await account.publish(event("a", "PATH_ENROLLMENT")), 3);
    for (const [n, mailbox] of mailboxes.entries()) {
      const [request] = await mailbox.got(1);
      assert.deepEqual(values(request!, "x-which"), [`${n}`]);
    }
  });

  test("does not go to another account", async () => {
    const [one, other] = [await dispatcher.account(), await dispatcher.account()];
    const [mine, theirs] = [receiver.mailbox(), receiver.mailbox()];
    await one.create({ target_url: mine.url });
    await other.create({ target_url: theirs.url });
    assert.equal(await one.publish(event("mine")), 1);
    assert.equal(await other.publish(event("theirs")), 1);
    await Promise.all([mine.got(1), theirs.got(1)]);
    assert.deepEqual(marks(mine.texts), ["mine"]);
    assert.deepEqual(marks(theirs.texts), ["theirs"]);
  });

  test("is delivered once, also if 40 are published at once", async () => {
    const { account, mailbox } = await subscribe();
    const sent = Array.from({ length: 40 }, (_, n) => `e${n}`);
    await Promise.all(sent.map((mark) => account.publish(event(mark))));
    await mailbox.got(sent.length);
    await account.publish(event("last"));
    await mailbox.got(sent.length + 1);
    assert.deepEqual(marks(mailbox.texts).sort(), [...sent, "last"].sort());
  });
});

describe("a change of a webhook", { concurrency: 4 }, () => {
  test("applies to the next published event", async () => {
    const account = await dispatcher.account();
    const [first, second] = [receiver.mailbox(), receiver.mailbox()];
    const { id } = await account.create({ target_url: first.url, active: false });
    const path = `/v1/webhooks/${id}`;
    assert.equal(await account.publish(event("inactive")), 0);
    must(200, await account.api.patch(path, { active: true }));
    assert.equal(await account.publish(event("active")), 1);
    must(200, await account.api.patch(path, { event_type: "PURCHASE_FULFILLMENT" }));
    assert.equal(await account.publish(event("other type")), 0);
    assert.equal(await account.publish(event("this type", "PURCHASE_FULFILLMENT")), 1);
    await first.got(2);
    must(200, await account.api.put(path, { target_url: second.url, event_type: null }));
    assert.equal(await account.publish(event("moved")), 1);
    await second.got(1);
    must(204, await account.api.delete(path));
    assert.equal(await account.publish(event("deleted")), 0);
    assert.deepEqual(marks(first.texts).sort(), ["active", "this type"]);
    assert.deepEqual(marks(second.texts), ["moved"]);
  });

  test("of headers and credentials applies to the next event", async () => {
    const { account, mailbox, id } = await subscribe({
      webhook: {
        basic_auth_username: "u",
        basic_auth_password: "p",
        additional_headers: { "x-a": "1", "x-b": "2" },
      },
    });
    must(
      200,
      await account.api.patch(`/v1/webhooks/${id}`, {
        basic_auth_password: "q",
        additional_headers: { "x-b": "3", "x-c": "4" },
      }),
    );
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:q")}`]);
    assert.deepEqual(values(request!, "x-a"), []);
    assert.deepEqual(values(request!, "x-b"), ["3"]);
    assert.deepEqual(values(request!, "x-c"), ["4"]);
  });

  test("that writes the webhook back as shown keeps its secrets", async () => {
    const { account, mailbox, webhook: shown } = await subscribe({
      webhook: {
        basic_auth_username: "u",
        basic_auth_password: "p",
        additional_headers: { "x-a": "1", "x-b": "2" },
      },
    });
    must(200, await account.api.put(`/v1/webhooks/${shown.id}`, shown));
    must(
      200,
      await account.api.patch(`/v1/webhooks/${shown.id}`, {
        basic_auth_password: "********",
        additional_headers: { "X-A": "********", "x-c": "3" },
      }),
    );
    await account.publish(event("a"));
    const [request] = await mailbox.got(1);
    assert.deepEqual(values(request!, "authorization"), [`Basic ${btoa("u:p")}`]);
    assert.deepEqual(values(request!, "x-a"), ["1"]);
    assert.deepEqual(values(request!, "x-b"), []);
    assert.deepEqual(values(request!, "x-c"), ["3"]);
  });
});
