# Made from ../_async/transport.py by generate.py; do not edit it by hand.
"""Sends requests, and repeats those that may be repeated."""

from collections.abc import Iterator
from typing import Any, TypedDict, TypeVar

import time
import httpx

from .. import _answers, _retries
from .._request import Request
from .._settings import Settings
from ..errors import ConnectionError, DispatcherError

T = TypeVar("T")


class Page(TypedDict):
    """What every page of a list has."""

    next: str | None


P = TypeVar("P", bound=Page)


class Transport:
    """Sends requests over one HTTP client."""

    def __init__(self, settings: Settings, http_client: httpx.Client | None) -> None:
        self.settings = settings
        self._is_own = http_client is None
        self._http = http_client or httpx.Client()

    def close(self) -> None:
        """Closes the connections, unless the HTTP client was given."""
        if self._is_own:
            self._http.close()

    def call(self, request: Request[T]) -> T:
        """Makes a call and returns its answer."""
        response = self._send(request, stream=False)
        return _answers.decode(request, response.status_code, response.content)

    def call_tagged(self, request: Request[T]) -> tuple[T, str]:
        """Makes a call and returns its answer with its entity tag."""
        response = self._send(request, stream=False)
        answer = _answers.decode(request, response.status_code, response.content)
        return answer, response.headers["ETag"]

    def pages(self, request: Request[P]) -> Iterator[P]:
        """Yields a page and all after it."""
        following: Request[P] | None = request
        while following is not None:
            page = self.call(following)
            yield page
            following = request.following(page["next"])

    def lines(self, request: Request[str]) -> Iterator[str]:
        """Yields the lines of a text, each with its end, while it arrives."""
        response = self._send(request, stream=True)
        lines = _answers.Lines()
        try:
            for chunk in response.iter_bytes():
                for line in lines.feed(chunk):
                    yield line
        except httpx.RequestError as error:
            raise ConnectionError(f"{request.operation.id} broke off: {error!r}") from error
        finally:
            response.close()
        for line in lines.end():
            yield line

    def _send(self, request: Request[Any], *, stream: bool) -> httpx.Response:
        """Returns the answer to a success, or raises. With ``stream`` the body is not read yet."""
        tries = 0
        while True:
            tries += 1
            answer = self._try(request, stream=stream)
            status = after = None
            failure: DispatcherError
            if isinstance(answer, httpx.Response):
                status = answer.status_code
                if _answers.is_success(request, status, tries):
                    return answer
                content = self._read(answer)
                failure = _answers.error(status, content, answer.headers)
                after = failure.retry_after
            else:
                failure = answer
            wait_s = _retries.wait_s(request, tries, self.settings.retries, status, after)
            if wait_s is None:
                raise failure
            time.sleep(wait_s)

    def _try(self, request: Request[Any], *, stream: bool) -> httpx.Response | ConnectionError:
        sent = self._http.build_request(
            request.operation.method,
            self.settings.url + request.path,
            params=list(request.query),
            headers={**self.settings.headers(), **request.headers},
            content=request.content,
            timeout=self.settings.timeout,
        )
        try:
            return self._http.send(sent, stream=stream, follow_redirects=False)
        except httpx.RequestError as error:
            failure = ConnectionError(f"{request.operation.id}: {error!r}")
            failure.__cause__ = error
            return failure

    def _read(self, answer: httpx.Response) -> bytes:
        """Returns the body of an error, as far as it arrives."""
        try:
            return answer.read()
        except httpx.RequestError:
            return b""
        finally:
            answer.close()
