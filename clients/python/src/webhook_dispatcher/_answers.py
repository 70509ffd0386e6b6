"""Reads answers. Nothing here does I/O."""

import json
from collections.abc import Mapping
from typing import Any, TypeVar

from ._request import Request
from ._retries import retry_after_s
from .errors import ApiError, api_error

T = TypeVar("T")

_NO_HEADERS: Mapping[str, str] = {}


def decode(request: Request[T], status: int, content: bytes) -> T:
    """Returns the answer to a call that has succeeded."""
    answer: Any = None
    if request.operation.answer == "text":
        answer = content.decode()
    elif request.operation.answer == "json":
        try:
            answer = json.loads(content)
        except ValueError:
            raise error(status, content) from None
    result: T = answer
    return result


def is_success(request: Request[Any], status: int, tries: int) -> bool:
    """Returns whether an answer is that to a success.

    A repeated DELETE that finds nothing is one: the try before has deleted it.
    """
    is_gone = request.operation.method == "DELETE" and tries > 1 and status == 404
    return 200 <= status < 300 or is_gone


def error(status: int, content: bytes, headers: Mapping[str, str] = _NO_HEADERS) -> ApiError:
    """Returns the error for an answer. That of a proxy may be no JSON."""
    try:
        body: Any = json.loads(content)
    except ValueError:
        body = content.decode(errors="replace")
    after = retry_after_s(headers.get("Retry-After"))
    return api_error(status, body, after, headers.get("Location", ""))


class Lines:
    """Divides a stream of bytes into lines, each with its end."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[str]:
        """Takes the next bytes, and returns the lines that are complete now."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [f"{line.decode()}\n" for line in lines]

    def end(self) -> list[str]:
        """Returns the last line, if it has no end."""
        return [self._rest.decode()] if self._rest else []
