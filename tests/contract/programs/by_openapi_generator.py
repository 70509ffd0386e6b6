"""The outcome of a client by OpenAPI Generator, `python`."""

import json

from dispatcher_api import (
    AccountApi,
    AdministrationApi,
    ApiClient,
    Configuration,
    DeliveriesApi,
    DeliveryStatus,
    Event,
    EventsApi,
    PortalRequest,
    RetryOptions,
    Rotation,
    Scope,
    WebhookCreate,
    WebhooksApi,
)
from dispatcher_api.exceptions import NotFoundException
from settings import (
    ACCOUNT,
    ADMIN_KEY,
    API_KEY,
    DISPATCHER_URL,
    EVENT,
    EVENT_TYPE,
    TARGET_URL,
    found,
)


def client_with(key: str) -> ApiClient:
    return ApiClient(Configuration(host=DISPATCHER_URL, access_token=key))


client = client_with(API_KEY)
webhooks = WebhooksApi(client)
deliveries = DeliveriesApi(client)
events = EventsApi(client)

event = Event.from_dict(EVENT)
assert event is not None
request = WebhookCreate(
    target_url=TARGET_URL, event_type=EVENT_TYPE, retry=RetryOptions(limit=3)
)
created = webhooks.create_webhook(request, idempotency_key="create-1")
published = events.publish(event, idempotency_key="publish-1")
delivery = found(
    lambda: deliveries.list_deliveries(created.id, status=DeliveryStatus.DELIVERED).results
)
attempts = deliveries.read_delivery(created.id, published.id).tries
ping = webhooks.ping_webhook(created.id)
signing = webhooks.rotate_secret(created.id, rotation=Rotation(grace_seconds=0))
stats = deliveries.read_stats(created.id)
batch = events.publish_batch([Event(event_type="PATH_COMPLETION"), Event(event_type="NOTHING")])
audit = AccountApi(client).read_audit()
active = webhooks.list_webhooks(active=True, page=1)
try:
    webhooks.get_webhook("none")
    missing = None
except NotFoundException as error:
    assert error.data is not None
    missing = {"status": error.status, "code": error.data.code}
link = AdministrationApi(client_with(ADMIN_KEY)).create_portal_link(
    ACCOUNT, portal_request=PortalRequest(scopes=[Scope.WEBHOOKS_READ])
)

outcome = {
    "created": {
        "state": created.state,
        "retry": created.retry and created.retry.limit,
        "secret": (created.signing_secret or "")[:6],
    },
    "published": published.webhooks,
    "delivery": {"status": delivery.status, "fault": delivery.fault},
    "attempts": [{"cause": one.cause, "code": one.http_status_code} for one in attempts],
    "ping": {"succeeded": ping.succeeded, "code": ping.http_status_code},
    "rotated": (signing.signing_secret or "")[:6],
    "stats": {"state": stats.state, "delivered": stats.delivered},
    "batch": [item.actual_instance.status for item in batch if item.actual_instance],
    "audit": [entry.action for entry in audit.results],
    "active": active.count,
    "missing": missing,
    "link": link.scopes,
}
print(json.dumps(outcome))
