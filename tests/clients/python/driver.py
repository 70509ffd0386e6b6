"""Makes the calls of the client that it reads, and prints what came of them. One JSON a line.

    python driver.py sync|async URL [BASE_S]

``BASE_S`` is the longest wait before the first repeat, in place of the client's own.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import operator
import re
import sys
from pathlib import Path
from typing import Any

from webhook_dispatcher import (
    ApiError,
    AsyncClient,
    Client,
    DispatcherError,
    PartialBatchError,
    _retries,
)

CONTRACT = Path(__file__).parents[3] / "contract" / "openapi.json"

METHODS = {
    "createKey": "admin.keys.create",
    "createPortalLink": "admin.accounts.create_portal_link",
    "createWebhook": "webhooks.create",
    "deleteAccount": "admin.accounts.delete",
    "deleteAlert": "alert.delete",
    "deleteEventType": "admin.event_types.delete",
    "deleteWebhook": "webhooks.delete",
    "disableAccount": "admin.accounts.disable",
    "enableAccount": "admin.accounts.enable",
    "exportDeliveriesAsCsv": "deliveries.export_csv",
    "exportDeliveriesAsJsonLines": "deliveries.export_json_lines",
    "getWebhook": "webhooks.get",
    "health": "health",
    "importWebhooks": "admin.accounts.import_webhooks",
    "listAccounts": "admin.accounts.list",
    "listDeliveries": "deliveries.list",
    "listEventTypes": "events.types",
    "listKeys": "admin.keys.list",
    "listWebhooks": "webhooks.list",
    "patchWebhook": "webhooks.update",
    "ping": "ping",
    "pingWebhook": "webhooks.ping",
    "publish": "publish",
    "publishBatch": "publish_batch",
    "putAlert": "alert.put",
    "putEventType": "admin.event_types.put",
    "putWebhook": "webhooks.replace",
    "readAccount": "admin.accounts.get",
    "readAlert": "alert.get",
    "readAudit": "audit",
    "readDelivery": "deliveries.get",
    "readEvent": "events.get",
    "readEventType": "admin.event_types.get",
    "readMetrics": "admin.metrics",
    "readRecovery": "webhooks.recovery",
    "readSample": "events.sample",
    "readSentRequest": "deliveries.request",
    "readSeries": "webhooks.series",
    "readStats": "webhooks.stats",
    "recover": "webhooks.recover",
    "resendDeliveries": "deliveries.resend_many",
    "resendDelivery": "deliveries.resend",
    "revokeKey": "admin.keys.revoke",
    "rotateSecret": "webhooks.rotate_secret",
    "skipDelivery": "deliveries.skip",
    "testFilter": "events.test_filter",
}
"""The method of each operation of the contract."""

POSITIONAL_BODIES = {"publish", "publishBatch", "importWebhooks"}


def paths() -> dict[str, str]:
    """Returns the path of each operation of the contract."""
    contract = json.loads(CONTRACT.read_text())
    return {
        operation["operationId"]: path
        for path, item in contract["paths"].items()
        for operation in item.values()
        if isinstance(operation, dict)
    }


PATHS = paths()


async def call(client: Any, step: dict[str, Any]) -> Any:
    """Makes a call and returns its answer. That of an iterator is the list of its items."""
    name = step["call"]
    params = dict(step.get("params", {}))
    segments = [params.pop(name) for name in re.findall(r"\{(\w+)\}", PATHS[name])]
    options = {"from_" if name == "from" else name: value for name, value in params.items()}
    for header, value in step.get("headers", {}).items():
        options[header.lower().replace("-", "_")] = value
    if "body" in step:
        if name in POSITIONAL_BODIES:
            segments.append(step["body"])
        else:
            options.update(step["body"])
    result = operator.attrgetter(METHODS[name])(client)(*segments, **options)
    if inspect.isawaitable(result):
        result = await result
    elif inspect.isasyncgen(result):
        result = [item async for item in result]
    elif inspect.isgenerator(result):
        result = list(result)
    return "".join(result) if name == "exportDeliveriesAsCsv" else result


async def outcome(client: Any, step: dict[str, Any]) -> dict[str, Any]:
    """Returns the answer to a call, or its error."""
    try:
        return {"answer": await call(client, step)}
    except (DispatcherError, ValueError, TypeError) as error:
        shown: dict[str, Any] = {"class": type(error).__name__, "message": str(error)}
        if isinstance(error, ApiError):
            names = ("status", "code", "detail", "field_errors", "request_id", "retry_after")
            shown |= {name: getattr(error, name) for name in names}
        if isinstance(error, PartialBatchError):
            shown["results"] = error.results
        return {"error": shown}


async def main() -> None:
    mode, url, *base_s = sys.argv[1:]
    if base_s:
        _retries.BASE_S = float(base_s[0])
    clients: dict[str, Any] = {}
    for line in sys.stdin:
        step = json.loads(line)
        key = step["key"]
        if key not in clients:
            clients[key] = (Client if mode == "sync" else AsyncClient)(url, key)
        print(json.dumps(await outcome(clients[key], step)), flush=True)


asyncio.run(main())
