"""What a user of the package writes. mypy checks it, and it is not run.

Each ``type: ignore`` stands where mypy must find a mistake.
"""

from typing import TypedDict, cast

import httpx

from webhook_dispatcher import AsyncClient, BadRequest, Client, WebhookEvent, verify
from webhook_dispatcher.models import DeliveryStatus, Webhook

client = Client("https://hooks.example.com", "key", timeout=5, http_client=httpx.Client())


def publish() -> int:
    published = client.publish(
        {"event_type": "COURSE_COMPLETION", "course": {"id": "c1"}}, idempotency_key="c1"
    )
    client.publish('{"event_type": "COURSE_COMPLETION"}')
    client.publish(1)  # type: ignore[arg-type]
    stored = 0
    for item in client.publish_batch([{"event_type": "QUIZ_COMPLETION"}]):
        if item["status"] == 202:
            stored += item["webhooks"]
        else:
            print(item.get("detail"))
    return published["webhooks"] + published.get("held", 0) + stored


def manage() -> list[str]:
    created = client.webhooks.create(
        target_url="https://example.com/hook",
        event_types=["COURSE_*"],
        filter={"score": {"$gte": 80}},
        additional_headers={"X-Tenant": "acme"},
    )
    client.webhooks.create(target_url="https://example.com/hook", colour="red")  # type: ignore[call-arg]
    client.webhooks.create(name="no target")  # type: ignore[call-arg]
    secret: str | None = created.get("signing_secret")
    webhook, tag = client.webhooks.get_with_etag(created["id"])
    changed: Webhook = client.webhooks.update(webhook["id"], active=False, if_match=tag)
    status: DeliveryStatus = "undelivered"
    ids = [each["event_id"] for each in client.deliveries.list(changed["id"], status=status)]
    client.deliveries.list(changed["id"], status="lost")  # type: ignore[arg-type]
    client.webhooks.series(changed["id"], from_="2026-11-24T10:00:00Z", step=3600)
    print(changed["colour"])  # type: ignore[typeddict-item]
    return [*ids, secret or "", *(each["id"] for each in client.webhooks.list(active=True))]


async def asynchronous(client: AsyncClient) -> list[str]:
    await client.publish({"event_type": "COURSE_COMPLETION"})
    try:
        await client.alert.put(target_url="https://example.com/alert")
    except BadRequest as error:
        return [name for name, _ in error.field_errors.items()]
    return [each["event_id"] async for each in client.deliveries.export_json_lines("id")]


def operate() -> str:
    key = client.admin.keys.create(account="acme", name="backend", scopes=["events:write"])
    client.admin.keys.create(account="acme", name="all", scopes=["everything"])  # type: ignore[list-item]
    for entry in client.audit():
        print(entry["action"])
    return key["key"]


class OrderPaid(TypedDict):
    order: str


def receive(headers: dict[str, str], body: bytes) -> str | None:
    event: WebhookEvent = verify(headers, body, ["whsec_…", "whpk_…"])
    if event["event_type"] == "COURSE_COMPLETION":
        return event.get("course", {}).get("id")
    if event["event_type"] == "WEBHOOK_DEACTIVATED":
        return event["webhook_id"]
    return cast(OrderPaid, event)["order"]
