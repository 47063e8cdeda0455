"""Readers of streams as people write them, each with one mistake that has been seen in public."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mockclaude.strategies import Wire

Lines = Callable[[Iterable[bytes]], Iterator[str]]


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Cuts the bytes at LF, then decodes each line: no mistake."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from [line.decode() for line in whole]


def decoded_per_chunk(chunks: Iterable[bytes]) -> Iterator[str]:
    """Decodes what arrives before it is put together."""
    rest = ""
    for chunk in chunks:
        *whole, rest = (rest + chunk.decode("utf-8", "replace")).split("\n")
        yield from whole


def split_by_str(chunks: Iterable[bytes]) -> Iterator[str]:
    """Lets `str.splitlines` find the lines, which knows more ends than there are."""
    yield from b"".join(chunks).decode().splitlines()


def lines_per_chunk(chunks: Iterable[bytes]) -> Iterator[str]:
    """Takes every piece for whole lines."""
    for chunk in chunks:
        yield from chunk.decode("utf-8", "replace").split("\n")


def read(wire: Wire, *, cut: Lines = lines, parses_early: bool = False, counts_pings: bool = False) -> list[Any]:
    """The content that a client makes of a wire."""
    content: list[Any] = []
    pieces: list[str] = []
    for line in cut(wire.chunks):
        if not line.startswith("data:"):
            continue
        event = json.loads(line.removeprefix("data:"))
        kind = event["type"]
        if kind == "content_block_start":
            content.append({**event["content_block"]})
            pieces = []
        elif kind == "content_block_delta":
            _apply(event["delta"], content[-1], pieces, parses_early=parses_early)
        elif kind == "content_block_stop" and "".join(pieces) and not parses_early:
            content[-1]["input"] = json.loads("".join(pieces))
        elif kind == "ping" and counts_pings:
            content[-1]["text"] += ""
    return content


def _apply(delta: Any, block: Any, pieces: list[str], *, parses_early: bool) -> None:
    kind = delta["type"]
    if kind == "text_delta":
        block["text"] += delta["text"]
    elif kind == "thinking_delta":
        block["thinking"] += delta["thinking"]
    elif kind == "signature_delta":
        block["signature"] = delta["signature"]
    elif kind == "citations_delta":
        block["citations"] = [*block["citations"], delta["citation"]]
    elif kind == "compaction_delta":
        block.update({key: value for key, value in delta.items() if key != "type"})
    elif kind == "input_json_delta":
        pieces.append(delta["partial_json"])
        if parses_early and delta["partial_json"]:
            block["input"] = json.loads(delta["partial_json"])
