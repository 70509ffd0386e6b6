# Made from ../_async/resources.py by generate.py; do not edit it by hand.
"""The calls for webhooks, deliveries, events and the alert."""

import json
from collections.abc import Iterator, Mapping

from typing_extensions import Unpack

from .. import _operations as op
from .._request import JsonText, build, event_body, json_body
from ..models import (
    AlertPut,
    CreatedWebhook,
    Delivery,
    DeliveryDetail,
    DeliveryRequest,
    EventDetail,
    EventTypeList,
    FilterVerdict,
    PingResult,
    RecoverRequest,
    Recovery,
    ResentDeliveries,
    Rotation,
    SampleList,
    Signing,
    Webhook,
    WebhookCreate,
    WebhookSeries,
    WebhookStats,
    WebhookUpdate,
)
from .transport import Transport


class Webhooks:
    """Where events go."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, **filters: Unpack[op.ListWebhooksQuery]) -> Iterator[Webhook]:
        """Yields the webhooks, in the order of their creation, from all pages."""
        for page in self._transport.pages(build(op.list_webhooks, query=filters)):
            for webhook in page["results"]:
                yield webhook

    def create(
        self, *, idempotency_key: str | None = None, **webhook: Unpack[WebhookCreate]
    ) -> CreatedWebhook:
        """Creates a webhook. Only this answer has its ``signing_secret``."""
        return self._transport.call(
            build(
                op.create_webhook,
                content=json_body(webhook),
                idempotency_key=idempotency_key,
            )
        )

    def get(self, webhook_id: str) -> Webhook:
        """Reads a webhook."""
        return self._transport.call(build(op.get_webhook, webhook_id))

    def get_with_etag(self, webhook_id: str) -> tuple[Webhook, str]:
        """Reads a webhook and its entity tag, which a change takes as ``if_match``."""
        return self._transport.call_tagged(build(op.get_webhook, webhook_id))

    def replace(
        self, webhook_id: str, *, if_match: str | None = None, **changes: Unpack[WebhookUpdate]
    ) -> Webhook:
        """Changes a webhook by PUT. What is left out is kept. It is repeated if need be."""
        content = json_body(changes)
        request = build(op.put_webhook, webhook_id, content=content, if_match=if_match)
        return self._transport.call(request)

    def update(
        self, webhook_id: str, *, if_match: str | None = None, **changes: Unpack[WebhookUpdate]
    ) -> Webhook:
        """Changes a webhook by PATCH. What is left out is kept."""
        content = json_body(changes)
        request = build(op.patch_webhook, webhook_id, content=content, if_match=if_match)
        return self._transport.call(request)

    def delete(self, webhook_id: str, *, if_match: str | None = None) -> None:
        """Deletes a webhook. What waits is not sent any more."""
        self._transport.call(build(op.delete_webhook, webhook_id, if_match=if_match))

    def ping(self, webhook_id: str, **options: Unpack[op.PingWebhookQuery]) -> PingResult:
        """Sends one test event, now, and says what came of it."""
        return self._transport.call(build(op.ping_webhook, webhook_id, query=options))

    def rotate_secret(self, webhook_id: str, **rotation: Unpack[Rotation]) -> Signing:
        """Puts a new signing secret in force. The one before signs too for a while."""
        content = json_body(rotation)
        return self._transport.call(build(op.rotate_secret, webhook_id, content=content))

    def stats(self, webhook_id: str) -> WebhookStats:
        """Reads a webhook in numbers."""
        return self._transport.call(build(op.read_stats, webhook_id))

    def series(self, webhook_id: str, **span: Unpack[op.ReadSeriesQuery]) -> WebhookSeries:
        """Reads what became of the deliveries of each step of time."""
        return self._transport.call(build(op.read_series, webhook_id, query=span))

    def recover(self, webhook_id: str, **which: Unpack[RecoverRequest]) -> Recovery:
        """Begins to deliver what was held or not delivered."""
        content = json_body(which)
        return self._transport.call(build(op.recover, webhook_id, content=content))

    def recovery(self, webhook_id: str) -> Recovery:
        """Reads how far the latest recovery is."""
        return self._transport.call(build(op.read_recovery, webhook_id))


class Deliveries:
    """What happened to the events of a webhook, and sending them again."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self, webhook_id: str, **filters: Unpack[op.ListDeliveriesQuery]
    ) -> Iterator[Delivery]:
        """Yields the deliveries of a webhook, the newest first, from all pages."""
        request = build(op.list_deliveries, webhook_id, query=filters)
        for page in self._transport.pages(request):
            for delivery in page["results"]:
                yield delivery

    def get(self, webhook_id: str, event_id: str) -> DeliveryDetail:
        """Reads a delivery with all its attempts."""
        return self._transport.call(build(op.read_delivery, webhook_id, event_id))

    def request(self, webhook_id: str, event_id: str) -> DeliveryRequest:
        """Reads what was sent: the POST of the latest attempt."""
        return self._transport.call(build(op.read_sent_request, webhook_id, event_id))

    def resend(self, webhook_id: str, event_id: str) -> Delivery:
        """Sends an event once more, now."""
        return self._transport.call(build(op.resend_delivery, webhook_id, event_id))

    def resend_many(
        self, webhook_id: str, **filters: Unpack[op.ResendDeliveriesQuery]
    ) -> ResentDeliveries:
        """Sends again all deliveries that the filters find, in as many calls as are needed.

        At least one filter must be given. The answer has the sum.
        """
        resent = 0
        request = build(op.resend_deliveries, webhook_id, query=filters)
        for page in self._transport.pages(request):
            resent += page["resent"]
        return {"resent": resent, "next": None}

    def skip(self, webhook_id: str, event_id: str) -> Delivery:
        """Gives up a delivery that waits, so that it holds back nothing."""
        return self._transport.call(build(op.skip_delivery, webhook_id, event_id))

    def export_csv(
        self, webhook_id: str, **filters: Unpack[op.ExportDeliveriesAsCsvQuery]
    ) -> Iterator[str]:
        """Yields the lines of a CSV file with a header, each with its end, as they arrive."""
        request = build(op.export_deliveries_as_csv, webhook_id, query=filters)
        for line in self._transport.lines(request):
            yield line

    def export_json_lines(
        self, webhook_id: str, **filters: Unpack[op.ExportDeliveriesAsJsonLinesQuery]
    ) -> Iterator[Delivery]:
        """Yields deliveries, the newest first, as they arrive: faster than ``list`` for many."""
        request = build(op.export_deliveries_as_json_lines, webhook_id, query=filters)
        for line in self._transport.lines(request):
            delivery: Delivery = json.loads(line)
            yield delivery


