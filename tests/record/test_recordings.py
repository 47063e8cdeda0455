"""Every recorded exchange goes into a cassette and comes out byte for byte; those without a request are counted."""

import json
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest

from mockclaude.clock import EPOCH
from mockclaude.record.cassette import Cassette
from mockclaude.record.pieces import pieces_of
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import DEFAULT
from mockclaude.record.scan import scan
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

from ..corpus import needs_corpus, rows
from .samples import plain

pytestmark = needs_corpus

WITHOUT_REQUEST = {"bare-events", "bare-response"}
"""Forms in which nobody has kept the request."""


def body_of(told: Any) -> bytes:
    return b"" if told is None else told.encode() if isinstance(told, str) else dumps(told)


def interaction_of(row: dict[str, Any]) -> Interaction:
    """The exchange of a row; a stream has a chunk for each event, at the recorded time where there is one."""
    path, _, query = row["path"].partition("?")
    request = RawRequest(row["method"], path, Headers(row["request_headers"]), body_of(row["request_body"]), query)
    body, streamed = body_of(row["response_body"]), row["response_kind"] == "sse"
    parts = [piece.raw for piece in pieces_of(body)] if streamed else [body]
    times = [0.0, *accumulate([0.01] * (len(parts) - 1))] if parts else []
    chunks = tuple([Chunk(part, round(at, 3)) for part, at in zip(parts, times, strict=True)])
    headers = {"content-type": "text/event-stream" if streamed else "application/json", **row["response_headers"]}
    headers.pop("content-encoding", None)  # recorders keep the header of what they have decoded
    return Interaction(request, EPOCH, "", RawResponse(row["status"] or 200, tuple(headers.items()), chunks, streamed))


def asked() -> Iterator[Interaction]:
    for row in rows():
        if row["format"] not in WITHOUT_REQUEST:
            yield interaction_of(row)


def test_those_without_a_request_are_the_only_ones_left_out() -> None:
    left_out = [row for row in rows() if row["format"] in WITHOUT_REQUEST]
    assert all(row["request_body"] is None and not row["request_headers"] for row in left_out)
    assert len(list(asked())) + len(left_out) == len(rows())


@pytest.mark.parametrize("step", [30, pytest.param(1, marks=pytest.mark.slow)])
def test_every_exchange_comes_out_as_it_went_in_but_for_its_secrets(tmp_path: Path, step: int) -> None:
    recorded = list(asked())[::step]
    path = tmp_path / "all.json"
    with Recorder(path) as recorder:
        recorder.extend(recorded)
    cassette = Cassette.load(path)
    assert len(cassette) == len(recorded)
    for found, given in zip(cassette, recorded, strict=True):
        assert plain(found) == plain(DEFAULT.interaction(given))
    assert list(scan(path, DEFAULT)) == []
    entries = json.loads(path.read_bytes())["interactions"]
    streams = [entry["response"]["events"] for entry in entries if "events" in entry["response"]]
    raw = [event for events in streams for event in events if "event" not in event]
    assert len(raw) < 0.02 * sum(map(len, streams)), "the API's own events are stored parsed"


def test_what_has_no_secret_is_not_touched() -> None:
    """The bodies of recordings change only by what is in the tables: ids of organizations, users, and tokens."""
    changed = {"request": 0, "response": 0}
    for given in list(asked())[::20]:
        clean = DEFAULT.interaction(given)
        assert clean.response is not None
        assert given.response is not None
        changed["request"] += clean.request.body != given.request.body
        changed["response"] += clean.response.body != given.response.body
    assert changed["request"] + changed["response"] < len(rows()) // 100
