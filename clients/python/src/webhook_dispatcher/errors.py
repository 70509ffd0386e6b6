"""What the calls raise."""

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

from .models import BatchItem


class WebhookDispatcherError(Exception):
    """The base of every error of this package."""

    results: Sequence[BatchItem] = ()
    """Of ``publish_batch``: what came of the events before those that failed."""


class ConnectionError(WebhookDispatcherError, builtins.ConnectionError):
    """The dispatcher could not be reached, or its answer did not come. It may have got the call.

    It is a built-in ``ConnectionError`` too.
    """


class VerificationError(WebhookDispatcherError):
    """A request is not a delivery that was signed with this secret within the last 5 minutes."""


class ApiError(WebhookDispatcherError):
    """The dispatcher refused a call."""

    def __init__(
        self,
        status: int,
        *,
        code: str,
        detail: str,
        field_errors: Mapping[str, Sequence[str]],
        request_id: str | None,
        retry_after: float | None,
        body: Any,
    ) -> None:
        super().__init__(_text(status, code, detail, field_errors, request_id))
        self.status = status
        """The status of the answer."""
        self.code = code
        """Which error it is, for programs: ``not_found``. Blank if a proxy answered."""
        self.detail = detail
        """What is wrong, in a sentence. Blank if it is in ``field_errors``."""
        self.field_errors = field_errors
        """What is wrong with each field, in sentences."""
        self.request_id = request_id
        """The id by which the operator finds the call in the log."""
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

_LABELS = frozenset({"code", "detail", "request_id"})
_TEXT_MAX = 200
"""So much of an answer that is no JSON is shown. Those are pages of proxies."""


def api_error(status: int, body: Any, retry_after: float | None) -> ApiError:
    """Returns the error for an answer. ``body`` is parsed JSON, or text."""
    fields = body if isinstance(body, dict) else {}
    detail = fields.get("detail", "")
    if not fields:
        detail = str(body)[:_TEXT_MAX].strip()
    return _BY_STATUS.get(status, ApiError)(
        status,
        code=str(fields.get("code", "")),
        detail=str(detail),
        field_errors={
            name: value
            for name, value in fields.items()
            if name not in _LABELS and isinstance(value, list)
        },
        request_id=fields.get("request_id"),
        retry_after=retry_after,
        body=body,
    )


def _text(
    status: int,
    code: str,
    detail: str,
    field_errors: Mapping[str, Sequence[str]],
    request_id: str | None,
) -> str:
    sentences = [detail] if detail else []
    sentences += [f"{name}: {' '.join(texts)}" for name, texts in field_errors.items()]
    label = f"{status} {code}".strip()
    end = f" (request {request_id})" if request_id else ""
    return f"{label}: {' '.join(sentences)}{end}"
