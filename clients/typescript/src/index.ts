// The package's entry: the client, its errors and its types.

export {
  WebhookDispatcher, type BatchOptions, type NewEvent, type PublishOptions,
} from "./client.ts";
export type { WebhookImport } from "./calls/admin.ts";
export type { DeliveryFilters, DeliverySelection } from "./calls/deliveries.ts";
export type { ChangeOptions, CreateOptions, WebhookFilters } from "./calls/webhooks.ts";
export {
  ApiError, BadRequest, Conflict, ConnectionError, DispatcherError, Forbidden, NotFound,
  PartialBatchError, PreconditionFailed, RateLimited, Unauthorized, Unavailable, type Failure,
} from "./errors.ts";
export { Pages } from "./pages.ts";
export type { components, operations, paths } from "./schema.ts";
export type {
  AccountDeletion, AccountDetail, AccountState, AccountSummary, AlertPut, AttemptCause,
  AuditAction, AuditEntry, BatchAccepted, BatchItem, BatchRejected, CreatedKey, CreatedWebhook,
  DeactivateReason, Delivery, DeliveryAttempt, DeliveryDetail, DeliveryFault, DeliveryRequest,
  DeliveryStatus, ErrorCode, EventDelivery, EventDetail, EventType, EventTypeName,
  FilterMismatch, FilterTest, FilterVerdict, GrantedScope, Health, ImportFailure, ImportItem,
  ImportedWebhook, Key, KeyInfo, KeyRequest, MissedStatus, PingResult, PortalLink, PortalRequest,
  PublishedEvent, RecoverRequest, Recovery, RecoveryState, RefusalReason, RefusedEvent,
  RetryOptions, RetrySettings, Rotation, SampleList, Scope, SeriesStep, SignatureScheme, Signing,
  TypeDefinition, WaitReason, Webhook, WebhookCreate, WebhookSeries, WebhookState, WebhookStats,
  WebhookUpdate,
} from "./schema.ts";
export type { CallOptions, ClientOptions } from "./transport.ts";
export type { FiltersOf, OperationId, QueryOf } from "./types.ts";
export { VERSION } from "./version.ts";
