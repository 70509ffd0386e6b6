"""An operation of the contract. ``_operations.py`` lists them all."""

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

AnswerKind = Literal["json", "text", "nothing"]


@dataclass(frozen=True)
class Operation(Generic[T]):
    """A call of the API whose answer is a ``T``."""

    id: str
    """The ``operationId`` of the contract."""
    method: str
    path: str
    """The path, with the names of its parameters in braces."""
    answer: AnswerKind
    keyed: bool = False
    """Whether it takes an ``Idempotency-Key``."""
