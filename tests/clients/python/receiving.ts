// `verify` of the Python client, with real deliveries and with forged ones.

import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Webhook as StandardWebhook } from "standardwebhooks";
import type { Fixture } from "../../worker/support/fixture.ts";
import { signed } from "../../worker/support/signatures.ts";
import { must, programs } from "../support/python.ts";

interface Request {
  headers: Record<string, string>;
  body: Buffer;
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const otherSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

export function testReceiving(python: string, subscribe: Fixture<[]>["subscribe"]): void {
  /** Returns the type of each event, or the class of the error. */
  async function verified(...cases: [Request, string | string[]][]): Promise<string[]> {
    const lines = cases.map(([{ headers, body }, secret]) =>
      JSON.stringify({ headers, body: body.toString("base64"), secret }));
    const input = lines.map((line) => `${line}\n`).join("");
    return (await must([python, join(programs, "verify.py")], { input })).trim().split("\n");
  }

  async function delivery(webhook: Record<string, unknown>) {
    const subscriber = await subscribe({ webhook });
    await subscriber.publish("Zoë ✓");
    const [request] = await subscriber.mailbox.got(1);
    return { ...subscriber, request: { headers: signed(request!), body: request!.body } };
  }

  describe("verify", () => {
    test("accepts a delivery that is signed by HMAC, and no forged one", async () => {
      const { request } = await delivery({ signing_secret: secret });
      const { headers, body } = request;
      const changed = Buffer.from(body.toString("utf8").replace("Zoë", "Zoe"));
      const at = (ms: number) => {
        const when = new Date(Date.now() + ms);
        const signature = new StandardWebhook(secret).sign("a", when, body.toString("utf8"));
        const timestamp = String(Math.floor(when.getTime() / 1_000));
        const own = { "webhook-timestamp": timestamp, "webhook-signature": signature };
        return { headers: { "webhook-id": "a", ...own }, body };
      };
      const { "webhook-id": _, ...withoutId } = headers;
      const upper = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
      );
      const results = await verified(
        [request, secret],
        [{ headers: upper, body }, secret],
        [request, secret.replace(/=*$/, "")],
        [request, [otherSecret, secret]],
        [at(0), secret],
        [{ headers: { ...headers, "webhook-id": "b" }, body }, secret],
        [{ headers, body: changed }, secret],
        [{ headers: withoutId, body }, secret],
        [{ headers: {}, body }, secret],
        [{ headers: { ...headers, "webhook-signature": "v1" }, body }, secret],
        [{ headers: { ...headers, "webhook-timestamp": "soon" }, body }, secret],
        [request, otherSecret],
        [request, []],
        [at(-301_000), secret],
        [at(302_000), secret],
        [request, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        [request, "whsec_*"],
      );
      const good = Array(5).fill("COURSE_ENROLLMENT");
      const forged = Array(10).fill("VerificationError");
      assert.deepEqual(results, [...good, ...forged, "ValueError", "ValueError"]);
    });

    test("accepts what is signed while a secret is rotated, with either", async () => {
      const { account, path, mailbox, publish } = await delivery({ signing_secret: secret });
      await account.api.post(`${path}/rotate-secret`, { signing_secret: otherSecret });
      await publish("after");
      const [, second] = await mailbox.got(2);
      const request = { headers: signed(second!), body: second!.body };
      const types = await verified([request, secret], [request, otherSecret]);
      assert.deepEqual(types, Array(2).fill("COURSE_ENROLLMENT"));
    });

    test("accepts a delivery that is signed by Ed25519, and no forged one", async () => {
      const { request, webhook } = await delivery({ signature: "ed25519" });
      const key = (webhook as { signing_public_key?: string }).signing_public_key!;
      const { headers, body } = request;
      const late = await ed25519(body, -301);
      const early = await ed25519(body, 302);
      const own = await ed25519(body, 0);
      const results = await verified(
        [request, key],
        [request, [otherSecret, key]],
        [own.request, own.key],
        [{ headers, body: Buffer.from(`${body.toString("utf8")} `) }, key],
        [{ headers: { ...headers, "webhook-id": "b" }, body }, key],
        [{ headers: { ...headers, "webhook-signature": "v1a,AAAA" }, body }, key],
        [{ headers: { ...headers, "webhook-timestamp": "-1" }, body }, key],
        [request, own.key],
        [late.request, late.key],
        [early.request, early.key],
        [request, "whpk_AAAA"],
      );
      const good = Array(3).fill("COURSE_ENROLLMENT");
      const forged = Array(7).fill("VerificationError");
      assert.deepEqual(results, [...good, ...forged, "ValueError"]);
    });
  });
}

/** Signs a body with a new key, `seconds` from now. */
async function ed25519(body: Buffer, seconds: number): Promise<{ request: Request; key: string }> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32);
  const timestamp = String(Math.floor(Date.now() / 1_000) + seconds);
  const content = Buffer.concat([Buffer.from(`a.${timestamp}.`), body]);
  const pem = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
  const signature = `v1a,${sign(null, content, pem).toString("base64")}`;
  const headers = {
    "webhook-id": "a", "webhook-timestamp": timestamp, "webhook-signature": `v1,AAAA ${signature}`,
  };
  return { request: { headers, body }, key: `whpk_${raw.toString("base64")}` };
}
