// The frames of `GET /v1/listen`: JSON texts, one for each message of the WebSocket.

/** The first frame of a connection. The keys are there only when the webhook is new. */
export interface Ready {
  type: "ready";
  webhook_id: string;
  signing_secret: string | null;
  signing_public_key?: string;
  /** How long the webhook stays without a connection. */
  grace_seconds: number;
}

/** A delivery that is to be answered. */
export interface Delivery {
  type: "delivery";
  /** Unique in the connection. */
  id: string | number;
  method: string;
  headers: [name: string, value: string][];
  body: string;
  /** How long the answer is waited for. */
  timeout_ms: number;
}

/** The answer to a delivery is not waited for any more. */
export interface Cancel {
  type: "cancel";
  id: string | number;
}

export type ServerFrame = Ready | Delivery | Cancel;

/** Why there is no answer. The dispatcher finds the other faults itself. */
export type Fault =
  | "refused" | "reset" | "dns" | "tls" | "certificate" | "timeout_connect" | "not_http";

export interface Answer {
  status: number;
  headers: [name: string, value: string][];
  /** The start of the body. */
  body: string;
}

export interface Failure {
  fault: Fault;
  detail: string;
}

export type Reply = Answer | Failure;

/** Why the dispatcher closes a connection for good. */
export const CLOSE_REASONS: Record<number, string> = {
  4000: "Another listener has taken over this webhook.",
  4001: "The webhook was deleted.",
  4002: "The dispatcher did not understand this version of the command: update one of them.",
};

/** Reads a frame. Returns undefined for what later releases may add. */
export function frameOf(text: string): ServerFrame | undefined {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    return undefined;
  }
  const type = (frame as { type?: unknown } | null)?.type;
  return ["ready", "delivery", "cancel"].includes(type as string)
    ? (frame as ServerFrame)
    : undefined;
}

/** Returns the frame with what came of a delivery. */
export function replyFrame(id: string | number, reply: Reply): string {
  const type = "fault" in reply ? "failure" : "answer";
  return JSON.stringify({ type, id, ...reply });
}
