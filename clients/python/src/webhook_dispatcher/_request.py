"""Builds requests. Both clients send the same ones; nothing here does I/O."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeAlias, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import uuid4

from ._operation import Operation

T = TypeVar("T")

JsonText: TypeAlias = str | bytes
"""JSON that is sent as it stands."""

_PARAMETER = re.compile(r"\{[a-z_]+\}")
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
_NO_QUERY: Mapping[str, object] = {}


@dataclass(frozen=True)
class Request(Generic[T]):
    """A request whose answer is a ``T``."""

    operation: Operation[T]
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    content: bytes | None
    repeatable: bool
    """Whether it may be sent again when it is unknown what became of it."""

    def following(self, url: str | None) -> "Request[T] | None":
        """Returns the request for the page that ``next`` names, if there is one.

        Only the query of the URL is used, so the API key never goes to another host.
        """
        if url is None:
            return None
        return replace(self, query=parse_qsl(urlsplit(url).query, keep_blank_values=True))


def build(
    operation: Operation[T],
    *segments: str,
    query: Mapping[str, object] = _NO_QUERY,
    content: bytes | None = None,
    content_type: str = "application/json",
    if_match: str | None = None,
    idempotency_key: str | None = None,
    traceparent: str | None = None,
    tracestate: str | None = None,
    repeatable: bool = False,
) -> Request[T]:
    """Builds a request. ``segments`` are the parameters of the path, in their order.

    An operation that takes an ``Idempotency-Key`` gets one of its own if none is given, so that it
    can be repeated. A change with ``if_match`` is not repeated: the repeat of one that has
    succeeded would be refused. ``repeatable`` is for a POST that may be made twice.
    """
    if operation.keyed and idempotency_key is None:
        idempotency_key = str(uuid4())
    headers = {
        "Content-Type": None if content is None else content_type,
        "Idempotency-Key": idempotency_key,
        "If-Match": if_match,
        "traceparent": traceparent,
        "tracestate": tracestate,
    }
    is_change = operation.method == "PUT" and if_match is not None
    return Request(
        operation=operation,
        path=_path(operation.path, segments),
        query=[(_name(name), _value(value)) for name, value in query.items() if value is not None],
        headers={
            name: _header(name, value) for name, value in headers.items() if value is not None
        },
        content=content,
        repeatable=repeatable
        or operation.keyed
        or (operation.method in _REPEATABLE and not is_change),
    )


def json_body(value: object) -> bytes:
    """Returns the JSON of a value. Raises ``TypeError`` or ``ValueError`` if it has none."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def event_body(event: Mapping[str, object] | JsonText) -> bytes:
    """Returns the bytes of an event. Text and bytes are JSON already, and sent as they are."""
    if isinstance(event, str):
        return event.encode()
    if isinstance(event, bytes):
        return event
    return json_body(event)


def _path(template: str, segments: tuple[str, ...]) -> str:
    rest = iter(segments)
    return _PARAMETER.sub(lambda _: _segment(next(rest)), template)


def _segment(value: str) -> str:
    # An empty one would be another path, and dots would be resolved.
    if value in ("", ".", ".."):
        raise ValueError(f"{value!r} is not an id or a name")
    return quote(value, safe="")


def _name(name: str) -> str:
    """Returns a parameter's name: ``from_`` is ``from``, which Python keeps for itself."""
    return name.removesuffix("_")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _header(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise ValueError(f"{name}: only visible ASCII characters are allowed, not {value!r}")
    return value
