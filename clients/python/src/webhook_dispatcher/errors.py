"""What the calls raise."""

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from .models import BatchItem


class DispatcherError(Exception):
    """The base of every error of this package."""


class ConnectionError(DispatcherError, builtins.ConnectionError):
    """The dispatcher could not be reached, or its answer did not come. It may have got the call.

    It is a built-in ``ConnectionError`` too.
    """


class PartialBatchError(DispatcherError):
    """A batch was divided, and a part failed after others were published.

    ``__cause__`` is the error of that part.
    """

    def __init__(self, results: Sequence[BatchItem], cause: DispatcherError) -> None:
        super().__init__(f"published {len(results)} events, then failed: {cause}")
        self.results = results
        """What came of the events before, in their order. The others may not be published."""


class VerificationError(DispatcherError):
    """A request is not a delivery that was signed with this secret within the last 5 minutes."""


class ApiError(DispatcherError):
    """The dispatcher refused a call."""

    def __init__(
        self,
        status: int,
        *,
        code: str,
        detail: str,
        field_errors: Mapping[str, Sequence[str]],
        request_id: str,
        retry_after: float | None,
        body: Any,
    ) -> None:
        end = f" (request {request_id})" if request_id else ""
        super().__init__(f"{status} {code}: {detail}{end}")
        self.status = status
        """The status of the answer."""
        self.code = code
        """Which error it is, for programs: ``not_found``. ``unexpected_answer``: not this API's."""
        self.detail = detail
        """What is wrong, for people."""
        self.field_errors = field_errors
        """Sentences on each wrong field. Empty if the error is not about fields."""
        self.request_id = request_id
        """The id by which the operator finds the call in the log. Blank if there is none."""
        self.retry_after = retry_after
        """After how many seconds to try again, if the answer says so."""
        self.body = body
        """The whole answer: parsed JSON, or text."""


class BadRequest(ApiError):
    """400: the call is wrong. ``field_errors`` names all wrong fields at once."""


class Unauthorized(ApiError):
    """401: no key, or one that is not known, was revoked or has expired."""


class Forbidden(ApiError):
    """403: the key may not do this, or a limit is reached, or the account is disabled."""


class NotFound(ApiError):
    """404: there is no such thing, or it belongs to another account."""


class Conflict(ApiError):
    """409: what is there conflicts with the call."""


class PreconditionFailed(ApiError):
    """412: the webhook was changed since it was read."""


class RateLimited(ApiError):
    """429: the account published too many events in this minute."""


class Unavailable(ApiError):
    """503: something inside did not answer. The call may have been carried out in part."""


_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    412: PreconditionFailed,
    429: RateLimited,
    503: Unavailable,
}

_TEXT_MAX = 200
"""So much of an answer that is not the dispatcher's is shown, in characters."""


def api_error(status: int, body: Any, retry_after: float | None, location: str = "") -> ApiError:
    """Returns the error for an answer. ``body`` is parsed JSON, or text."""
    fields = body if isinstance(body, dict) else {"detail": _unexpected(body, location)}
    field_errors = {name: value for name, value in fields.items() if isinstance(value, list)}
    sentences = [f"{name}: {' '.join(map(str, texts))}" for name, texts in field_errors.items()]
    return _BY_STATUS.get(status, ApiError)(
        status,
        code=str(fields.get("code", "unexpected_answer")),
        detail=str(fields.get("detail", " ".join(sentences))),
        field_errors=field_errors,
        request_id=str(fields.get("request_id", "")),
        retry_after=retry_after,
        body=body,
    )


def _unexpected(body: Any, location: str) -> str:
    text = body[:_TEXT_MAX].strip() if isinstance(body, str) else ""
    if location:
        text = f"It redirects to {location}, which is not followed."
    return f"{text or 'The answer is not that of a dispatcher.'} Check the dispatcher's address."
