"""Client of the webhook dispatcher: publish events, manage webhooks, verify deliveries."""

from ._async.client import AsyncClient
from ._events import WebhookEvent
from ._sync.client import Client
from .errors import (
    ApiError,
    BadRequest,
    Conflict,
    ConnectionError,
    Forbidden,
    NotFound,
    PreconditionFailed,
    RateLimited,
    Unauthorized,
    Unavailable,
    VerificationError,
    WebhookDispatcherError,
)
from .receive import verify

__all__ = [
    "ApiError",
    "AsyncClient",
    "BadRequest",
    "Client",
    "Conflict",
    "ConnectionError",
    "Forbidden",
    "NotFound",
    "PreconditionFailed",
    "RateLimited",
    "Unauthorized",
    "Unavailable",
    "VerificationError",
    "WebhookDispatcherError",
    "WebhookEvent",
    "verify",
]
