"""One request to a running mock, byte for byte as it is given, and what a client sees of the answer."""

import json
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mockclaude.mock import MockClaude
from mockclaude.wire.interaction import RawRequest


class Answer(NamedTuple):
    """A status, headers by their names in lower case, and a body of JSON."""

    status: int
    headers: dict[str, str]
    body: Any


def ask(mock: MockClaude, request: RawRequest) -> Answer:
    """Sends the request over a connection of its own."""
    line = HTTPConnection(urlsplit(mock.url).netloc, timeout=60)
    try:
        line.request(request.method, request.path, request.body, dict(request.headers))
        response = line.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, json.loads(response.read()))
    finally:
        line.close()
