"""Divides lists of any length into calls that the dispatcher takes. Nothing here does I/O."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

ITEMS_MAX = 100
"""The most events of a batch, and the most lines of an import."""

BYTES_MAX = 1_048_576
"""The largest batch and the largest import (``MAX_BATCH_BYTES``)."""

TOO_LARGE = 413
"""The status of an event that is too large. Alone in a batch it makes the batch too large."""


@dataclass(frozen=True)
class Part:
    """Items that go into one call."""

    start: int
    """The number of its first item, from 0."""
    items: list[bytes]


def divide(items: Iterable[bytes]) -> Iterator[Part]:
    """Yields parts that are within the limits. An item that is too large is a part of its own.

    Each item counts with one byte for what divides it from the next.
    """
    start = 0
    part: list[bytes] = []
    size = 1
    for item in items:
        if part and (len(part) == ITEMS_MAX or size + len(item) + 1 > BYTES_MAX):
            yield Part(start, part)
            start += len(part)
            part, size = [], 1
        part.append(item)
        size += len(item) + 1
    if part:
        yield Part(start, part)


def keys_of(key: str | None, parts: Sequence[Part]) -> list[str | None]:
    """Returns the idempotency key of each part: the caller's, with a number if there are several.

    The same items are divided in the same way, so a repeat of the whole has the same keys.
    """
    if key is None or len(parts) == 1:
        return [key for _ in parts]
    return [f"{key}-{number}" for number in range(1, len(parts) + 1)]
