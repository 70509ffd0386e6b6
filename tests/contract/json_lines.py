"""Serializes JSON lines, a media type that Schemathesis does not know, as the generated text."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def json_lines(_context, value):
    # Generated texts may contain lone surrogates, which UTF-8 cannot encode otherwise.
    return value if isinstance(value, bytes) else str(value).encode("utf8", "surrogatepass")
