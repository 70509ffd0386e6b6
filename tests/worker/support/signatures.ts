// Verifies deliveries as a receiver does: with two third-party libraries, and with node's Ed25519.

import { createPublicKey, verify } from "node:crypto";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { values, type Received } from "./receiver.ts";

/** Returns the value of a header, which must occur once. */
export function header(request: Received, name: string): string {
  const found = values(request, name);
  if (found.length !== 1) throw new Error(`${name} occurs ${found.length} times`);
  return found[0]!;
}

/** Returns the three headers that sign a delivery. */
export function signed(request: Received): Record<string, string> {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  return Object.fromEntries(names.map((name) => [name, header(request, name)]));
}

/** Whether both libraries verify a delivery with this secret. They must agree. */
export function isSignedWith(secret: string, request: Received): boolean {
  const headers = signed(request);
  const body = request.body.toString("utf8");
  const verdicts = [new StandardWebhook(secret), new SvixWebhook(secret)].map((library) => {
    try {
      library.verify(body, headers);
      return true;
    } catch {
      return false;
    }
  });
  if (verdicts[0] !== verdicts[1]) throw new Error(`the libraries disagree: ${verdicts}`);
  return verdicts[0]!;
}

/** The prefix of a 32-byte key in its SPKI encoding (RFC 8410 section 10.1). */
const spki = Buffer.from("302a300506032b6570032100", "hex");

/** Whether a delivery is signed with the private half of this `whpk_` key. */
export function isSignedBy(publicKey: string, request: Received): boolean {
  const raw = Buffer.from(publicKey.slice("whpk_".length), "base64");
  const der = Buffer.concat([spki, raw]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  const headers = signed(request);
  const head = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.`;
  const content = Buffer.concat([Buffer.from(head), request.body]);
  return versions(request)
    .filter(([version]) => version === "v1a")
    .some(([, signature]) => verify(null, content, key, Buffer.from(signature!, "base64")));
}

/** Returns the signatures of a delivery, each as its version and its base64. */
export function versions(request: Received): string[][] {
  return header(request, "webhook-signature")
    .split(" ")
    .map((token) => token.split(","));
}
