"""Client of the webhook dispatcher: publish events, manage webhooks, verify deliveries."""

from ._async.client import AsyncClient
from ._events import WebhookEvent
from ._sync.client import Client
from .errors import (
    ApiError,
    BadRequest,
    Conflict,
    ConnectionError,
    DispatcherError,
    Forbidden,
    NotFound,
    PartialBatchError,
    PreconditionFailed,
    RateLimited,
    Unauthorized,
    Unavailable,
    VerificationError,
)
from .receive import verify

__all__ = [
    "ApiError",
    "AsyncClient",
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionError",
    "DispatcherError",
    "Forbidden",
    "NotFound",
    "PartialBatchError",
    "PreconditionFailed",
    "RateLimited",
    "Unauthorized",
    "Unavailable",
    "VerificationError",
    "WebhookEvent",
    "verify",
]
