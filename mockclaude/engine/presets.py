"""Faults and paces under the names that people look for."""

from collections.abc import Mapping
from typing import Final

from mockclaude.engine.reply import Pace
from mockclaude.wire.body import JsonObject

UPSTREAM: Final = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
"""What the proxy before the API says with a 503, as plain text; source: recordings."""

HTML: Final = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)
"""A page of the content delivery network; assumed, no recording has one."""

FAULTS: Final[Mapping[str, JsonObject]] = {
    "overloaded": {"kind": "error", "status": 529},
    "rate_limited": {"kind": "error", "status": 429, "retry_after": 1},
    "server_error": {"kind": "error", "status": 500},
    "timeout": {"kind": "error", "status": 504},
    "unavailable": {"kind": "error", "status": 503, "body": UPSTREAM, "content_type": "text/plain"},
    "bad_gateway": {"kind": "error", "status": 502, "body": HTML, "content_type": "text/html"},
    "empty_error": {"kind": "error", "status": 500, "body": ""},
    "overloaded_mid_stream": {"kind": "error_event", "after_events": 5, "type": "overloaded_error"},
    "error_mid_stream": {"kind": "error_event", "after_events": 5, "type": "api_error"},
    "no_message_stop": {"kind": "missing", "events": ["message_stop"]},
    "truncated": {"kind": "cut", "at": "inside", "ordinal": 5, "ending": "close"},
    "reset": {"kind": "cut", "at": "event", "ordinal": 5, "ending": "reset"},
    "refused": {"kind": "cut", "at": "head", "ending": "reset"},
    "hung_up": {"kind": "cut", "at": "head", "ending": "close"},
    "silent": {"kind": "stall", "at": "head"},
    "stalled": {"kind": "stall", "at": "event", "ordinal": 5},
    "stalled_with_pings": {"kind": "stall", "at": "event", "ordinal": 5, "pings": 10},
    "slow": {"kind": "trickle", "bytes": 5, "every": 0.01},
    "ping_flood": {"kind": "pings", "every": 1},
    "unknown_event": {"kind": "unknown", "what": "event"},
    "unknown_delta": {"kind": "unknown", "what": "delta"},
    "unknown_block": {"kind": "unknown", "what": "block"},
    "wrong_length": {"kind": "length", "by": 10},
}
"""`refused` accepts a connection and resets it once the request is there: a server that listens cannot refuse."""

PACES: Final[Mapping[str, Pace]] = {
    "haiku": Pace(first=0.4, tokens_per_second=150, jitter=0.5),
    "sonnet": Pace(first=0.9, tokens_per_second=75, jitter=0.5),
    "opus": Pace(first=1.5, tokens_per_second=50, jitter=0.5),
    "fine": Pace(first=0.6, tokens_per_second=100, jitter=0.5),
    "coarse": Pace(first=1.0, tokens_per_second=60, jitter=0.5),
    "slow": Pace(first=2.0, per_second=2),
}
"""Speeds of model families; assumed, since recordings carry no times. What leaves at these speeds are the pieces that
the asked model sends. `fine` and `coarse` are the two families of pieces; `model` takes that of the asked model."""
