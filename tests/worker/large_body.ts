// Sending a body that will be refused for its size, as a patient client does.

import { request } from "node:http";
import type { Answer } from "./api.ts";

/**
 * Sends the first 300 kB, and the rest only when no answer comes: a dispatcher that refuses a body
 * by its length closes the connection, and a client that is still writing then would not see the
 * answer.
 */
export function sendLarge(
  method: string,
  url: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
): Promise<Answer> {
  const whole = Buffer.from(body);
  const firstBytes = 300_000;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method,
      headers: { ...headers, connection: "close" },
    });
    const rest = setTimeout(() => sent.end(whole.subarray(firstBytes)), 1_000);
    sent.once("response", async (response) => {
      clearTimeout(rest);
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      sent.destroy();
      const text = Buffer.concat(chunks).toString("utf8");
      const answer = { status: response.statusCode ?? 0, headers: new Headers(), text };
      try {
        resolve({ ...answer, json: JSON.parse(text) });
      } catch {
        resolve({ ...answer, json: undefined });
      }
    });
    sent.once("error", reject);
    sent.write(whole.subarray(0, firstBytes));
  });
}
