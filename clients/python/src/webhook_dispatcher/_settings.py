"""The settings of a client, checked once."""

from dataclasses import dataclass, field
from importlib.metadata import version
from urllib.parse import urlsplit

PACKAGE = "webhook-dispatcher"


@dataclass(frozen=True)
class Settings:
    """The settings of a client. Raises ``ValueError`` if one is wrong."""

    url: str
    """The dispatcher's address, without a slash at its end."""
    api_key: str = field(repr=False)
    timeout: float
    """The longest wait for a connection, and for each part of an answer, in seconds."""
    retries: int
    """How often a call is repeated."""
    user_agent: str
    """What goes into ``User-Agent``."""

    @classmethod
    def checked(
        cls, url: str, api_key: str, timeout: float, retries: int, user_agent: str | None
    ) -> "Settings":
        """Checks what a client was given."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url must be an absolute http or https URL, not {url!r}")
        if parts.query or parts.fragment or parts.username:
            raise ValueError("url must have no user name, query or fragment")
        if not api_key or not api_key.isascii() or not api_key.isprintable() or " " in api_key:
            raise ValueError("api_key must be visible ASCII characters")
        if timeout <= 0:
            raise ValueError(f"timeout must be more than 0 seconds, not {timeout}")
        if retries < 0:
            raise ValueError(f"retries must not be negative: {retries}")
        agent = f"{user_agent or ''} {PACKAGE}-python/{version(PACKAGE)}".strip()
        return cls(url.rstrip("/"), api_key, timeout, retries, agent)

    def headers(self) -> dict[str, str]:
        """Returns the headers of every request."""
        return {"Authorization": f"Bearer {self.api_key}", "User-Agent": self.user_agent}
