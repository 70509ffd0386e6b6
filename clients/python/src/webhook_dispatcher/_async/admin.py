"""The calls of the operator, with ``ADMIN_KEY``."""

import builtins
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import cast

from typing_extensions import Unpack

from .. import _batches
from .. import _operations as op
from .._request import build, json_body
from ..models import (
    AccountDetail,
    AccountState,
    AccountSummary,
    CreatedKey,
    EventType,
    ImportItem,
    Key,
    KeyRequest,
    PortalLink,
    PortalRequest,
    TypeDefinition,
)
from .transport import AsyncTransport


class AsyncAccounts:
    """The accounts, which are the customers of the platform."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **filters: Unpack[op.ListAccountsQuery]) -> AsyncIterator[AccountSummary]:
        """Yields the accounts, in the order of their names, from all pages."""
        async for page in self._transport.pages(build(op.list_accounts, query=filters)):
            for account in page["results"]:
                yield account

    async def get(self, account: str) -> AccountDetail:
        """Reads an account."""
        return await self._transport.call(build(op.read_account, account))

    async def delete(self, account: str) -> AccountDetail:
        """Begins to delete all data of an account. ``get`` says how far it is."""
        return await self._transport.call(build(op.delete_account, account))

    async def disable(self, account: str) -> AccountState:
        """Stops all sending of an account. What waits keeps its place."""
        return await self._transport.call(build(op.disable_account, account))

    async def enable(self, account: str) -> AccountState:
        """Lets an account go on."""
        return await self._transport.call(build(op.enable_account, account))

    async def import_webhooks(
        self, account: str, webhooks: Iterable[Mapping[str, object]]
    ) -> builtins.list[ImportItem]:
        """Creates webhooks of another sender under their ids, in as many calls as are needed.

        Each has an ``id`` and the fields of a creation. The answer has an item for each, in order,
        and ``line`` counts from 1 over all of them. A repeat changes nothing.
        """
        items: list[ImportItem] = []
        for part in _batches.divide(json_body(webhook) for webhook in webhooks):
            answer = await self._transport.call(
                build(
                    op.import_webhooks,
                    account,
                    content=b"\n".join(part.items),
                    content_type="application/x-ndjson",
                    repeatable=True,
                )
            )
            items += [numbered(item, part.start) for item in answer]
        return items

    async def create_portal_link(self, account: str, **link: Unpack[PortalRequest]) -> PortalLink:
        """Makes a link that opens the dashboard for one account, for a limited time."""
        content = json_body(link)
        return await self._transport.call(build(op.create_portal_link, account, content=content))


def numbered(item: ImportItem, before: int) -> ImportItem:
    """Returns an item with its number in the whole import."""
    return cast(ImportItem, {**item, "line": item["line"] + before})


class AsyncKeys:
    """The API keys of all accounts."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def list(self, **pages: Unpack[op.ListKeysQuery]) -> AsyncIterator[Key]:
        """Yields the keys of all accounts, from all pages."""
        async for page in self._transport.pages(build(op.list_keys, query=pages)):
            for key in page["results"]:
                yield key

    async def create(self, **key: Unpack[KeyRequest]) -> CreatedKey:
        """Creates a key. Only this answer has it."""
        return await self._transport.call(build(op.create_key, content=json_body(key)))

    async def revoke(self, key_id: str) -> None:
        """Revokes a key."""
        await self._transport.call(build(op.revoke_key, key_id))


class AsyncEventTypes:
    """The event types that the operator has defined."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, name: str) -> EventType:
        """Reads an event type."""
        return await self._transport.call(build(op.read_event_type, name))

    async def put(self, name: str, **definition: Unpack[TypeDefinition]) -> EventType:
        """Defines an event type, or changes it. What is left out is kept."""
        content = json_body(definition)
        return await self._transport.call(build(op.put_event_type, name, content=content))

    async def delete(self, name: str) -> None:
        """Deletes an event type that no webhook names."""
        await self._transport.call(build(op.delete_event_type, name))


class AsyncAdmin:
    """The calls of the operator. The client's key must be ``ADMIN_KEY``."""

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport
        self.accounts = AsyncAccounts(transport)
        """The accounts."""
        self.keys = AsyncKeys(transport)
        """The API keys."""
        self.event_types = AsyncEventTypes(transport)
        """The event types."""

    async def metrics(self, account: str) -> str:
        """Reads the numbers of an account's webhooks, as OpenMetrics."""
        return await self._transport.call(build(op.read_metrics, query={"account": account}))
