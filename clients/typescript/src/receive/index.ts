// What receivers of webhooks need: to check deliveries, and handlers for servers.

export type { AnyEvent, EventOf, WebhookEvent } from "./events.ts";
export {
  expressHandler, fetchHandler, honoHandler,
  type EventHandler, type EventHandlers, type ExpressRequest, type ExpressResponse,
  type ReceiveOptions,
} from "./handlers.ts";
export { VerificationError } from "./signature.ts";
export {
  verify, verifyDelivery, type Delivery, type HeadersLike, type Keys, type RawDelivery,
} from "./verify.ts";
