// The package's entry: the client, its errors and its types.

export {
  PartialBatchError, WebhookDispatcher,
  type BatchOptions, type BatchResult, type NewEvent, type PublishOptions,
} from "./client.ts";
export type { ImportedWebhook } from "./calls/admin.ts";
export type { DeliveryFilters, DeliverySelection } from "./calls/deliveries.ts";
export type { ChangeOptions, CreateOptions, WebhookFilters } from "./calls/webhooks.ts";
export {
  ApiError, BadRequest, Conflict, ConnectionError, DispatcherError, Forbidden, NotFound,
  PreconditionFailed, RateLimited, Unauthorized, Unavailable, type Failure,
} from "./errors.ts";
export { Pages } from "./pages.ts";
export type { components, operations, paths } from "./schema.ts";
export type { CallOptions, ClientOptions } from "./transport.ts";
export type {
  AnswerOf, BodyOf, FiltersOf, ItemOf, OperationId, QueryOf,
} from "./types.ts";
export { VERSION } from "./version.ts";
