"""The client."""

from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType

import anyio
import httpx
from typing_extensions import Self, Unpack

from .. import _batches, _retries
from .. import _operations as op
from .._request import JsonText, Request, build, event_body
from .._settings import Settings
from ..errors import ApiError, DispatcherError, PartialBatchError
from ..models import AuditEntry, BatchItem, Health, KeyInfo, PublishedEvent
from .admin import AsyncAdmin
from .resources import AsyncAlert, AsyncDeliveries, AsyncEvents, AsyncWebhooks
from .transport import AsyncTransport


class AsyncClient:
    """A client of a dispatcher. Use it in a ``with`` block, or close it.

    One client serves the whole program: it keeps its connections, and its methods may be called at
    the same time.

    Calls that may be repeated are repeated after a failed connection, 429, 502, 503 and 504: those
    by GET, PUT and DELETE, ``publish``, ``publish_batch`` and ``webhooks.create``. Every call can
    raise ``ApiError`` and ``ConnectionError``.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout: float = 30.0,
        retries: int = 4,
        user_agent: str | None = None,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        """Takes the dispatcher's address and a key, and raises ``ValueError`` if one is wrong.

        ``timeout`` is the longest wait for a connection, and for each part of an answer, in
        seconds. ``retries`` is how often a call is repeated. ``user_agent`` goes before the name of
        this package. ``http_client`` is used in place of one of its own, and not closed: give one
        for a proxy or for certificates.
        """
        settings = Settings.checked(url, api_key, timeout, retries, user_agent)
        self._transport = AsyncTransport(settings, http_client)
        self.webhooks = AsyncWebhooks(self._transport)
        """Where events go."""
        self.deliveries = AsyncDeliveries(self._transport)
        """What happened to events, and sending them again."""
        self.events = AsyncEvents(self._transport)
        """What was published, and what can be."""
        self.alert = AsyncAlert(self._transport)
        """The webhook that gets the operational events."""
        self.admin = AsyncAdmin(self._transport)
        """The calls of the operator."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._transport.aclose()

    async def publish(
        self,
        event: Mapping[str, object] | JsonText,
        *,
        idempotency_key: str | None = None,
        traceparent: str | None = None,
        tracestate: str | None = None,
    ) -> PublishedEvent:
        """Publishes an event: a dict with an ``event_type``, or JSON, which is sent as it stands.

        Repeats have the same ``Idempotency-Key``, so it is published once. Give a key of your own
        if your program may publish the same event again, for example after a crash. ``traceparent``
        and ``tracestate`` are those of W3C Trace Context.
        """
        return await self._transport.call(
            build(
                op.publish,
                content=event_body(event),
                idempotency_key=idempotency_key,
                traceparent=traceparent,
                tracestate=tracestate,
            )
        )

    async def publish_batch(
        self,
        events: Iterable[Mapping[str, object] | JsonText],
        *,
        idempotency_key: str | None = None,
        traceparent: str | None = None,
        tracestate: str | None = None,
    ) -> list[BatchItem]:
        """Publishes events, in as many calls as are needed: each has 100 events and 1 MiB at most.

        Returns an item for each event, in order, with the ``status`` that the event would have had
        alone. A wrong event does not stop the others. To repeat all of it with the same events and
        key is safe, also after a ``PartialBatchError``.
        """
        results: list[BatchItem] = []
        parts = list(_batches.divide(event_body(event) for event in events))
        keys = _batches.keys_of(idempotency_key, parts)
        for part, key in zip(parts, keys, strict=True):
            request = build(
                op.publish_batch,
                content=b"[%b]" % b",".join(part.items),
                idempotency_key=key,
                traceparent=traceparent,
                tracestate=tracestate,
            )
            try:
                results += await self._publish_part(part, request)
            except DispatcherError as error:
                if not results:
                    raise
                raise PartialBatchError(results, error) from error
        return results

    async def _publish_part(
        self, part: _batches.Part, request: Request[list[BatchItem]]
    ) -> list[BatchItem]:
        tries = 0
        while True:
            tries += 1
            try:
                items = await self._transport.call(request)
            except ApiError as error:
                if error.status == _batches.TOO_LARGE and len(part.items) == 1:
                    return [{"status": 413, "detail": error.detail}]
                raise
            wait_s = _retries.batch_wait_s(items, tries, self._transport.settings.retries)
            if wait_s is None:
                return items
            await anyio.sleep(wait_s)

    async def audit(self, **pages: Unpack[op.ReadAuditQuery]) -> AsyncIterator[AuditEntry]:
        """Yields the changes of the account, the newest first, from all pages."""
        async for page in self._transport.pages(build(op.read_audit, query=pages)):
            for entry in page["results"]:
                yield entry

    async def ping(self) -> KeyInfo:
        """Says whose the key is and what it may do."""
        return await self._transport.call(build(op.ping))

    async def health(self) -> Health:
        """Says whether the dispatcher runs."""
        return await self._transport.call(build(op.health))
