"""The outcome of a client by openapi-python-client."""

import json
from typing import TypeVar

from dispatcher_client import AuthenticatedClient
from dispatcher_client.api.account import read_audit
from dispatcher_client.api.administration import create_portal_link
from dispatcher_client.api.deliveries import list_deliveries, read_delivery, read_stats
from dispatcher_client.api.events import publish, publish_batch
from dispatcher_client.api.webhooks import (
    create_webhook,
    get_webhook,
    list_webhooks,
    ping_webhook,
    rotate_secret,
)
from dispatcher_client.models import (
    AuditList,
    CreatedWebhook,
    Delivery,
    DeliveryDetail,
    DeliveryList,
    DeliveryStatus,
    Detail,
    Event,
    PingResult,
    PortalLink,
    PortalRequest,
    PublishedEvent,
    RetryOptions,
    RetrySettings,
    Rotation,
    Scope,
    Signing,
    WebhookCreate,
    WebhookList,
    WebhookStats,
)
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

Kind = TypeVar("Kind")


def expect(kind: type[Kind], answer: object) -> Kind:
    """A call returns what it was answered, or the problem."""
    if not isinstance(answer, kind):
        raise TypeError(f"not a {kind.__name__}: {answer}")
    return answer


client = AuthenticatedClient(base_url=DISPATCHER_URL, token=API_KEY)
request = WebhookCreate(
    target_url=TARGET_URL, event_type=EVENT_TYPE, retry=RetryOptions(limit=3)
)
created = expect(
    CreatedWebhook,
    create_webhook.sync(client=client, body=request, idempotency_key="create-1"),
)
event = Event.from_dict(EVENT)
published = expect(
    PublishedEvent, publish.sync(client=client, body=event, idempotency_key="publish-1")
)


def delivered() -> list[Delivery]:
    status = DeliveryStatus.DELIVERED
    page = list_deliveries.sync(created.id, client=client, status=status)
    return expect(DeliveryList, page).results


delivery = found(delivered)
attempts = expect(
    DeliveryDetail, read_delivery.sync(created.id, published.id, client=client)
).tries
ping = expect(PingResult, ping_webhook.sync(created.id, client=client))
rotation = Rotation(grace_seconds=0)
signing = expect(Signing, rotate_secret.sync(created.id, client=client, body=rotation))
stats = expect(WebhookStats, read_stats.sync(created.id, client=client))
batch = publish_batch.sync(
    client=client, body=[Event(event_type="PATH_COMPLETION"), Event(event_type="NOTHING")]
)
audit = expect(AuditList, read_audit.sync(client=client))
active = expect(WebhookList, list_webhooks.sync(client=client, active=True, page=1))
answer = get_webhook.sync_detailed("none", client=client)
link = expect(
    PortalLink,
    create_portal_link.sync(
        ACCOUNT,
        client=AuthenticatedClient(base_url=DISPATCHER_URL, token=ADMIN_KEY),
        body=PortalRequest(scopes=[Scope.WEBHOOKS_READ]),
    ),
)

outcome = {
    "created": {
        "state": created.state,
        "retry": expect(RetrySettings, created.retry).limit,
        "secret": expect(str, created.signing_secret)[:6],
    },
    "published": published.webhooks,
    "delivery": {"status": delivery.status, "fault": delivery.fault},
    "attempts": [{"cause": one.cause, "code": one.http_status_code} for one in attempts],
    "ping": {"succeeded": ping.succeeded, "code": ping.http_status_code},
    "rotated": expect(str, signing.signing_secret)[:6],
    "stats": {"state": stats.state, "delivered": stats.delivered},
    "batch": [item.status for item in expect(list, batch)],
    "audit": [entry.action for entry in audit.results],
    "active": active.count,
    "missing": {"status": answer.status_code, "code": expect(Detail, answer.parsed).code},
    "link": link.scopes,
}
print(json.dumps(outcome))
