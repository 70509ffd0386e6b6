"""Verifies the requests that it reads, and prints what came of each. One JSON a line."""

import base64
import json
import sys

from webhook_dispatcher import VerificationError, verify

for line in sys.stdin:
    request = json.loads(line)
    body = base64.b64decode(request["body"])
    try:
        result = verify(request["headers"], body, request["secret"])["event_type"]
    except (VerificationError, ValueError) as error:
        result = type(error).__name__
    print(result)
