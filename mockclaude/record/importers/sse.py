"""A bare stream of the API: the text of its events, alone in a file.

Nobody has kept the request, so one is made up that the stream answers: its model, and the name of the file as prompt.
"""

from datetime import datetime
from pathlib import Path
from typing import Final

from mockclaude.record.importers.found import Exchange, Found, Skipped, interaction_of
from mockclaude.wire.encoding import JSONFault, dumps
from mockclaude.wire.sse import decode

URL: Final = "https://api.anthropic.com/v1/messages"
ASKED: Final = (("anthropic-version", "2023-06-01"), ("content-type", "application/json"))
TOLD: Final = (("content-type", "text/event-stream; charset=utf-8"),)
MOST: Final = 4096
"""max_tokens of a request that is made up."""


def is_sse(data: bytes) -> bool:
    """Whether the bytes are server-sent events."""
    return data.lstrip(b"\xef\xbb\xbf\r\n").startswith((b"event:", b"data:"))


def of_sse(data: bytes, path: Path, *, otherwise: datetime) -> Found:
    """The exchange that a stream stands for."""
    try:
        events = decode(data)
    except JSONFault as fault:
        return Found((), (Skipped(path.name, f"the data of an event is no JSON: {str(fault).partition(':')[0]}"),))
    model = next((event["message"]["model"] for event in events if event["type"] == "message_start"), None)
    if model is None:
        return Found((), (Skipped(path.name, "it is no stream of the Messages API: it has no message_start"),))
    body = dumps(
        {"model": model, "max_tokens": MOST, "messages": [{"role": "user", "content": path.stem}], "stream": True}
    )
    return Found((interaction_of(Exchange("POST", URL, ASKED, body, 200, TOLD, data), otherwise=otherwise),))
