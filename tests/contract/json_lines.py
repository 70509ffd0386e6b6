"""How Schemathesis sends JSON lines, a type that it does not know: as the text that it made up."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def json_lines(_context, value):
    # Its texts may have lone surrogates, which are no characters.
    return value if isinstance(value, bytes) else str(value).encode("utf8", "surrogatepass")
