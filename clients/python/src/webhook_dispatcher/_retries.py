"""Whether and when a call is repeated. Nothing here does I/O."""

import random
from collections.abc import Sequence
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ._request import Request
from .models import BatchItem

BASE_S = 0.5
"""The longest wait before the first repeat. It doubles with each one."""

RETRY_AFTER_MAX_S = 60.0
"""The longest ``Retry-After`` that is waited for: the limit of events counts minutes. After a
longer one the call fails at once, and the error has ``retry_after``."""

STATUSES = frozenset({429, 502, 503, 504})
"""The statuses after which a call is repeated."""


def wait_s(
    request: Request[object], tries: int, retries: int, status: int | None, after: float | None
) -> float | None:
    """Returns how long to wait before the next try of a call, or ``None`` if there is none.

    ``tries`` were made. ``status`` is that of the answer, or ``None`` if there was none. ``after``
    is its ``Retry-After`` in seconds.
    """
    if not request.repeatable or tries > retries:
        return None
    if status is not None and status not in STATUSES:
        return None
    if after is not None and after > RETRY_AFTER_MAX_S:
        return None
    return (after or 0.0) + _jitter_s(tries)


def batch_wait_s(items: Sequence[BatchItem], tries: int, retries: int) -> float | None:
    """Returns how long to wait before a batch is sent again, or ``None`` if it is done.

    It is sent again, with its key, while an item is 503. What was published is not published again.
    """
    if tries > retries or all(item["status"] != 503 for item in items):
        return None
    return _jitter_s(tries)


def retry_after_s(value: str | None) -> float | None:
    """Returns the seconds of a ``Retry-After``, which is a number or a date."""
    if value is None:
        return None
    try:
        return max(0.0, float(int(value)))
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - datetime.now(timezone.utc)).total_seconds())


def _jitter_s(tries: int) -> float:
    # Full jitter: clients that fail together do not come back together.
    return random.uniform(0.0, BASE_S * 2.0 ** (tries - 1))
