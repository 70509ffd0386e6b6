# Made from contract/openapi.json by generate.py; do not edit it by hand.
"""The operations of the contract."""

from __future__ import annotations

from typing import Final, Literal

from typing_extensions import TypedDict

from ._operation import Operation
from .models import (
    AccountDetail,
    AccountList,
    AccountState,
    AuditList,
    BatchItem,
    CreatedKey,
    CreatedWebhook,
    Delivery,
    DeliveryDetail,
    DeliveryFault,
    DeliveryList,
    DeliveryRequest,
    DeliveryStatus,
    EventDetail,
    EventType,
    EventTypeList,
    EventTypeName,
    FilterVerdict,
    Health,
    ImportItem,
    KeyInfo,
    KeyList,
    PingResult,
    PortalLink,
    PublishedEvent,
    Recovery,
    ResentDeliveries,
    SampleList,
    Signing,
    Webhook,
    WebhookList,
    WebhookSeries,
    WebhookState,
    WebhookStats,
)


class ListWebhooksQuery(TypedDict, total=False):
    """The parameters of ``listWebhooks``."""

    page: int | Literal["last"]
    """The page, from 1, or `last`."""
    page_size: int
    """How many a page has."""
    active: bool
    """Only those that are switched on, or off."""
    q: str
    """Only those whose name or URL contains this text, in any case."""
    name: str
    """Only those of exactly this name; blank: those without a name."""
    event_type: str
    """Only those that ask for this type, by its name or in a list; blank: those that take all."""
    state: WebhookState
    """Only those in this state."""


class PingWebhookQuery(TypedDict, total=False):
    """The parameters of ``pingWebhook``."""

    event_type: EventTypeName
    """Whose sample to send; any type that is in force. Left out: a `PING`."""


class ListDeliveriesQuery(TypedDict, total=False):
    """The parameters of ``listDeliveries``."""

    status: DeliveryStatus
    """Only those that stand there."""
    event_type: str
    """Only those of this type."""
    after: str
    """Only those accepted at this time or later."""
    before: str
    """Only those accepted before this time."""
    http_status_code: str
    """Only those whose latest try was answered so. A status code, as `503`, or a class of them, as
    `5xx`."""
    fault: DeliveryFault
    """Only those whose latest try failed so."""
    cursor: str
    """Where the page starts: taken from `next` and `previous`."""
    page_size: int
    """How many a page has."""


class ExportDeliveriesAsCsvQuery(TypedDict, total=False):
    """The parameters of ``exportDeliveriesAsCsv``."""

    status: DeliveryStatus
    """Only those that stand there."""
    event_type: str
    """Only those of this type."""
    after: str
    """Only those accepted at this time or later."""
    before: str
    """Only those accepted before this time."""
    http_status_code: str
    """Only those whose latest try was answered so. A status code, as `503`, or a class of them, as
    `5xx`."""
    fault: DeliveryFault
    """Only those whose latest try failed so."""


class ExportDeliveriesAsJsonLinesQuery(TypedDict, total=False):
    """The parameters of ``exportDeliveriesAsJsonLines``."""

    status: DeliveryStatus
    """Only those that stand there."""
    event_type: str
    """Only those of this type."""
    after: str
    """Only those accepted at this time or later."""
    before: str
    """Only those accepted before this time."""
    http_status_code: str
    """Only those whose latest try was answered so. A status code, as `503`, or a class of them, as
    `5xx`."""
    fault: DeliveryFault
    """Only those whose latest try failed so."""


class ResendDeliveriesQuery(TypedDict, total=False):
    """The parameters of ``resendDeliveries``."""

    status: DeliveryStatus
    """Only those that stand there."""
    event_type: str
    """Only those of this type."""
    after: str
    """Only those accepted at this time or later."""
    before: str
    """Only those accepted before this time."""
    http_status_code: str
    """Only those whose latest try was answered so. A status code, as `503`, or a class of them, as
    `5xx`."""
    fault: DeliveryFault
    """Only those whose latest try failed so."""
    cursor: str
    """Where the page starts: taken from `next` and `previous`."""