class Events:
    """What was published, and what can be."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, event_id: str) -> EventDetail:
        """Reads where an event went, with all attempts."""
        return self._transport.call(build(op.read_event, event_id))

    def types(self) -> EventTypeList:
        """Lists the event types in force."""
        return self._transport.call(build(op.list_event_types))

    def sample(self, name: str) -> SampleList:
        """Reads a sample event. The name is the type in lower case with hyphens."""
        return self._transport.call(build(op.read_sample, name))

    def test_filter(
        self, filter: Mapping[str, object] | None, event: Mapping[str, object] | JsonText
    ) -> FilterVerdict:
        """Says whether an event matches a filter, and why not. Nothing is stored or sent."""
        content = b'{"filter":%b,"event":%b}' % (json_body(filter), event_body(event))
        return self._transport.call(build(op.test_filter, content=content, repeatable=True))


class Alert:
    """The webhook that gets the operational events of its account."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self) -> Webhook:
        """Reads the alert."""
        return self._transport.call(build(op.read_alert))

    def get_with_etag(self) -> tuple[Webhook, str]:
        """Reads the alert and its entity tag, which a change takes as ``if_match``."""
        return self._transport.call_tagged(build(op.read_alert))

    def put(
        self, *, if_match: str | None = None, **alert: Unpack[AlertPut]
    ) -> Webhook | CreatedWebhook:
        """Makes the alert, or changes it. A new one is answered with its ``signing_secret``."""
        content = json_body(alert)
        return self._transport.call(build(op.put_alert, content=content, if_match=if_match))

    def delete(self, *, if_match: str | None = None) -> None:
        """Deletes the alert."""
        self._transport.call(build(op.delete_alert, if_match=if_match))
