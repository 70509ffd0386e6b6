# Made from contract/openapi.json by generate.py; do not edit it by hand.
"""The schemas of the contract. Lists of values may grow in later releases."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, TypedDict

from typing_extensions import NotRequired


class AccountDeletion(TypedDict):
    started_at: str
    """When it began."""
    webhooks_left: int
    """How many webhooks may still store something."""
    closed_until: str | None
    """When the name can be used anew."""


class AccountDetail(TypedDict):
    account: str
    """The account's name."""
    disabled: bool
    """Whether all its sending is stopped."""
    webhooks: int
    """How many it has."""
    stored_bytes: int
    """Bytes that its own object stores, most of them idempotency keys. From `HISTORY_BYTES` on the oldest keys are dropped."""
    deletion: AccountDeletion | None
    """How far the deletion of its data is; `null` when there is none."""


class AccountList(TypedDict):
    next: str | None
    """The URL of the next page."""
    results: list[AccountSummary]


class AccountState(TypedDict):
    account: str
    """The account's name."""
    disabled: bool
    """Whether all its sending is stopped."""


class AccountSummary(TypedDict):
    account: str
    """The account's name."""
    webhooks: int
    """How many it has, an alert included."""
    failing: int
    """How many of them are `failing`."""
    off: int
    """How many of them are `off`."""
    last_event_at: str | None
    """When it last published an event, to an hour."""


class AlertPut(TypedDict):
    """`target_url` is required when the account has no alert. Else it is a change."""

    target_url: NotRequired[str]
    """Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet."""
    active: NotRequired[bool]
    """Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too."""
    basic_auth_username: NotRequired[str | None]
    """User name for basic authentication at the receiver; without a colon."""
    basic_auth_password: NotRequired[str | None]
    """Password for the same. `********` in an update keeps the stored one."""
    additional_headers: NotRequired[dict[str, Any] | None]
    """Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none."""
    max_per_second: NotRequired[int | None]
    """At most so many sends begin within any second. `null`: no limit."""
    max_in_flight: NotRequired[int | None]
    """At most so many sends are in flight at a time. `null`: 64."""
    ordered: NotRequired[bool]
    """Strict order of publication, one at a time; a failing event holds back the later ones."""
    retry_4xx: NotRequired[bool]
    """408, 425 and 429 are retried. All other 4xx still switch the webhook off."""
    deactivate_on_4xx: NotRequired[bool]
    """Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."""
    hold_while_paused: NotRequired[bool]
    """Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."""
    name: NotRequired[str | None]
    """What its owner calls it. It is shown and searched, never sent."""
    metadata: NotRequired[dict[str, str]]
    """Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets."""
    filter: NotRequired[dict[str, Any] | None]
    """Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all."""
    timeout_ms: NotRequired[int | None]
    """The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."""
    retry: NotRequired[RetryOptions | None]
    """The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's."""
    signing_secret: NotRequired[str | None]
    """`whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out."""
    signature: NotRequired[SignatureScheme | None]
    """How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here."""


AttemptCause: TypeAlias = Literal["schedule", "resend", "recover"]
"""Its time had come; somebody asked for it; a recovery took it up."""


AuditAction: TypeAlias = Literal[
    "webhook.created",
    "webhook.updated",
    "webhook.reactivated",
    "webhook.deactivated",
    "webhook.deleted",
    "webhook.secret_rotated",
    "recovery.begun",
    "delivery.resent",
    "deliveries.resent",
    "delivery.skipped",
    "key.minted",
    "key.revoked",
    "account.disabled",
    "account.enabled",
    "account.deleted",
]
"""What was changed."""


class AuditEntry(TypedDict):
    """One change. No value is in it, so no secret."""

    at: str
    """When."""
    by: str
    """Who: a key's id, `ADMIN_KEY`, `API_KEY` or `dispatcher`."""
    action: AuditAction
    webhook: NotRequired[str]
    """The webhook's id; of changes of a webhook, a recovery or deliveries."""
    event: NotRequired[str]
    """The event's id; of `delivery.resent` and `delivery.skipped`."""
    fields: NotRequired[list[str]]
    """The changed fields; of `webhook.updated` and `webhook.reactivated`."""
    count: NotRequired[int]
    """How many; of `deliveries.resent`."""
    key: NotRequired[str]
    """The key's id; of `key.minted` and `key.revoked`."""
    portal: NotRequired[bool]
    """Whether the key is that of a portal link; of `key.minted`."""


class AuditList(TypedDict):
    next: str | None
    """The URL of the page of older ones."""
    previous: str | None
    """The URL of the page of newer ones."""
    results: list[AuditEntry]


class BatchAccepted(TypedDict):
    status: Literal[202]
    """It is stored."""
    id: str
    """The event's id: the `webhook-id` of each of its POSTs."""
    event_type: str
    """The event's type."""
    webhooks: int
    """How many webhooks have stored it."""
    held: NotRequired[int]
    """How many are switched off and hold it; absent if none."""
    refused: NotRequired[list[RefusedEvent]]
    """The webhooks that match it and refused it; absent if none."""


class BatchRejected(TypedDict):
    status: Literal[400, 413, 503]
    """It is wrong; too long; not known to be stored everywhere."""
    detail: NotRequired[str]
    """What is wrong, or completes it."""
    id: NotRequired[str]
    """Only of a 503: the event's id, if some webhooks may have stored it."""
    event_type: NotRequired[list[str]]
    """Only of a 400: what is wrong with the type."""
    non_field_errors: NotRequired[list[str]]
    """Only of a 400: what is wrong with the whole."""


BatchItem: TypeAlias = BatchAccepted | BatchRejected
"""What the event would have been answered with alone."""


