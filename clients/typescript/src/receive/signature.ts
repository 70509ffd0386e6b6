// Checks the signature of a delivery (Standard Webhooks 1.0.0): HMAC by the library, Ed25519 by the
// runtime's Web Crypto.

import { Webhook, WebhookVerificationError } from "standardwebhooks";

/** The delivery is not signed with the key, is too old, or is no delivery. */
export class VerificationError extends Error {
  override name = "VerificationError";
}

/** The headers that are signed or carry signatures. */
export interface SignatureHeaders {
  id: string;
  timestamp: string;
  signature: string;
}

const PUBLIC_KEY_PREFIX = "whpk_";
const SECRET_PREFIX = "whsec_";
const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** How far the timestamp may be from the clock, as in the library. */
const TOLERANCE_SECONDS = 5 * 60;

/** Checks the signature with any of the keys: `whsec_…` secrets or `whpk_…` public keys. */
export async function check(
  keys: readonly string[],
  headers: SignatureHeaders,
  body: string,
): Promise<void> {
  if (keys.length === 0) throw new TypeError("there is no key to verify with");
  let failure: unknown;
  for (const key of keys) {
    try {
      if (key.startsWith(PUBLIC_KEY_PREFIX)) return await checkEd25519(key, headers, body);
      return checkHmac(key, headers, body);
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

function checkHmac(key: string, headers: SignatureHeaders, body: string): void {
  if (!key.startsWith(SECRET_PREFIX))
    throw new TypeError("a key begins with whsec_ (a secret) or whpk_ (a public key)");
  try {
    new Webhook(key).verify(
      body,
      {
        "webhook-id": headers.id,
        "webhook-timestamp": headers.timestamp,
        "webhook-signature": headers.signature,
      },
      { jsonParse: false },
    );
  } catch (error) {
    if (error instanceof WebhookVerificationError)
      throw new VerificationError(error.message, { cause: error });
    throw error;
  }
}

async function checkEd25519(key: string, headers: SignatureHeaders, body: string): Promise<void> {
  checkTimestamp(headers.timestamp);
  const bytes = fromBase64(key.slice(PUBLIC_KEY_PREFIX.length));
  if (bytes?.length !== PUBLIC_KEY_BYTES)
    throw new TypeError(`a public key is ${PUBLIC_KEY_PREFIX} and the base64 of 32 bytes`);
  const algorithm = { name: "Ed25519" };
  const publicKey = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  const signed = new TextEncoder().encode(`${headers.id}.${headers.timestamp}.${body}`);
  for (const versioned of headers.signature.split(" ")) {
    const [version, text] = versioned.split(",");
    const signature = version === "v1a" ? fromBase64(text ?? "") : undefined;
    if (signature?.length !== SIGNATURE_BYTES) continue;
    if (await crypto.subtle.verify(algorithm, publicKey, signature, signed)) return;
  }
  throw new VerificationError("No matching signature found");
}

function checkTimestamp(text: string): void {
  if (!/^\d{1,12}$/.test(text)) throw new VerificationError("Invalid Signature Headers");
  const age = Math.floor(Date.now() / 1_000) - Number(text);
  if (age > TOLERANCE_SECONDS) throw new VerificationError("Message timestamp too old");
  if (age < -TOLERANCE_SECONDS) throw new VerificationError("Message timestamp too new");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
