"""Every recorded stream passes the automaton and folds to a message."""

from typing import Any

from mockclaude.wire.body import Event
from mockclaude.wire.sse import Decoder, frame
from mockclaude.wire.stream import StreamFault, check, message_of

from ..corpus import needs_corpus, streams

pytestmark = needs_corpus


STOPS_EARLY = {"smstoslack/req_llm": "this recorder closes its file at message_delta"}
"""Recorders that lose the end of every stream, and why."""


def read(row: dict[str, Any]) -> list[Event]:
    events = list(Decoder().feed(row["response_body"].encode()))
    if row["source"].partition(":")[0] in STOPS_EARLY and events and events[-1]["type"] == "message_delta":
        events.append({"type": "message_stop"})
    return events


def test_every_recorded_stream_passes_the_automaton_and_folds_to_a_message() -> None:
    folded, refused = 0, []
    for row in streams():
        events = read(row)
        if not events or row["status"] != 200:
            continue
        try:
            check(events)
            if events[-1]["type"] != "error":
                message_of(events)
            folded += 1
        except StreamFault as fault:
            refused.append((row["source"], str(fault)))
    print(f"{folded} streams folded")
    assert refused == []
    assert folded > 300


def test_recorded_frames_are_read_back_to_the_same_bytes() -> None:
    checked = 0
    for row in streams():
        if "  }\n" not in row["response_body"]:
            continue  # written by hand: every real stream is padded
        for text in row["response_body"].rstrip("\n").split("\n\n"):
            data = text.rpartition("}")[0]
            padding = len(data) - len(data.rstrip(" "))
            if not text.startswith("event: ") or "\\u" in text or padding > 15 or text.startswith("event: ping"):
                continue
            event = next(Decoder().feed(text.encode() + b"\n\n"))
            assert frame(event, padding=padding).decode() == text + "\n\n", row["source"]
            checked += 1
    print(f"{checked} frames equal")
    assert checked > 5_000
