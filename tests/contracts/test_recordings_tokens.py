"""The estimated tokens come close to those that recorded replies were charged with."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from mockclaude.meter.text import WEIGHTS, Features, weigh
from mockclaude.meter.tokens import END_OF_TURN, FRAMES, count_input, count_output
from mockclaude.models import Models
from tests import corpus

FACTS = Path(os.environ.get("MOCKCLAUDE_FACTS", Path(__file__).parents[3] / "shared" / "facts"))
SAMPLES = FACTS / "token_samples.jsonl"
PLAIN = {"system", "turns", "role:user", "role:assistant", "textblk"}
MODELS = Models.load()
Pair = tuple[int, int]
"""An estimated and a recorded count."""

needs_samples = pytest.mark.skipif(
    not SAMPLES.is_file(), reason="no samples of token counts here; MOCKCLAUDE_FACTS names their folder"
)


def median_error(name: str, pairs: Iterable[Pair], *, least: int) -> float:
    """The median relative error of at least so many distinct pairs."""
    errors = sorted(abs(guess - true) / true for guess, true in pairs)
    assert len(errors) >= least
    within = sum(error <= 0.1 for error in errors) / len(errors)
    print(f"{name}: {len(errors)} counts, median error {median(errors):.1%}, {within:.0%} within 10 %")
    return median(errors)


def samples(family: str) -> set[tuple[Any, ...]]:
    """The distinct plain prompts of a tokenizer family: features, turns, system, thinking, recorded count."""
    found = set()
    for line in SAMPLES.read_text("utf-8").splitlines():
        row = json.loads(line)
        model, counts = MODELS.find(row["model"]), row["counts"]
        if model and model.tokenizer == family and set(counts) <= PLAIN and not row["images"] and not row["documents"]:
            features = Features(*row["text_features"])
            key = (features, counts["turns"], counts.get("system", 0), row["thinking"] == "enabled")
            found.add((*key, row["input_tokens"]))
    return found


@needs_samples
@pytest.mark.parametrize(("family", "least", "bound"), [("A", 500, 0.06), ("B", 45, 0.08), ("B47", 10, 0.08)])
def test_plain_prompts_are_estimated_well(family: Any, least: int, bound: float) -> None:
    frame = FRAMES[family]
    pairs = [
        (
            round(
                frame.request
                + frame.turn * (turns - 1)
                + frame.system * system
                + frame.thinking * thinks
                + weigh(found, WEIGHTS[family])
            ),
            true,
        )
        for found, turns, system, thinks, true in samples(family)
    ]
    assert median_error(f"plain prompts, family {family}", pairs, least=least) <= bound


def charged(row: dict[str, Any]) -> dict[str, Any]:
    """The usage of a recorded reply, whatever its form."""
    body = row["response_body"]
    if isinstance(body, dict):
        return body.get("usage") or {}
    usage: dict[str, Any] = {}
    for line in (body or "").split("\n"):
        if line.startswith("data:") and '"usage"' in line:
            event = json.loads(line.removeprefix("data:"))
            usage |= {key: value for key, value in told(event).items() if value is not None}
    return usage


def told(event: dict[str, Any]) -> dict[str, Any]:
    return event.get("usage") or event.get("message", {}).get("usage") or {}


def exchanges() -> Iterator[dict[str, Any]]:
    for row in corpus.rows():
        body = row["request_body"]
        is_answered = row["path"].startswith("/v1/messages") and row["status"] == 200
        if is_answered and isinstance(body, dict) and "messages" in body and not row.get("synthetic_suspect"):
            yield row


def blocks(body: dict[str, Any]) -> set[str]:
    """The types of the blocks in a request."""
    contents = [item["content"] for item in body["messages"] if isinstance(item["content"], list)]
    return {block["type"] for content in contents for block in content}


def is_plain(body: dict[str, Any]) -> bool:
    return not body.get("tools") and not body.get("mcp_servers") and blocks(body) <= {"text"} and not is_shaped(body)


def has_own_tools(body: dict[str, Any]) -> bool:
    kinds = {tool.get("type") or "custom" for tool in body.get("tools") or ()}
    return kinds == {"custom"} and blocks(body) <= {"text", "tool_use", "tool_result"} and not is_shaped(body)


def is_shaped(body: dict[str, Any]) -> bool:
    return "output_format" in body or "format" in (body.get("output_config") or {})


@corpus.needs_corpus
@pytest.mark.parametrize(
    ("group", "least", "bound"),
    [(is_plain, 200, 0.06), (has_own_tools, 300, 0.03), (is_shaped, 40, 0.06)],
    ids=["plain", "tools", "output schema"],
)
def test_recorded_requests_are_estimated_well(group, least: int, bound: float) -> None:
    pairs = set()
    for row in exchanges():
        body, usage = row["request_body"], charged(row)
        true = sum(usage.get(key) or 0 for key in INPUT)
        if true and group(body):
            model = MODELS.find(body["model"]) or MODELS.default
            pairs.add((count_input(body, model), true, model.id))
    errors = [(guess, true) for guess, true, _ in pairs]
    assert median_error(group.__name__, errors, least=least) <= bound


INPUT = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


@corpus.needs_corpus
def test_recorded_texts_are_estimated_well() -> None:
    pairs = set()
    for row in exchanges():
        reply = row["response_body"]
        if not isinstance(reply, dict) or reply.get("stop_reason") != "end_turn" or not reply.get("content"):
            continue
        details = reply["usage"].get("output_tokens_details") or {}
        model = MODELS.find(reply["model"])
        if model and {block["type"] for block in reply["content"]} == {"text"} and not details.get("thinking_tokens"):
            pairs.add((count_output(reply["content"], model) + END_OF_TURN, reply["usage"]["output_tokens"]))
    assert median_error("replies of text", pairs, least=200) <= 0.08
