"""Verifies what a receiver gets. The signatures are those of Standard Webhooks."""

import base64
import binascii
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from standardwebhooks import Webhook, WebhookVerificationError

from ._events import WebhookEvent
from .errors import VerificationError

SECRET_PREFIX = "whsec_"
PUBLIC_KEY_PREFIX = "whpk_"

TOLERANCE_S = 300
"""How far a timestamp may be off, as in ``standardwebhooks``."""

_HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_ED25519 = "v1a,"


class Headers(Protocol):
    """The headers of a request, as the frameworks have them. The names may be in any case."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Returns names and values."""


def verify(headers: Headers, body: bytes | str, secret: str | Sequence[str]) -> WebhookEvent:
    """Verifies a delivery and returns its event.

    ``body`` must be the raw body: one that was parsed and printed again has other bytes. ``secret``
    is the ``signing_secret`` of the webhook (``whsec_…``), or its ``signing_public_key``
    (``whpk_…``), which needs the extra ``ed25519``. With several, one must match.

    Raises ``VerificationError`` if the request is not a delivery that was signed within the last 5
    minutes, and ``ValueError`` if a secret is malformed.
    """
    raw = body.encode() if isinstance(body, str) else body
    values = {name.lower(): value for name, value in headers.items()}
    missing = [name for name in _HEADERS if not values.get(name)]
    if missing:
        raise VerificationError(f"the request has no {missing[0]}")
    secrets = [secret] if isinstance(secret, str) else secret
    if not any([_is_signed(each, values, raw) for each in secrets]):
        raise VerificationError("no signature matches, or the timestamp is not within 5 minutes")
    try:
        event: Any = json.loads(raw)
    except ValueError:
        raise VerificationError("the body is not JSON") from None
    if not isinstance(event, dict) or not isinstance(event.get("event_type"), str):
        raise VerificationError("the body is not an event")
    verified: WebhookEvent = event  # type: ignore[assignment]
    return verified


def _is_signed(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    if secret.startswith(PUBLIC_KEY_PREFIX):
        return _is_signed_by_ed25519(secret, headers, body)
    if not secret.startswith(SECRET_PREFIX):
        raise ValueError(f"a secret begins with {SECRET_PREFIX} or {PUBLIC_KEY_PREFIX}")
    key = _base64(secret.removeprefix(SECRET_PREFIX))
    try:
        Webhook(key).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError):
        # A ValueError is that of a signature that is no base64, or of a body that is no UTF-8.
        return False
    return True


def _is_signed_by_ed25519(public_key: str, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise ImportError('pip install "webhook-dispatcher[ed25519]"') from error
    key = Ed25519PublicKey.from_public_bytes(_base64(public_key.removeprefix(PUBLIC_KEY_PREFIX)))
    timestamp = headers["webhook-timestamp"]
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > TOLERANCE_S:
        return False
    signed = f"{headers['webhook-id']}.{timestamp}.".encode() + body
    for signature in headers["webhook-signature"].split(" "):
        if not signature.startswith(_ED25519):
            continue
        try:
            key.verify(base64.b64decode(signature.removeprefix(_ED25519)), signed)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("a secret is its prefix and base64") from None