class ReadSeriesQuery(TypedDict, total=False):
    """The parameters of ``readSeries``."""

    from_: str
    """Begin of the range. A day before `to` if left out."""
    to: str
    """End of the range. Now if left out."""
    step: int
    """Length of a step in seconds, so that the range has at most 300. If left out, it is chosen so
    that there are 20 to 60 or so; a range of more than 60 days has steps of a day."""


class ReadMetricsQuery(TypedDict, total=False):
    """The parameters of ``readMetrics``."""

    account: str
    """The account's name."""


class ReadAuditQuery(TypedDict, total=False):
    """The parameters of ``readAudit``."""

    cursor: str
    """Where the page starts: taken from `next` and `previous`."""
    page_size: int
    """How many a page has."""


class ListKeysQuery(TypedDict, total=False):
    """The parameters of ``listKeys``."""

    page: int | Literal["last"]
    """The page, from 1, or `last`."""
    page_size: int
    """How many a page has."""


class ListAccountsQuery(TypedDict, total=False):
    """The parameters of ``listAccounts``."""

    q: str
    """Only those whose name contains this text, in upper or lower case."""
    cursor: str
    """Where the page starts: taken from `next`."""
    page_size: int
    """How many a page has."""


read_alert: Final[Operation[Webhook]] = Operation("readAlert", "GET", "/v1/alert", "json")
put_alert: Final[Operation[Webhook | CreatedWebhook]] = Operation(
    "putAlert", "PUT", "/v1/alert", "json"
)
delete_alert: Final[Operation[None]] = Operation("deleteAlert", "DELETE", "/v1/alert", "nothing")
list_webhooks: Final[Operation[WebhookList]] = Operation(
    "listWebhooks", "GET", "/v1/webhooks", "json"
)
create_webhook: Final[Operation[CreatedWebhook]] = Operation(
    "createWebhook", "POST", "/v1/webhooks", "json", keyed=True
)
get_webhook: Final[Operation[Webhook]] = Operation("getWebhook", "GET", "/v1/webhooks/{id}", "json")
put_webhook: Final[Operation[Webhook]] = Operation("putWebhook", "PUT", "/v1/webhooks/{id}", "json")
patch_webhook: Final[Operation[Webhook]] = Operation(
    "patchWebhook", "PATCH", "/v1/webhooks/{id}", "json"
)
delete_webhook: Final[Operation[None]] = Operation(
    "deleteWebhook", "DELETE", "/v1/webhooks/{id}", "nothing"
)
ping_webhook: Final[Operation[PingResult]] = Operation(
    "pingWebhook", "POST", "/v1/webhooks/{id}/ping", "json"
)
rotate_secret: Final[Operation[Signing]] = Operation(
    "rotateSecret", "POST", "/v1/webhooks/{id}/rotate-secret", "json"
)
list_deliveries: Final[Operation[DeliveryList]] = Operation(
    "listDeliveries", "GET", "/v1/webhooks/{id}/deliveries", "json"
)
export_deliveries_as_csv: Final[Operation[str]] = Operation(
    "exportDeliveriesAsCsv", "GET", "/v1/webhooks/{id}/deliveries.csv", "text"
)
export_deliveries_as_json_lines: Final[Operation[str]] = Operation(
    "exportDeliveriesAsJsonLines", "GET", "/v1/webhooks/{id}/deliveries.jsonl", "text"
)
resend_deliveries: Final[Operation[ResentDeliveries]] = Operation(
    "resendDeliveries", "POST", "/v1/webhooks/{id}/deliveries/resend", "json"
)
read_delivery: Final[Operation[DeliveryDetail]] = Operation(
    "readDelivery", "GET", "/v1/webhooks/{id}/deliveries/{event_id}", "json"
)
read_sent_request: Final[Operation[DeliveryRequest]] = Operation(
    "readSentRequest", "GET", "/v1/webhooks/{id}/deliveries/{event_id}/request", "json"
)
resend_delivery: Final[Operation[Delivery]] = Operation(
    "resendDelivery", "POST", "/v1/webhooks/{id}/deliveries/{event_id}/resend", "json"
)
skip_delivery: Final[Operation[Delivery]] = Operation(
    "skipDelivery", "POST", "/v1/webhooks/{id}/deliveries/{event_id}/skip", "json"
)
read_recovery: Final[Operation[Recovery]] = Operation(
    "readRecovery", "GET", "/v1/webhooks/{id}/recover", "json"
)
recover: Final[Operation[Recovery]] = Operation(
    "recover", "POST", "/v1/webhooks/{id}/recover", "json"
)
read_stats: Final[Operation[WebhookStats]] = Operation(
    "readStats", "GET", "/v1/webhooks/{id}/stats", "json"
)
read_series: Final[Operation[WebhookSeries]] = Operation(
    "readSeries", "GET", "/v1/webhooks/{id}/stats/series", "json"
)
read_event: Final[Operation[EventDetail]] = Operation(
    "readEvent", "GET", "/v1/events/{event_id}", "json"
)
publish: Final[Operation[PublishedEvent]] = Operation(
    "publish", "POST", "/v1/events", "json", keyed=True
)
publish_batch: Final[Operation[list[BatchItem]]] = Operation(
    "publishBatch", "POST", "/v1/events/batch", "json", keyed=True
)
read_sample: Final[Operation[SampleList]] = Operation(
    "readSample", "GET", "/v1/webhooks/sample-{sample}", "json"
)
test_filter: Final[Operation[FilterVerdict]] = Operation(
    "testFilter", "POST", "/v1/filters/test", "json"
)
list_event_types: Final[Operation[EventTypeList]] = Operation(
    "listEventTypes", "GET", "/v1/event-types", "json"
)
read_event_type: Final[Operation[EventType]] = Operation(
    "readEventType", "GET", "/v1/admin/event-types/{name}", "json"
)
put_event_type: Final[Operation[EventType]] = Operation(
    "putEventType", "PUT", "/v1/admin/event-types/{name}", "json"
)
delete_event_type: Final[Operation[None]] = Operation(
    "deleteEventType", "DELETE", "/v1/admin/event-types/{name}", "nothing"
)
health: Final[Operation[Health]] = Operation("health", "GET", "/health", "json")
read_metrics: Final[Operation[str]] = Operation("readMetrics", "GET", "/metrics", "text")
ping: Final[Operation[KeyInfo]] = Operation("ping", "GET", "/v1/ping", "json")
read_audit: Final[Operation[AuditList]] = Operation("readAudit", "GET", "/v1/audit", "json")
list_keys: Final[Operation[KeyList]] = Operation("listKeys", "GET", "/v1/admin/keys", "json")
create_key: Final[Operation[CreatedKey]] = Operation("createKey", "POST", "/v1/admin/keys", "json")
revoke_key: Final[Operation[None]] = Operation(
    "revokeKey", "DELETE", "/v1/admin/keys/{id}", "nothing"
)
list_accounts: Final[Operation[AccountList]] = Operation(
    "listAccounts", "GET", "/v1/admin/accounts", "json"
)
read_account: Final[Operation[AccountDetail]] = Operation(
    "readAccount", "GET", "/v1/admin/accounts/{account}", "json"
)
delete_account: Final[Operation[AccountDetail]] = Operation(
    "deleteAccount", "DELETE", "/v1/admin/accounts/{account}", "json"
)
disable_account: Final[Operation[AccountState]] = Operation(
    "disableAccount", "POST", "/v1/admin/accounts/{account}/disable", "json"
)
create_portal_link: Final[Operation[PortalLink]] = Operation(
    "createPortalLink", "POST", "/v1/admin/accounts/{account}/portal", "json"
)
enable_account: Final[Operation[AccountState]] = Operation(
    "enableAccount", "POST", "/v1/admin/accounts/{account}/enable", "json"
)
import_webhooks: Final[Operation[list[ImportItem]]] = Operation(
    "importWebhooks", "POST", "/v1/admin/accounts/{account}/import", "json"
)
