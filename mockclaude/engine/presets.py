"""Faults and paces under the names that people look for."""

from collections.abc import Mapping
from typing import Final

from mockclaude.engine.reply import Pace
from mockclaude.wire.body import JsonObject

NEXT_MONTH: Final = "2026-12-01"
"""The first of the month after the day of our facts."""

UPSTREAM: Final = "upstream connect error or disconnect/reset before headers. reset reason: connection termination"
"""What the proxy before the API says with a 503, as plain text; source: recordings."""

HTML: Final = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)
"""A page of the content delivery network; assumed, no recording has one."""

REFUSALS: Final[Mapping[str, JsonObject]] = {
    "billing_error": {"kind": "error", "status": 402},
    "body_timeout": {
        "kind": "error",
        "status": 400,
        "message": "The request body did not finish arriving in time.",
        "code": "request_body_timeout",
    },
    "compaction_unavailable": {"kind": "error", "status": 529, "code": "compaction_unavailable"},
    "conflict": {
        "kind": "error",
        "status": 409,
        "message": "The resource is in a state that conflicts with the request.",
    },
    "content_filtered": {"kind": "error", "status": 400, "message": "Output blocked by content filtering policy"},
    "contract_limit_reached": {
        "kind": "error",
        "status": 429,
        "message": "Your organization has reached the spend limit of its contract.",
        "code": "contract_spend_limit_reached",
    },
    "credit_exhausted": {
        "kind": "error",
        "status": 400,
        "message": (
            "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or "
            "purchase credits."
        ),
    },
    "organization_disabled": {"kind": "error", "status": 400, "message": "This organization has been disabled."},
    "organization_on_hold": {
        "kind": "error",
        "status": 400,
        "message": "This organization has been disabled.",
        "code": "organization_on_hold",
    },
    "ramp_limited": {
        "kind": "error",
        "status": 429,
        "message": "This request would exceed a limit on how fast your usage can grow.",
        "code": "ramp_limit_exceeded",
        "retry_after": 1,
    },
    "spend_limit_reached": {
        "kind": "error",
        "status": 429,
        "message": (
            "You have reached your API usage limits: your organization has crossed its monthly API usage threshold, set "
            f"based on your organization's API tier. You will regain access on {NEXT_MONTH} at 00:00 UTC."
        ),
        "code": "enforced_spend_limit_reached",
    },
    "too_many_connections": {
        "kind": "error",
        "status": 429,
        "message": (
            "Number of concurrent connections has exceeded your rate limit. Please try again later or contact sales at "
            "https://www.anthropic.com/contact-sales to discuss your options for a rate limit increase."
        ),
    },
    "usage_limit_reached": {
        "kind": "error",
        "status": 400,
        "message": (
            f"You have reached your specified API usage limits. You will regain access on {NEXT_MONTH} at 00:00 UTC."
        ),
    },
    "workspace_limit_reached": {
        "kind": "error",
        "status": 400,
        "message": (
            "You have reached your specified workspace API usage limits. You will regain access on "
            f"{NEXT_MONTH} at 00:00 UTC."
        ),
    },
}
"""What the API says of an account or a moment, whatever the request; source: public reports 2025-08 to 2026-10 and, for
the codes, SDK 2.12.0. Of `body_timeout`, `conflict`, `contract_limit_reached`, `organization_on_hold` and `ramp_limited`
no text is known, so the words are ours."""

FAULTS: Final[Mapping[str, JsonObject]] = {
    "overloaded": {"kind": "error", "status": 529},
    "rate_limited": {"kind": "error", "status": 429, "retry_after": 1},
    "server_error": {"kind": "error", "status": 500},
    "timeout": {"kind": "error", "status": 504},
    "unavailable": {"kind": "error", "status": 503, "body": UPSTREAM, "content_type": "text/plain"},
    "bad_gateway": {"kind": "error", "status": 502, "body": HTML, "content_type": "text/html"},
    "empty_error": {"kind": "error", "status": 500, "body": ""},
    **REFUSALS,
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
