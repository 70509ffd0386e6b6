"""What the test hands to a program."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

DISPATCHER_URL = os.environ["DISPATCHER_URL"]
API_KEY = os.environ["API_KEY"]
ADMIN_KEY = os.environ["ADMIN_KEY"]
ACCOUNT = os.environ["ACCOUNT"]
TARGET_URL = os.environ["TARGET_URL"]
EVENT_TYPE = "COURSE_COMPLETION"
EVENT = {"event_type": EVENT_TYPE, "course": {"id": "c1", "title": "Zoë"}}


def found(read: Callable[[], list[Found]]) -> Found:
    """Repeats a read until it finds what it looks for."""
    for _ in range(200):
        if values := read():
            return values[0]
        time.sleep(0.05)
    raise TimeoutError("it did not appear")
