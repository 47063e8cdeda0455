"""What a recorded request means: the request without what may differ though the same is asked.

Each kind of difference is one line of a table, by its name. Some are ignored unless they are to count, the others
count unless they are to be ignored. What the user's own data hold (inputs and schemas of tools) is never touched.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple, cast
from urllib.parse import parse_qsl

import pybase64

from mockclaude.errors import SettingsError, nearest
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.coding import CodingFault, decoded
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.interaction import RawRequest

LARGEST: Final = 1 << 28
"""Bytes that a coded body may unfold to."""
OPAQUE: Final = frozenset({"input", "input_schema", "schema"})
"""Keys below which the user's own data stand."""
MINTED: Final = re.compile(r"(?:container|mcptoolu|msg|req|srvtoolu|toolu)_\w+")
"""Ids that a reply gives; source: recordings, 2024-02 to 2026-08."""
BILLING: Final = "x-anthropic-billing-header:"
"""The first system text of Claude Code 2.1.197 and 2.1.330; it changes with the conversation."""
DATES: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2}, \d{4}"
)
BOUNDARY: Final = re.compile(r'boundary="?([^";,]+)')
UNHEARD: Final = frozenset(
    {
        "accept-encoding", "anthropic-beta", "anthropic-version", "authorization", "connection", "content-length",
        "content-type", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "te", "traceparent",
        "transfer-encoding", "x-api-key",
    }
)  # fmt: skip
"""Headers that never count by themselves: credentials, the connection's own, and what is compared in its own right."""


class Difference(NamedTuple):
    """A kind of difference: its name, what differs, what takes it away, and whether it is ignored unless it must count."""

    name: str
    what: str
    without: Callable[[JsonObject], JsonObject]
    is_ignored: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """Which differences count: those that are ignored by default but named in `match`, and all others but `ignore`.

    Raises `SettingsError` for a name that there is not.
    """

    match: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (*self.match, *self.ignore):
            if name in CONSTANT:
                raise SettingsError(f"{name!r} always counts: {CONSTANT[name]}")
            if name not in DIFFERENCES:
                known = ", ".join(DIFFERENCES)
                raise SettingsError(f"no difference is called {name!r}{nearest(name, DIFFERENCES)}; known: {known}")
        both = set(self.match) & set(self.ignore)
        if both:
            raise SettingsError(f"{', '.join(sorted(both))} cannot both count and be ignored")

    @property
    def ignored(self) -> tuple[Difference, ...]:
        """The differences that do not count, in the order in which they are taken away."""
        return tuple([one for one in ALL if one.name in self.ignore or (one.is_ignored and one.name not in self.match)])

    def essence(self, request: RawRequest) -> JsonObject:
        """What the request means."""
        asked = whole(request)
        for difference in self.ignored:
            asked = difference.without(asked)
        return asked


def whole(request: RawRequest) -> JsonObject:
    """The request as data: its body parsed where it is JSON, a form without its boundary, else its bytes."""
    header = request.headers.get
    betas: list[Json] = [name.strip() for name in header("anthropic-beta", "").split(",") if name.strip()]
    query: list[Json] = [[name, value] for name, value in parse_qsl(request.query, keep_blank_values=True)]
    others: JsonObject = {name.lower(): value for name, value in request.headers.items() if name.lower() not in UNHEARD}
    return {
        "method": request.method,
        "path": request.path,
        "query": query,
        "version": header("anthropic-version", ""),
        "betas": betas,
        "headers": others,
        "body": _body(request),
    }


def _body(request: RawRequest) -> Json:
    body, codings = request.body, request.headers.get("content-encoding")
    if body and codings:
        with suppress(CodingFault):  # else its bytes are what it means
            body = decoded(body, codings, limit=LARGEST)
    boundary = BOUNDARY.search(request.headers.get("content-type", ""))
    if boundary is not None:
        body = body.replace(boundary[1].encode(), b"boundary")
    try:
        return loads(body) if body else None
    except JSONFault:
        return {"bytes": pybase64.b64encode(body).decode()}


def changed(value: Json, change: Callable[[JsonObject], JsonObject]) -> Json:
    """The value with each object changed, from the outside in, but for the user's own data."""
    if isinstance(value, list):
        return [changed(item, change) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: item if key in OPAQUE else changed(item, change) for key, item in change(value).items()}


def in_body(change: Callable[[JsonObject], JsonObject]) -> Callable[[JsonObject], JsonObject]:
    """The change of a body as a change of the whole; a body that is no object stays."""

    def changing(asked: JsonObject) -> JsonObject:
        body = asked["body"]
        return {**asked, "body": change(body)} if isinstance(body, dict) else asked

    return changing