class CourseCompletionEvent(TypedDict):
    """Course is marked complete (by completing all required lessons or via an external event). Members that are not named here may be there too."""

    event_type: Literal["COURSE_COMPLETION"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    course: NotRequired[EventCourse]
    domain: NotRequired[EventDomain]
    course_progress: NotRequired[EventCourseProgress]


class CourseEnrollmentEvent(TypedDict):
    """Learner enrolls (or is enrolled) into a course. Members that are not named here may be there too."""

    event_type: Literal["COURSE_ENROLLMENT"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    course: NotRequired[EventCourse]
    domain: NotRequired[EventDomain]
    purchase: NotRequired[EventPurchase]
    domain_access_code: NotRequired[str]
    """The access code of the domain that was used."""


class CreatedKey(TypedDict):
    id: str
    """Its id, which is no secret."""
    account: str
    """The account's name."""
    name: str
    """What its owner calls it."""
    scopes: list[Scope]
    """What it may do."""
    expires_at: NotRequired[str]
    """From when on it opens nothing."""
    key: str
    """The key, shown this once."""


class CreatedWebhook(TypedDict):
    id: str
    """Its id; later webhooks have later ids."""
    target_url: str
    """Where events are POSTed, as its owner wrote it."""
    active: bool
    """Whether events are sent."""
    deactivate_reason: DeactivateReason | None
    """Why the dispatcher switched it off; `null` if it did not."""
    event_type: str | None
    """The one type that is sent; `null`: all but the operational. `WEBHOOK_ALERT`: this is the alert, which gets the operational ones."""
    basic_auth_username: str
    """The user name, or blank."""
    basic_auth_password: str
    """Write-only: what is set reads as `********`."""
    additional_headers: dict[str, str]
    """The names of the headers; their values are write-only and read as `********`."""
    max_per_second: NotRequired[int]
    """Only where there is a limit."""
    max_in_flight: int
    """At most so many sends are in flight at a time."""
    ordered: NotRequired[bool]
    """`true`; absent where it is not set."""
    retry_4xx: NotRequired[bool]
    """`true`; absent where it is not set."""
    signing_public_key: NotRequired[str]
    """What Ed25519 signatures are verified with; only where they are."""
    name: str
    """What its owner calls it. It is shown and searched, never sent."""
    metadata: dict[str, str]
    """Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets."""
    event_types: list[str]
    """The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`."""
    filter: dict[str, Any] | None
    """Which events are sent, by their content; `null`: all."""
    timeout_ms: int | None
    """The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."""
    retry: RetrySettings | None
    """The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's."""
    deactivate_on_4xx: bool
    """Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."""
    hold_while_paused: bool
    """Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."""
    listener: NotRequired[bool]
    """`true` for a listener (`GET /v1/listen`); absent for any other webhook."""
    created_at: str | None
    """When it was created. `null` in a list: an earlier release wrote it."""
    updated_at: str | None
    """When it was last changed, or else created. `null`: an earlier release changed it."""
    state: WebhookState
    shares_target_with: NotRequired[list[str]]
    """The account's other webhooks with the same target. An event is sent there once: by the oldest of them that is active and takes it. Not in lists and imports."""
    signing_secret: NotRequired[str]
    """What its deliveries are verified with: shown this once."""


class DashboardTaskCreatedEvent(TypedDict):
    """A Task has been created that requires a review on the dashboard. Members that are not named here may be there too."""

    event_type: Literal["DASHBOARD_TASK_CREATED"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    course: NotRequired[EventCourse]
    domain: NotRequired[EventDomain]
    task: NotRequired[EventTask]


DeactivateReason: TypeAlias = Literal[
    "HTTP_4XX_RESPONSE", "RETRY_COUNT", "TOO_MANY_REDIRECTS", "ORG_DISABLED"
]
"""Why the dispatcher switched a webhook off: the receiver answered 4xx, or asked for it; every retry failed; so it did, the last with a redirect; the account is disabled."""


class Delivery(TypedDict):
    event_id: str
    """The event's id, and the `webhook-id` of each of its POSTs."""
    event_type: str
    """The event's type."""
    status: DeliveryStatus
    accepted_at: str
    """When the webhook stored it."""
    delivered_at: str | None
    """When it arrived."""
    next_try_at: str | None
    """When its next try will be made, if that is known: never in the past."""
    waits_for: WaitReason | None
    """What it waits for, where the time is not known."""
    try_count: int
    """How many tries of its schedule were made."""
    http_status_code: int | None
    """What the receiver answered to its latest try."""
    fault: DeliveryFault | None
    """Why it failed; `null` if it succeeded."""
    trace_id: str
    """The trace to which the event and each of its POSTs belong."""
    parent_span_id: str | None
    """The span in which it was published, if the `traceparent` of that said it."""


class DeliveryAttempt(TypedDict):
    at: str
    """When it was made."""
    span_id: str
    """Its span in the trace, as in the `traceparent` of its POST."""
    duration_ms: int
    """How long it took, in milliseconds."""
    cause: AttemptCause
    http_status_code: int | None
    """What the receiver answered."""
    fault: DeliveryFault | None
    """Why it failed; `null` if it succeeded."""
    answer: str | None
    """The first 1,024 bytes of the answer, without the webhook's secrets."""


class DeliveryDetail(TypedDict):
    event_id: str
    """The event's id, and the `webhook-id` of each of its POSTs."""
    event_type: str
    """The event's type."""
    status: DeliveryStatus
    accepted_at: str
    """When the webhook stored it."""
    delivered_at: str | None
    """When it arrived."""
    next_try_at: str | None
    """When its next try will be made, if that is known: never in the past."""
    waits_for: WaitReason | None
    """What it waits for, where the time is not known."""
    try_count: int
    """How many tries of its schedule were made."""
    http_status_code: int | None
    """What the receiver answered to its latest try."""
    fault: DeliveryFault | None
    """Why it failed; `null` if it succeeded."""
    trace_id: str
    """The trace to which the event and each of its POSTs belong."""
    parent_span_id: str | None
    """The span in which it was published, if the `traceparent` of that said it."""
    tries: list[DeliveryAttempt]
    """Every try, the first one first."""


DeliveryFault: TypeAlias = Literal[
    "dns",
    "refused",
    "reset",
    "tls",
    "certificate",
    "timeout_connect",
    "timeout_answer",
    "not_http",
    "blocked_target",
    "http_status",
    "redirect",
    "bot_challenge",
    "lost",
]
"""
| class | what happened | what to do |
|---|---|---|
| `dns` | The host name of the target did not resolve. | Check the spelling of the host and its DNS records. |
| `refused` | Nothing accepted the connection. | Check that the server runs, and that its port is right and open to the internet. |
| `reset` | The connection broke before a complete answer. | Look in the receiver's log, and in that of a proxy in front of it, for a crash or a limit. |
| `tls` | No TLS connection could be made. | Check that the port speaks TLS, in version 1.2 or 1.3 with a current cipher. |
| `certificate` | The receiver's certificate was not accepted. | Check that it is current, names this host, and is sent with its whole chain. |
| `timeout_connect` | The connection was not made in time. | Check firewalls and routing, and whether the server has connections left. |
| `timeout_answer` | There was no answer in time. | Answer first and do the work afterwards. |
| `not_http` | What answered does not speak HTTP. | Check that the port is that of a web server, and `https` if it speaks TLS. |
| `blocked_target` | The rules of this dispatcher, or of its platform, forbid the target. | Use a public host name that is not this dispatcher's own. |
| `http_status` | The receiver answered with an error status. | Look at its answer and in its log. |
| `redirect` | The receiver answered with a redirect, which is not followed. | Set the target to the URL that it redirects to. |
| `bot_challenge` | A bot protection in front of the receiver answered instead of it. | Let requests with the header `webhook-id` pass the bot protection. |
| `lost` | The outcome never reached the dispatcher's storage, as it was restarted meanwhile. | Nothing: the attempt is made again. |
"""


class DeliveryList(TypedDict):
    next: str | None
    """The URL of the page of older ones."""
    previous: str | None
    """The URL of the page of newer ones."""
    results: list[Delivery]
    """A page looks at up to 4,000 deliveries. With a filter it may be short or empty although there is a `next`."""


class DeliveryRequest(TypedDict):
    at: str
    """When the try was made."""
    method: Literal["POST"]
    url: str
    """The target, as it was requested."""
    headers: dict[str, str]
    """The headers by name. The password and the values of the webhook's additional headers are `********`. Without a body there is no signature."""
    body: str | None
    """The event, byte for byte; `null` if it is not kept."""


DeliveryStatus: TypeAlias = Literal["waiting", "in_flight", "delivered", "undelivered", "held"]
"""Waiting for its next try; on its way; arrived; not arrived before the webhook was switched off; come while it was."""


class Detail(TypedDict):
    detail: str
    """What is wrong, in one sentence."""
    code: ErrorCode
    request_id: str
    """The id of the request in the log: at Cloudflare its Ray ID."""


class DomainEnrollmentEvent(TypedDict):
    """Learner creates an account on a training domain. Members that are not named here may be there too."""

    event_type: Literal["DOMAIN_ENROLLMENT"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    domain: NotRequired[EventDomain]


ErrorCode: TypeAlias = str
"""Which error it is, for programs; the texts may change. Later releases may have more. 400 `bad_request`, `invalid_json`, `invalid_fields`; 401 `missing_key`, `malformed_authorization`, `invalid_key`, `expired_key`; 403 `missing_scope`, `limit_reached`, `account_disabled`; 404 `not_found`, `invalid_page`; 405 `method_not_allowed`; 406 `not_acceptable`; 409 `conflict`, `account_disabled`, `account_being_deleted`, `event_type_in_use`; 412 `precondition_failed`; 413 `too_large`; 415 `unsupported_media_type`; 422 `unprocessable`, `idempotency_key_reused`; 426 `upgrade_required`; 429 `throttled`; 503 `unavailable`, `incomplete_publish`, `no_master_key`, `secrets_locked`."""


class Event(TypedDict):
    """Any JSON object, no deeper than 127 levels, with an `event_type` of the list. It is delivered byte for byte."""

    event_type: EventTypeName


class EventCourse(TypedDict):
    """The course."""

    id: NotRequired[str]
    """The id."""
    published_course_id: NotRequired[str]
    """The id of its publication on the domain."""
    title: NotRequired[str]
    """The title."""
    url: NotRequired[str]
    """The URL."""


class EventCourseProgress(TypedDict):
    """How far the learner is in the course."""

    course_progress_id: NotRequired[str]
    """The id."""
    completed_lesson_count: NotRequired[int]
    """How many lessons are complete."""
    completed_required_lesson_count: NotRequired[int]
    """How many of the required ones are."""
    completed_at: NotRequired[str]
    """When it was completed."""
    score: NotRequired[int]
    """The points that were scored."""
    max_score: NotRequired[int]
    """The points that could be scored."""


class EventDelivery(TypedDict):
    webhook: str
    """The webhook's id."""
    event_id: str
    """The event's id, and the `webhook-id` of each of its POSTs."""
    event_type: str
    """The event's type."""
    status: DeliveryStatus
    accepted_at: str
    """When the webhook stored it."""
    delivered_at: str | None
    """When it arrived."""
    next_try_at: str | None
    """When its next try will be made, if that is known: never in the past."""
    waits_for: WaitReason | None
    """What it waits for, where the time is not known."""
    try_count: int
    """How many tries of its schedule were made."""
    http_status_code: int | None
    """What the receiver answered to its latest try."""
    fault: DeliveryFault | None
    """Why it failed; `null` if it succeeded."""
    trace_id: str
    """The trace to which the event and each of its POSTs belong."""
    parent_span_id: str | None
    """The span in which it was published, if the `traceparent` of that said it."""
    tries: list[DeliveryAttempt]
    """Every try, the first one first."""


class EventDetail(TypedDict):
    id: str
    """The event's id, and the `webhook-id` of each of its POSTs."""
    deliveries: list[EventDelivery]


class EventDomain(TypedDict):
    """The training domain."""

    id: NotRequired[str]
    """The id."""
    name: NotRequired[str]
    """The host name."""


class EventFulfillment(TypedDict):
    """The purchase that was fulfilled."""

    id: NotRequired[str]
    """The id."""
    state: NotRequired[str]
    """The state: `FULFILLED`."""
    purchased_at: NotRequired[str]
    """When it was made."""
    order_id: NotRequired[str]
    """The order."""
    price_cents: NotRequired[int]
    """The price, in the hundredth part of the currency."""
    quantity: NotRequired[int]
    """How many were bought."""
    offer_id: NotRequired[str]
    """The offer."""
    currency_code: NotRequired[str]
    """The currency, by ISO 4217."""


class EventLesson(TypedDict):
    """The lesson."""

    id: NotRequired[str]
    """The id."""
    title: NotRequired[str]
    """The title."""


class EventLessonProgress(TypedDict):
    """How far the learner is in the lesson."""

    id: NotRequired[str]
    """The id."""
    view_count: NotRequired[int]
    """How often the lesson was opened."""
    completed_at: NotRequired[str]
    """When it was completed."""
    score: NotRequired[int]
    """The points that were scored."""
    max_score: NotRequired[int]
    """The points that could be scored."""


class EventPath(TypedDict):
    """The path."""

    id: NotRequired[str]
    """The id."""
    title: NotRequired[str]
    """The title."""


class EventPurchase(TypedDict):
    """The purchase with which the learner enrolled."""

    order_id: NotRequired[str]
    """The order."""
    original_price: NotRequired[str]
    """The price, as a decimal number."""
    purchase_price: NotRequired[str]
    """What was paid, as a decimal number."""
    currency_code: NotRequired[str]
    """The currency, by ISO 4217."""
    payment_processor: NotRequired[str]
    """Who processed the payment; `NONE` if nobody did."""


class EventQuiz(TypedDict):
    """The quiz."""

    id: NotRequired[str]
    """The id."""
    title: NotRequired[str]
    """The title."""


class EventRegistration(TypedDict):
    """The registration."""

    id: NotRequired[str]
    """The id."""
    attended: NotRequired[bool]
    """Whether the learner attended."""
    vilt_session: NotRequired[EventSession]


class EventSession(TypedDict):
    """The training session."""

    id: NotRequired[str]
    """The id."""


class EventTask(TypedDict):
    """The task."""

    id: NotRequired[str]
    """The id."""
    title: NotRequired[str]
    """The title."""


class EventType(TypedDict):
    event_type: str
    """The event's type."""
    triggered_when: str
    """When such an event is published; the same as `description`."""
    name: str
    """The event's type."""
    description: str
    """When such an event is published."""
    example: dict[str, Any] | None
    """An example event."""
    schema: dict[str, Any] | None
    """A JSON Schema of the events, which is not enforced."""
    deprecated: bool
    """Whether it is not to be used any more. It is still published."""


EventTypeList: TypeAlias = list[EventType]


EventTypeName: TypeAlias = str
"""
| event type | triggered when |
|---|---|
| `COURSE_ENROLLMENT` | Learner enrolls (or is enrolled) into a course |
| `DOMAIN_ENROLLMENT` | Learner creates an account on a training domain |
| `COURSE_COMPLETION` | Course is marked complete (by completing all required lessons or via an external event) |
| `LESSON_COMPLETION` | Lesson is marked complete (through the learner action or via an external event) |
| `PATH_COMPLETION` | Path is marked complete (by completing all courses in the path, or via an external event) |
| `PATH_ENROLLMENT` | Learner enrolls (or is enrolled) into a Path |
| `QUIZ_COMPLETION` | Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, this event will not trigger until the task is completed) |
| `PURCHASE_FULFILLMENT` | Purchase event is fulfilled/completed |
| `DASHBOARD_TASK_CREATED` | A Task has been created that requires a review on the dashboard |
| `VILT_EVENT_REGISTRATION` | Learner registers for a virtual instructor-led training session |

The variable `EVENT_TYPES` replaces the list, and so does the operator's catalogue; `GET /v1/event-types` answers what is in force.
"""


class EventUser(TypedDict):
    """The learner."""

    id: NotRequired[str]
    """The id."""
    first_name: NotRequired[str]
    """The first name."""
    last_name: NotRequired[str]
    """The last name."""
    email: NotRequired[str]
    """The e-mail address."""


FieldErrors = TypedDict(
    "FieldErrors",
    {
        "id": NotRequired[list[str]],
        "target_url": NotRequired[list[str]],
        "active": NotRequired[list[str]],
        "event_type": NotRequired[list[str]],
        "basic_auth_username": NotRequired[list[str]],
        "basic_auth_password": NotRequired[list[str]],
        "additional_headers": NotRequired[list[str]],
        "max_per_second": NotRequired[list[str]],
        "max_in_flight": NotRequired[list[str]],
        "ordered": NotRequired[list[str]],
        "retry_4xx": NotRequired[list[str]],
        "event_types": NotRequired[list[str]],
        "filter": NotRequired[list[str]],
        "timeout_ms": NotRequired[list[str]],
        "retry": NotRequired[list[str]],
        "deactivate_on_4xx": NotRequired[list[str]],
        "hold_while_paused": NotRequired[list[str]],
        "metadata": NotRequired[list[str]],
        "event": NotRequired[list[str]],
        "signing_secret": NotRequired[list[str]],
        "signature": NotRequired[list[str]],
        "grace_seconds": NotRequired[list[str]],
        "account": NotRequired[list[str]],
        "name": NotRequired[list[str]],
        "scopes": NotRequired[list[str]],
        "expires_at": NotRequired[list[str]],
        "expires_in_seconds": NotRequired[list[str]],
        "return_url": NotRequired[list[str]],
        "description": NotRequired[list[str]],
        "example": NotRequired[list[str]],
        "schema": NotRequired[list[str]],
        "deprecated": NotRequired[list[str]],
        "state": NotRequired[list[str]],
        "status": NotRequired[list[str]],
        "http_status_code": NotRequired[list[str]],
        "fault": NotRequired[list[str]],
        "since": NotRequired[list[str]],
        "after": NotRequired[list[str]],
        "before": NotRequired[list[str]],
        "from": NotRequired[list[str]],
        "to": NotRequired[list[str]],
        "step": NotRequired[list[str]],
        "cursor": NotRequired[list[str]],
        "non_field_errors": NotRequired[list[str]],
        "code": ErrorCode,
        "request_id": str,
    },
)


class FilterMismatch(TypedDict):
    pointer: str
    """The first rule that does not hold: a JSON pointer into the filter."""
    detail: str
    """What the event has there."""


class FilterTest(TypedDict):
    filter: dict[str, Any] | None
    """The filter, as a webhook has it."""
    event: dict[str, Any]
    """The event."""


class FilterVerdict(TypedDict):
    matches: bool
    """Whether a webhook with this filter gets the event."""
    reason: FilterMismatch | None
    """Why not; `null` if it matches."""


GrantedScope: TypeAlias = Literal["webhooks:read", "webhooks:write", "events:write", "admin"]
"""What a key may do. `admin`: it is `ADMIN_KEY`."""


class Health(TypedDict):
    status: Literal["ok"]
    """It runs."""


class ImportFailure(TypedDict):
    line: int
    """Its number; blank lines count."""
    status: int
    """What its creation would have been answered with: 400, 403, 409, 413 or 503."""
    problem: ItemProblem


class ImportedWebhook(TypedDict):
    line: int
    """Its number; blank lines count."""
    status: int
    """201: it was created. 200: it was there."""
    webhook: CreatedWebhook


ImportItem: TypeAlias = ImportedWebhook | ImportFailure
"""What came of one line."""


class ItemDetail(TypedDict):
    detail: str
    """What is wrong, in one sentence."""


ItemFieldErrors = TypedDict(
    "ItemFieldErrors",
    {
        "id": NotRequired[list[str]],
        "target_url": NotRequired[list[str]],
        "active": NotRequired[list[str]],
        "event_type": NotRequired[list[str]],
        "basic_auth_username": NotRequired[list[str]],
        "basic_auth_password": NotRequired[list[str]],
        "additional_headers": NotRequired[list[str]],
        "max_per_second": NotRequired[list[str]],
        "max_in_flight": NotRequired[list[str]],
        "ordered": NotRequired[list[str]],
        "retry_4xx": NotRequired[list[str]],
        "event_types": NotRequired[list[str]],
        "filter": NotRequired[list[str]],
        "timeout_ms": NotRequired[list[str]],
        "retry": NotRequired[list[str]],
        "deactivate_on_4xx": NotRequired[list[str]],
        "hold_while_paused": NotRequired[list[str]],
        "metadata": NotRequired[list[str]],
        "event": NotRequired[list[str]],
        "signing_secret": NotRequired[list[str]],
        "signature": NotRequired[list[str]],
        "grace_seconds": NotRequired[list[str]],
        "account": NotRequired[list[str]],
        "name": NotRequired[list[str]],
        "scopes": NotRequired[list[str]],
        "expires_at": NotRequired[list[str]],
        "expires_in_seconds": NotRequired[list[str]],
        "return_url": NotRequired[list[str]],
        "description": NotRequired[list[str]],
        "example": NotRequired[list[str]],
        "schema": NotRequired[list[str]],
        "deprecated": NotRequired[list[str]],
        "state": NotRequired[list[str]],
        "status": NotRequired[list[str]],
        "http_status_code": NotRequired[list[str]],
        "fault": NotRequired[list[str]],
        "since": NotRequired[list[str]],
        "after": NotRequired[list[str]],
        "before": NotRequired[list[str]],
        "from": NotRequired[list[str]],
        "to": NotRequired[list[str]],
        "step": NotRequired[list[str]],
        "cursor": NotRequired[list[str]],
        "non_field_errors": NotRequired[list[str]],
    },
)


ItemProblem: TypeAlias = ItemDetail | ItemFieldErrors
"""What is wrong with one item of several: a sentence, or sentences on fields."""


class Key(TypedDict):
    id: str
    """Its id, which is no secret."""
    account: str
    """The account's name."""
    name: str
    """What its owner calls it."""
    scopes: list[Scope]
    """What it may do."""
    created_at: str
    """When it was minted."""
    expires_at: str | None
    """From when on it opens nothing."""
    portal: bool
    """Whether it is that of a portal link."""
    last_used: str | None
    """When it was last used, to an hour."""


class KeyInfo(TypedDict):
    account: str | None
    """The account's name; `null` for `ADMIN_KEY`, which belongs to none."""
    key_id: str
    """The name of the key in the audit log: its id, `API_KEY` or `ADMIN_KEY`."""
    scopes: list[GrantedScope]
    """What it may do."""
    expires_at: str | None
    """From when on it opens nothing; `null` if it does not end."""
    return_url: NotRequired[str]
    """Where the platform wants its customer back; only of a portal link."""


class KeyList(TypedDict):
    count: int
    """How many there are on all pages."""
    next: str | None
    """The URL of the next page."""
    previous: str | None
    """The URL of the page before."""
    results: list[Key]


class KeyRequest(TypedDict):
    account: str
    """The account's name."""
    name: str
    """What its owner calls it."""
    scopes: list[Scope]
    """What it may do."""
    expires_at: NotRequired[str | None]
    """From when on it opens nothing."""


class LessonCompletionEvent(TypedDict):
    """Lesson is marked complete (through the learner action or via an external event). Members that are not named here may be there too."""

    event_type: Literal["LESSON_COMPLETION"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    course: NotRequired[EventCourse]
    domain: NotRequired[EventDomain]
    lesson: NotRequired[EventLesson]
    lesson_progress: NotRequired[EventLessonProgress]


MissedStatus: TypeAlias = Literal["held", "undelivered", "all"]
"""What of the missed deliveries is meant."""


class PathCompletionEvent(TypedDict):
    """Path is marked complete (by completing all courses in the path, or via an external event). Members that are not named here may be there too."""

    event_type: Literal["PATH_COMPLETION"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    path: NotRequired[EventPath]
    domain: NotRequired[EventDomain]
    completed_at: NotRequired[str]
    """When it was completed."""


class PathEnrollmentEvent(TypedDict):
    """Learner enrolls (or is enrolled) into a Path. Members that are not named here may be there too."""

    event_type: Literal["PATH_ENROLLMENT"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    path: NotRequired[EventPath]
    domain: NotRequired[EventDomain]


class PingEvent(TypedDict):
    """Somebody tests a webhook."""

    event_type: Literal["PING"]
    """The event's type."""
    timestamp: str
    """When it was sent."""


class PingResult(TypedDict):
    succeeded: bool
    """Whether the receiver answered 2xx."""
    event_id: str
    """The id of the event that was sent: its `webhook-id`."""
    duration_ms: int
    """How long it took, in milliseconds."""
    http_status_code: int | None
    """What the receiver answered; `null` if it did not."""
    fault: DeliveryFault | None
    """Why it failed; `null` if it succeeded."""
    answer: str | None
    """The first 1,024 bytes of the answer, without the webhook's secrets."""
    message: str
    """The outcome in words."""


class PortalLink(TypedDict):
    id: str
    """The id of its key, which is no secret."""
    url: str
    """The link, shown this once. With a `return_url`, that is in it too."""
    expires_at: str
    """From when on it opens nothing."""
    scopes: list[Scope]
    """What it may do."""


class PortalRequest(TypedDict):
    scopes: NotRequired[list[Scope]]
    """What it opens. Without `events:write` the dashboard publishes nothing."""
    expires_in_seconds: NotRequired[int]
    """How long it opens."""
    return_url: NotRequired[str | None]
    """Where the dashboard leads back to, also once the link has ended: an absolute `http` or `https` URL without credentials."""


Problem: TypeAlias = Detail | FieldErrors
"""A sentence, or sentences on fields."""


class PublishedEvent(TypedDict):
    id: str
    """The event's id: the `webhook-id` of each of its POSTs."""
    event_type: str
    """The event's type."""
    webhooks: int
    """How many webhooks have stored it."""
    held: NotRequired[int]
    """How many are switched off and hold it; absent if none."""
    refused: NotRequired[list[RefusedEvent]]
    """The webhooks that match it and refused it; absent if none."""


class PurchaseFulfillmentEvent(TypedDict):
    """Purchase event is fulfilled/completed. Members that are not named here may be there too."""

    event_type: Literal["PURCHASE_FULFILLMENT"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    domain: NotRequired[EventDomain]
    purchase: NotRequired[EventFulfillment]


class QuizCompletionEvent(TypedDict):
    """Quiz Attempt is Completed (note: if the quiz has a manual graded Task associated, this event will not trigger until the task is completed). Members that are not named here may be there too."""

    event_type: Literal["QUIZ_COMPLETION"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    course: NotRequired[EventCourse]
    domain: NotRequired[EventDomain]
    lesson: NotRequired[EventLesson]
    quiz: NotRequired[EventQuiz]
    score: NotRequired[int]
    """The points that were scored."""
    max_score: NotRequired[int]
    """The points that could be scored."""


class ReceivedEvent(TypedDict):
    """An event of any type, also of one that the operator has defined."""

    event_type: str
    """The event's type."""


class RecoverRequest(TypedDict):
    since: NotRequired[str | None]
    """Only what was accepted at this time or later."""
    status: NotRequired[MissedStatus | None]
    """Only these; all if left out."""
    http_status_code: NotRequired[str | int | None]
    """Only those whose latest try was answered so. A status code, as `503`, or a class of them, as `5xx`."""
    fault: NotRequired[DeliveryFault | None]
    """Why it failed; `null` if it succeeded."""


class Recovery(TypedDict):
    state: RecoveryState
    started_at: str | None
    """When it was asked for."""
    total: int
    """How many deliveries there were to take up."""
    taken: int
    """How many were taken up."""
    delivered: int
    """How many of these arrived at their first try."""


RecoveryState: TypeAlias = Literal["none", "running", "done", "stopped"]
"""`none`: none was ever asked for; `stopped`: the webhook was switched off."""


RefusalReason: TypeAlias = Literal["backlog", "storage"]
"""As much waits for it as may (`MAX_BACKLOG`, `MAX_BACKLOG_BYTES`); what it has not delivered yet fills its storage."""


class RefusedEvent(TypedDict):
    webhook: str
    """The webhook's id."""
    reason: RefusalReason


class ResentDeliveries(TypedDict):
    resent: int
    """How many are sent again."""
    next: str | None
    """The URL of the call that goes on, if there may be more."""


class RetryOptions(TypedDict):
    """A retry schedule; a part that is left out or `null` is that of the deployment."""

    limit: NotRequired[int | None]
    """Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more."""
    base_ms: NotRequired[int | None]
    """The delay before the first retry; it doubles with each one."""
    max_ms: NotRequired[int | None]
    """The longest delay."""


class RetrySettings(TypedDict):
    """A retry schedule; a part that is left out is that of the deployment."""

    limit: NotRequired[int]
    """Retries after the first try; at most 100, or `RETRY_LIMIT` if that is more."""
    base_ms: NotRequired[int]
    """The delay before the first retry; it doubles with each one."""
    max_ms: NotRequired[int]
    """The longest delay."""


class Rotation(TypedDict):
    signing_secret: NotRequired[str | None]
    """`whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out."""
    grace_seconds: NotRequired[int]
    """For how long the key before signs too."""


class SampleList(TypedDict):
    results: list[ReceivedEvent]
    note: NotRequired[str]
    """That it is an example; absent if the body is documented."""


Scope: TypeAlias = Literal["webhooks:read", "webhooks:write", "events:write"]
"""What a key may do."""


class SeriesStep(TypedDict):
    at: str
    """When the step begins: a multiple of its length, in UTC."""
    delivered: int
    """How many of the deliveries accepted in it arrived with the first try."""
    retried: int
    """How many arrived after retries."""
    open: int
    """How many wait for a try or are on their way."""
    failed: int
    """How many had not arrived when it was switched off, or were skipped."""
    held: int
    """How many came while it was switched off, and wait for a recovery."""
    p50_ms: int | None
    """Half of the tries that succeeded took at most so long, in milliseconds, off by less than a fifth. `null`: none succeeded."""
    p95_ms: int | None
    """95 % of the tries that succeeded took at most so long, in milliseconds, off by less than a fifth. `null`: none succeeded."""


SignatureScheme: TypeAlias = Literal["hmac", "ed25519"]
"""How deliveries are signed."""


class Signing(TypedDict):
    """What the receiver verifies with from now on."""

    signing_secret: NotRequired[str]
    """What its deliveries are verified with: shown this once."""
    signing_public_key: NotRequired[str]
    """What Ed25519 signatures are verified with; only where they are."""


class TypeDefinition(TypedDict):
    """What is left out is kept."""

    description: NotRequired[str | None]
    """When such an event is published."""
    example: NotRequired[dict[str, Any] | None]
    """An example event, of which samples and pings are made. Its `event_type` may be left out."""
    schema: NotRequired[dict[str, Any] | None]
    """A JSON Schema of the events. It is shown, and not enforced."""
    deprecated: NotRequired[bool]
    """Whether it is not to be used any more."""


class UnstoredEvent(TypedDict):
    code: ErrorCode
    request_id: str
    """The id of the request in the log: at Cloudflare its Ray ID."""
    detail: str
    """What completes it."""
    id: NotRequired[str]
    """The event's id, if some webhooks may have stored it: the idempotency key that completes it if it came with none."""


class ViltEventRegistrationEvent(TypedDict):
    """Learner registers for a virtual instructor-led training session. Members that are not named here may be there too."""

    event_type: Literal["VILT_EVENT_REGISTRATION"]
    """The event's type."""
    test: NotRequired[bool]
    """`true` in the test event of a ping; absent otherwise."""
    timestamp: NotRequired[str]
    """When it happened."""
    user: NotRequired[EventUser]
    domain: NotRequired[EventDomain]
    registration: NotRequired[EventRegistration]


WaitReason: TypeAlias = Literal[
    "courier", "window", "rate", "order", "probe", "account", "master_key", "listener"
]
"""`courier`: it is being started; `window`: another try has to end first; `rate`: `max_per_second` is reached; `order`: the delivery before it; `probe`: the receiver fails, and one delivery at a time is tried; `account`: it is disabled; `master_key`: the webhook's secrets cannot be opened; `listener`: its client is not connected."""


class Webhook(TypedDict):
    id: str
    """Its id; later webhooks have later ids."""
    target_url: str
    """Where events are POSTed, as its owner wrote it."""
    active: bool
    """Whether events are sent."""
    deactivate_reason: DeactivateReason | None
    """Why the dispatcher switched it off; `null` if it did not."""
    event_type: str | None
    """The one type that is sent; `null`: all but the operational. `WEBHOOK_ALERT`: this is the alert, which gets the operational ones."""
    basic_auth_username: str
    """The user name, or blank."""
    basic_auth_password: str
    """Write-only: what is set reads as `********`."""
    additional_headers: dict[str, str]
    """The names of the headers; their values are write-only and read as `********`."""
    max_per_second: NotRequired[int]
    """Only where there is a limit."""
    max_in_flight: int
    """At most so many sends are in flight at a time."""
    ordered: NotRequired[bool]
    """`true`; absent where it is not set."""
    retry_4xx: NotRequired[bool]
    """`true`; absent where it is not set."""
    signing_public_key: NotRequired[str]
    """What Ed25519 signatures are verified with; only where they are."""
    name: str
    """What its owner calls it. It is shown and searched, never sent."""
    metadata: dict[str, str]
    """Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets."""
    event_types: list[str]
    """The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`."""
    filter: dict[str, Any] | None
    """Which events are sent, by their content; `null`: all."""
    timeout_ms: int | None
    """The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."""
    retry: RetrySettings | None
    """The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's."""
    deactivate_on_4xx: bool
    """Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."""
    hold_while_paused: bool
    """Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."""
    listener: NotRequired[bool]
    """`true` for a listener (`GET /v1/listen`); absent for any other webhook."""
    created_at: str | None
    """When it was created. `null` in a list: an earlier release wrote it."""
    updated_at: str | None
    """When it was last changed, or else created. `null`: an earlier release changed it."""
    state: WebhookState
    shares_target_with: NotRequired[list[str]]
    """The account's other webhooks with the same target. An event is sent there once: by the oldest of them that is active and takes it. Not in lists and imports."""


class WebhookCreate(TypedDict):
    target_url: str
    """Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet."""
    active: NotRequired[bool]
    """Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too."""
    event_type: NotRequired[str | None]
    """The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational."""
    basic_auth_username: NotRequired[str | None]
    """User name for basic authentication at the receiver; without a colon."""
    basic_auth_password: NotRequired[str | None]
    """Password for the same. `********` in an update keeps the stored one."""
    additional_headers: NotRequired[dict[str, Any] | None]
    """Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none."""
    max_per_second: NotRequired[int | None]
    """At most so many sends begin within any second. `null`: no limit."""
    max_in_flight: NotRequired[int | None]
    """At most so many sends are in flight at a time. `null`: 64."""
    ordered: NotRequired[bool]
    """Strict order of publication, one at a time; a failing event holds back the later ones."""
    retry_4xx: NotRequired[bool]
    """408, 425 and 429 are retried. All other 4xx still switch the webhook off."""
    deactivate_on_4xx: NotRequired[bool]
    """Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."""
    hold_while_paused: NotRequired[bool]
    """Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."""
    name: NotRequired[str | None]
    """What its owner calls it. It is shown and searched, never sent."""
    metadata: NotRequired[dict[str, str]]
    """Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets."""
    event_types: NotRequired[list[str] | None]
    """The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`."""
    filter: NotRequired[dict[str, Any] | None]
    """Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all."""
    timeout_ms: NotRequired[int | None]
    """The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."""
    retry: NotRequired[RetryOptions | None]
    """The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's."""
    signing_secret: NotRequired[str | None]
    """`whsec_` and the base64 of 24 to 64 bytes, padded or not. Made by the dispatcher if left out."""
    signature: NotRequired[SignatureScheme | None]
    """How deliveries are signed; `hmac` if left out. An Ed25519 pair is made here."""


class WebhookDeactivatedEvent(TypedDict):
    """The dispatcher switched a webhook of the account off."""

    event_type: Literal["WEBHOOK_DEACTIVATED"]
    """The event's type."""
    timestamp: str
    """When it happened."""
    webhook_id: str
    """The webhook that it is about."""
    target_url: str
    """Its target, without its query."""
    reason: DeactivateReason


class WebhookFailingEvent(TypedDict):
    """Five tries in a row to a webhook of the account have failed."""

    event_type: Literal["WEBHOOK_FAILING"]
    """The event's type."""
    timestamp: str
    """When it happened."""
    webhook_id: str
    """The webhook that it is about."""
    target_url: str
    """Its target, without its query."""
    reason: str
    """What its receiver said last."""
    off_at: str
    """When it will be switched off if its receiver goes on failing."""


class WebhookList(TypedDict):
    count: int
    """How many there are on all pages."""
    next: str | None
    """The URL of the next page."""
    previous: str | None
    """The URL of the page before."""
    results: list[Webhook]


class WebhookRecoveredEvent(TypedDict):
    """The receiver of a webhook that was failing answers again."""

    event_type: Literal["WEBHOOK_RECOVERED"]
    """The event's type."""
    timestamp: str
    """When it happened."""
    webhook_id: str
    """The webhook that it is about."""
    target_url: str
    """Its target, without its query."""
    reason: str | None
    """Always `null`."""


class WebhookSeries(TypedDict):
    step: int
    """The length of a step, in seconds."""
    complete: bool
    """Whether every delivery of the range is counted. A series counts some millions, the newest first; then the oldest steps lack some."""
    series: list[SeriesStep]
    """The steps, the oldest first."""


WebhookState: TypeAlias = Literal["untried", "healthy", "degraded", "failing", "paused", "off"]
"""`untried`: active, and no attempt was made since it was created or activated. `healthy`: nearly all attempts succeed. `degraded`: the latest succeeded, but fewer than 95 % of those of the latest 1,000 events since it was activated. `failing`: the latest attempt failed. `paused`: its owner switched it off. `off`: the dispatcher did, which includes a disabled account."""


class WebhookStats(TypedDict):
    state: WebhookState
    waiting: int
    """How many wait for a try."""
    in_flight: int
    """How many are on their way."""
    delivered: int
    """How many have arrived."""
    undelivered: int
    """How many had not arrived when the webhook was switched off."""
    held: int
    """How many came while it was."""
    dropped: int
    """How many held events went because there were more than `HOLD_EVENTS`."""
    refused: int
    """How many events were refused because the backlog or the storage was full."""
    accepted_total: int
    """How many events the webhook has accepted. This and the next two only grow, until nothing is stored any more: then they begin at 0 again."""
    delivered_total: int
    """How many of these have arrived."""
    failed_tries_total: dict[str, int]
    """How many tries failed and counted against the webhook, by fault."""
    filtered: int
    """How many events its `filter` left out, at least."""
    window: int
    """How many tries may be in flight at a time now: `max_in_flight`, 1 for an ordered webhook, fewer after signs of overload."""
    schedule: str
    """The retries of the webhook, and how long one try may take, in words. The time is rounded up."""
    last_success_at: str | None
    """When the receiver last took an event."""
    last_failure_at: str | None
    """When it last did not."""
    next_try_at: str | None
    """When the next try will be made, if that is known: never in the past."""
    waits_for: WaitReason | None
    """What the next try waits for, where the time is not known."""
    bodies_since: str | None
    """From when on delivered events have their bodies, so that they can be sent again. `null`: from the beginning (`RETENTION_HOURS`). Otherwise older ones had to go for lack of room."""
    history_since: str | None
    """From when on the history has every delivery. `null`: from the beginning. Otherwise older ones that had arrived had to go for lack of room."""
    tries: int
    """Over how many tries the numbers below are."""
    success_rate: float | None
    """Which part of them succeeded."""
    duration_ms_p50: int | None
    """Half of them took at most so long."""
    duration_ms_p99: int | None
    """All but one in a hundred took at most so long."""


class WebhookUpdate(TypedDict):
    """What is left out is kept."""

    target_url: NotRequired[str]
    """Where events are POSTed: absolute, http or https, without credentials, and a host on the public internet."""
    active: NotRequired[bool]
    """Whether events are sent. `true` re-activates a webhook that was switched off. In a form, `true`, `yes`, `on` or `1`, and their opposites, are taken too."""
    event_type: NotRequired[str | None]
    """The one type that is sent: one that is in force (`GET /v1/event-types`), or an operational one (`WEBHOOK_DEACTIVATED`, `WEBHOOK_FAILING`, `WEBHOOK_RECOVERED`). Left out, `null` or blank: all but the operational."""
    basic_auth_username: NotRequired[str | None]
    """User name for basic authentication at the receiver; without a colon."""
    basic_auth_password: NotRequired[str | None]
    """Password for the same. `********` in an update keeps the stored one."""
    additional_headers: NotRequired[dict[str, Any] | None]
    """Sent with every POST: at most 64, of 16 kB in all; names and values by RFC 9110. `Host`, `Content-*`, `User-Agent`, `webhook-*`, `traceparent`, `tracestate`, `X-Forwarded-*`, `CF-*` (but for `CF-Access-*`) and hop-by-hop headers may not be set. `null`: none."""
    max_per_second: NotRequired[int | None]
    """At most so many sends begin within any second. `null`: no limit."""
    max_in_flight: NotRequired[int | None]
    """At most so many sends are in flight at a time. `null`: 64."""
    ordered: NotRequired[bool]
    """Strict order of publication, one at a time; a failing event holds back the later ones."""
    retry_4xx: NotRequired[bool]
    """408, 425 and 429 are retried. All other 4xx still switch the webhook off."""
    deactivate_on_4xx: NotRequired[bool]
    """Whether a 4xx switches the webhook off. If not, only 410 does, and any other is retried."""
    hold_while_paused: NotRequired[bool]
    """Whether events are held while the owner has switched the webhook off (`active: false`), to be recovered later, as they are when the dispatcher did."""
    name: NotRequired[str | None]
    """What its owner calls it. It is shown and searched, never sent."""
    metadata: NotRequired[dict[str, str]]
    """Texts of its owner's own, by key: at most 16; keys up to 40 characters, values up to 500. They are shown, never sent, and no place for secrets."""
    event_types: NotRequired[list[str] | None]
    """The types that are sent, when there are several. An entry that ends in `*` stands for every type that begins with the rest of it, also for later ones: `COURSE_*`. The operational types are among these only where it begins with `WEBHOOK_`. Beside a list `event_type` is `null`; a list of one type without `*` is the same as `event_type`."""
    filter: NotRequired[dict[str, Any] | None]
    """Which events are sent, by their content, in the language of Outpost, Hookdeck and Convoy (CONCEPTS, Filters): `{"user": {"plan": {"$in": ["pro", "team"]}}, "score": {"$gte": 80}}`. At most 4096 bytes without spaces, 8 levels and 64 values. `null` or `{}`: all."""
    timeout_ms: NotRequired[int | None]
    """The longest time for one try. `null`: `DELIVERY_TIMEOUT_MS` (10,000)."""
    retry: NotRequired[RetryOptions | None]
    """The retries of this webhook; a part that is left out is that of the deployment (`RETRY_LIMIT`, `RETRY_BASE_MS`, `RETRY_MAX_MS`). All delays together take at most as long as those of the deployment. `null`: all parts are the deployment's."""
