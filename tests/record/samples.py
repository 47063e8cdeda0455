"""Interactions as recorders meet them: arbitrary bytes, and streams cut into chunks anywhere."""

from itertools import pairwise

from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.sse import encode
from mockclaude.wire.stream import events_of

from ..wire.samples import MESSAGES, TEXT

NAMES = st.text("abcdefgh-", min_size=1)
SECONDS = st.floats(0, 90, allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
BODIES = st.binary(max_size=60) | JSON.map(dumps)
FRAMES = st.sampled_from(
    [
        b'event: ping\ndata: {"type": "ping"}\n\n',
        b'event: ping\ndata: {"type":"ping"}\n\n',
        b'event: message_stop\ndata: {"type":"message_stop"     }\n\n',
        b'event: message_stop\ndata: {"type":"message_stop"                 }\n\n',
        b'event: other\r\ndata: {"type": "other"}\r\n\r\n',
        b'data: {"type":"x","b":"\xc3\xa9"}\n\n',
        b": a comment\n\n",
        b"event: x\ndata: {\n\n",
        b"event: broken\xff",
        b"\n",
    ]
)


@st.composite
def streams(draw: st.DrawFn) -> bytes:
    """A stream of the API, or frames and rubbish in any order."""
    if draw(st.booleans()):
        events = list(events_of(draw(MESSAGES)))
        return encode(events, paddings=draw(st.lists(st.integers(0, 15), min_size=len(events), max_size=len(events))))
    return b"".join(draw(st.lists(FRAMES | st.binary(max_size=10), max_size=6)))


@st.composite
def chunked(draw: st.DrawFn, body: bytes) -> tuple[Chunk, ...]:
    """A body in chunks, of which some may be empty."""
    places = sorted(draw(st.lists(st.integers(0, len(body)), max_size=6)))
    return tuple([Chunk(body[start:end], draw(SECONDS)) for start, end in pairwise([0, *places, len(body)])])


@st.composite
def responses(draw: st.DrawFn) -> RawResponse:
    """Whole and streamed responses, well told or not."""
    streamed = draw(st.booleans())
    kind = ("content-type", "text/event-stream; charset=utf-8" if streamed else "application/json")
    headers = (*draw(st.sampled_from([(), (kind,)])), *draw(st.lists(st.tuples(NAMES, TEXT), max_size=3)))
    body = draw(streams() | BODIES if streamed else BODIES)
    chunks = draw(st.just(()) | chunked(body))
    ending = draw(st.sampled_from(["complete", "close", "reset"]))
    return RawResponse(draw(st.integers(200, 599)), headers, chunks, draw(st.booleans()), ending)  # type: ignore[arg-type]


REQUESTS = st.builds(
    RawRequest,
    st.sampled_from(["GET", "POST"]),
    st.sampled_from(["/v1/messages", "/v1/models/claude-opus-5", "/ä"]),
    st.dictionaries(NAMES, TEXT | st.just("caf\udce9")).map(Headers),
    BODIES,
    st.sampled_from(["", "beta=true"]),
)
INTERACTIONS = st.builds(
    Interaction,
    REQUESTS,
    st.datetimes(timezones=st.just(EPOCH.tzinfo)),
    st.sampled_from(["", "req_1"]),
    st.none() | responses(),
    st.none() | TEXT,
    st.lists(st.builds(Finding, TEXT, TEXT, st.sampled_from(["violation", "remark"]), st.none() | TEXT), max_size=2),
)


def plain(interaction: Interaction) -> list[object]:
    """Everything that two interactions must share to be the same, headers as they compare."""
    request = interaction.request
    return [
        (request.method, request.path, dict(request.headers), request.body, request.query),
        (interaction.began, interaction.request_id, interaction.response, interaction.stub, interaction.findings),
    ]
