// What a user of the package writes. It is compiled with all strict checks, and not run.

import {
  ApiError, BadRequest, ConnectionError, RateLimited, WebhookDispatcher,
} from "webhook-dispatcher";
import { expressHandler, fetchHandler, honoHandler, verify } from "webhook-dispatcher/receive";
import express from "express";
import { Hono } from "hono";

const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const client = new WebhookDispatcher({ url: "https://hooks.example.com", apiKey: "key" });

export async function publish(): Promise<number> {
  const published = await client.publish(
    { event_type: "COURSE_COMPLETION", course: { id: "c1" } },
    { idempotencyKey: "course-c1", traceparent },
  );
  const items = await client.publishBatch([{ event_type: "QUIZ_COMPLETION" }]);
  const stored = items.filter((item) => item.status === 202);
  return published.webhooks + (published.held ?? 0) + stored.length;
}

export async function manage(): Promise<string[]> {
  const created = await client.webhooks.create({
    target_url: "https://example.com/hook",
    event_types: ["COURSE_*"],
    filter: { score: { $gte: 80 } },
  });
  const secret: string | undefined = created.signing_secret;
  await client.webhooks.update(created.id, { active: false }, { ifMatch: "*" });
  // @ts-expect-error: a field that a webhook does not have
  await client.webhooks.update(created.id, { colour: "red" });
  const ids: string[] = [secret ?? ""];
  for await (const webhook of client.webhooks.list({ active: true, page_size: 10 }))
    ids.push(webhook.id);
  for await (const delivery of client.deliveries.list(created.id, { status: "undelivered" }))
    ids.push(delivery.event_id, delivery.fault ?? "");
  // @ts-expect-error: a status that does not exist
  client.deliveries.list(created.id, { status: "lost" });
  for await (const delivery of client.deliveries.exportJsonLines(created.id))
    ids.push(delivery.event_type);
  return ids;
}

export function explain(error: unknown): string {
  if (error instanceof BadRequest) return Object.keys(error.fieldErrors).join();
  if (error instanceof RateLimited) return `wait ${error.retryAfterMs ?? 0} ms`;
  if (error instanceof ApiError) return `${error.status} ${error.code} ${error.requestId}`;
  if (error instanceof ConnectionError) return error.message;
  throw error;
}

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

express().post("/hook", expressHandler(secret, {
  COURSE_COMPLETION: (event, delivery) => {
    const type: "COURSE_COMPLETION" = event.event_type;
    console.log(type, delivery.id, delivery.at.toISOString());
  },
  "*": (event) => console.log(event.event_type),
}));

// @ts-expect-error: a type that is not one of the built-in ones
fetchHandler(secret, { COURSE_COMPLETON: () => undefined });

interface OurEvent {
  event_type: "OUR_EVENT";
  ours: number;
}
new Hono().post("/hook", honoHandler<OurEvent>([secret], {
  OUR_EVENT: async (event) => console.log(event.ours + 1),
}));

export async function receive(request: Request): Promise<Response> {
  const event = await verify(request, secret);
  if (event.event_type === "COURSE_COMPLETION") return new Response(null, { status: 204 });
  const ours = await verify<OurEvent>({ headers: request.headers, body: "{}" }, secret);
  return new Response(String(ours.ours), { status: 200 });
}
