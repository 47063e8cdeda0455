"""Requests as commands for curl; the key comes from the environment and is never written."""

from collections.abc import Iterable, Iterator
from shlex import quote
from typing import Final

import orjson
import pybase64

from mockclaude.record.redact import REDACTED, SECRET_HEADERS
from mockclaude.wire.interaction import Interaction, RawRequest

BASE: Final = '"${ANTHROPIC_BASE_URL:-https://api.anthropic.com}"'
KEY: Final = '"x-api-key: $ANTHROPIC_API_KEY"'
OWN: Final = SECRET_HEADERS | {
    "host", "content-length", "content-encoding", "connection", "accept-encoding", "transfer-encoding", "user-agent",
}  # fmt: skip
"""Headers that curl sends by itself, or that tell a secret."""
END: Final = "END"


def curl_of(interactions: Iterable[Interaction]) -> str:
    """A shell script with one command for each interaction."""
    return "\n".join([_command(number, each.request) for number, each in enumerate(interactions, start=1)])


def _command(number: int, request: RawRequest) -> str:
    query = f"?{request.query}" if request.query else ""
    target = quote(f"{request.path}{query}")
    head = f"curl -sSN -X {quote(request.method)} {BASE}{target}"
    lines = [head, f"-H {KEY}", *[f"-H {quote(f'{name}: {value}')}" for name, value in _headers(request)]]
    end, before = "", ""
    if request.body:
        body = _text(request.body)
        lines.append("--data-binary @-")
        if body is None:
            before = f"printf %s {pybase64.b64encode_as_string(request.body)} | base64 -d | "
        else:
            word = END
            while word in body:
                word += "_"
            end = f" <<'{word}'\n{body}\n{word}"
    return f"# {number}: {request.method} {request.path}\n{before}" + " \\\n  ".join(lines) + f"{end}\n"


def _headers(request: RawRequest) -> Iterator[tuple[str, str]]:
    for name, value in request.headers.items():
        if name.lower() not in OWN and REDACTED not in value and not name.lower().startswith("x-stainless-"):
            yield name, value


def _text(body: bytes) -> str | None:
    """The body as it is read best: JSON on several lines; `None` for what is no text."""
    try:
        value = orjson.loads(body)
        if orjson.dumps(value) == body:
            return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
    except (orjson.JSONDecodeError, TypeError):
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None