def lacking(names: Iterable[str]) -> Callable[[JsonObject], JsonObject]:
    """What leaves these keys out of an object."""
    gone = frozenset(names)
    return lambda value: {key: item for key, item in value.items() if key not in gone}


def in_order(value: Json) -> Json:
    """The value with the keys of all objects in one order."""
    if isinstance(value, list):
        return [in_order(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: in_order(value[key]) for key in sorted(value)}


def _ordered(asked: JsonObject) -> JsonObject:
    sets: JsonObject = {key: cast("list[Json]", sorted(cast("list[str]", asked[key]))) for key in ("query", "betas")}
    return cast("JsonObject", in_order({**asked, **sets}))


def _without_defaults(body: JsonObject) -> JsonObject:
    return {key: value for key, value in body.items() if (key, value) != ("stream", False)}


def _steady(body: JsonObject) -> JsonObject:
    """The body without who asks and without what Claude Code tells of its bill."""
    metadata, system = body.get("metadata"), body.get("system")
    if isinstance(metadata, dict):
        body = {**body, "metadata": {key: value for key, value in metadata.items() if key != "user_id"}}
        if not body["metadata"]:
            body = lacking({"metadata"})(body)
    if isinstance(system, list):
        body = {**body, "system": [block for block in system if not _is_billing(block)]}
    return body


def _is_billing(block: Json) -> bool:
    text = block.get("text") if isinstance(block, dict) else None
    return isinstance(text, str) and text.startswith(BILLING)


def _renamed(body: JsonObject) -> JsonObject:
    """The body with the ids of earlier replies replaced by the order in which they first appear."""
    order: dict[str, str] = {}

    def renamed(value: JsonObject) -> JsonObject:
        is_use = str(value.get("type", "")).endswith("tool_use")
        return {
            key: order.setdefault(item, f"id-{len(order) + 1}")
            if isinstance(item, str) and (key == "tool_use_id" or (key == "id" and is_use) or MINTED.fullmatch(item))
            else item
            for key, item in value.items()
        }

    return cast("JsonObject", changed(body, renamed))


def _undated(body: JsonObject) -> JsonObject:
    def undated(value: JsonObject) -> JsonObject:
        return {
            key: DATES.sub("(a date)", item) if key in {"text", "content", "system"} and isinstance(item, str) else item
            for key, item in value.items()
        }

    return cast("JsonObject", changed(body, undated))


def _unmarked(body: JsonObject) -> JsonObject:
    return cast("JsonObject", changed(body, lacking({"cache_control"})))


ADDED_TOOLS: Final = "added-tools"
"""Its essence lacks the tools; that none of the recorded ones is missing is seen afterwards."""

ALL: Final = (
    Difference("headers", "headers other than the version and the betas", lacking({"headers"}), is_ignored=True),
    Difference("key-order", "the order of keys, parameters and betas", _ordered, is_ignored=True),
    Difference("defaults", "`stream: false`, which may be left out", in_body(_without_defaults), is_ignored=True),
    Difference("volatile", "metadata.user_id, and the billing text of Claude Code", in_body(_steady), is_ignored=True),
    Difference("cache-markers", "cache_control", in_body(_unmarked), is_ignored=True),
    Difference("minted-ids", "the names of ids that earlier replies gave", in_body(_renamed), is_ignored=True),
    Difference(ADDED_TOOLS, "tools beside the recorded ones", in_body(lacking({"tools"}))),
    Difference("betas", "anthropic-beta", lacking({"betas"})),
    Difference("dates", "dates and times in texts", in_body(_undated)),
    Difference("max-tokens", "max_tokens", in_body(lacking({"max_tokens"}))),
    Difference("metadata", "metadata", in_body(lacking({"metadata"}))),
    Difference("model", "the model", in_body(lacking({"model"}))),
    Difference("query", "the parameters of the URL", lacking({"query"})),
    Difference("sampling", "temperature, top_p, top_k", in_body(lacking({"temperature", "top_p", "top_k"}))),
    Difference("system", "the system prompt", in_body(lacking({"system"}))),
    Difference("tools", "all tools", in_body(lacking({"tools"}))),
    Difference("version", "anthropic-version", lacking({"version"})),
)
"""Every difference, in the order in which they are taken away."""

DIFFERENCES: Final = {one.name: one for one in ALL}
CONSTANT: Final = {
    "stream": "a client that waits for a stream cannot read a whole body, and the other way round",
    "messages": "another conversation is another request",
    "method": "another method is another request",
    "path": "another path is another request",
}
"""What a user might want to ignore and cannot, with the reason."""
