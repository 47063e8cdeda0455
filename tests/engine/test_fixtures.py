"""Every ready scenario says what its comment promises, to a client that does what clients do."""

from pathlib import Path
from typing import Any

import pytest

from mockclaude.clock import FixedClock
from mockclaude.engine.reply import Reply
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.scenario_reader import load_scenario
from mockclaude.engine.stubs import Stubs
from mockclaude.wire.body import MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.sse import Decoder

from .playing import BASH, READ, WEATHER, WEB_SEARCH, answer, asked, engine_of, play, user

FOLDER = Path(__file__).parent.parent.parent / "fixtures" / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
CLOSED = {"type": "object", "properties": {}, "additionalProperties": False}
FORMAT = {"format": {"type": "json_schema", "schema": CLOSED}}

TRANSCRIPTS: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("hello", "hi", {}, ["Hello! How can I help you today? end_turn"]),
    ("tool_loop", "weather?", {"tools": [WEATHER]}, ["I'll check the weather in Paris. [get_weather] tool_use", "It is 18 C in Paris. end_turn"]),
    ("parallel_tools", "weather?", {"tools": [WEATHER]}, ["I'll ask for all three cities at once. [get_weather] [get_weather] [get_weather] tool_use", "Paris is the warmest of the three. end_turn"]),
    ("thinking", "27 * 453?", {}, ["<thinking> 27 times 453 is 12231. end_turn"]),
    ("thinking", "a secret", {}, ["<redacted_thinking> I would rather not go into that. end_turn"]),
    ("refusal", "how?", {}, ["refusal (cyber)"]),
    ("refusal", "how to begin?", {}, ["Here is how to begin: refusal (bio)"]),
    ("pause_turn", "how high?", {"tools": [WEB_SEARCH]}, ["I'll look that up. [web_search] pause_turn", "<web_search_tool_result> The Eiffel Tower is 330 metres high. end_turn"]),
    ("max_tokens", "a story", {}, ["Once upon a time there max_tokens"]),
    ("stop_sequence", "count", {"stop_sequences": ["END"]}, ["one two three  stop_sequence 'END'"]),
    ("context_window_exceeded", "sum up", {}, ["The first chapter tells model_context_window_exceeded"]),
    ("rate_limited_then_ok", "hi", {}, ["rate_limit_error", "That went through. end_turn"]),
    ("overloaded_then_ok", "hi", {}, ["overloaded_error", "overloaded_error", "That went through. end_turn"]),
    ("agent_session", "look", {"tools": [READ, BASH]}, ["I'll read the README first. [Read] tool_use", "Now I'll run the tests. [Bash] tool_use", "The project has a README, and its tests pass. end_turn"]),
    ("structured_output", "weather?", {"output_config": FORMAT}, ['{"city": "Paris", "celsius": 18} end_turn']),
    ("empty_reply", "hi", {}, ["end_turn"]),
    ("states", "open the door", {}, ["The door opens. end_turn"]),
    ("echo", "hi", {}, ["claude-opus-5 was asked in turn 1: hi end_turn"]),
]  # fmt: skip


OPENING = ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta"]
BROKEN_OFF: dict[str, list[object]] = {
    "overloaded_mid_stream": [*OPENING, "error", True, "complete"],
    "truncated": [*OPENING, False, "close"],
}
"""What a client sees of the streams that break off: the events, whether they end between two, and how."""


def world(name: str) -> Stubs:
    stubs = Stubs(clock=FixedClock())
    stubs.load(load_scenario(FOLDER / f"{name}.yaml"))
    return stubs


def written(heard: str | MessageBody) -> str:
    if isinstance(heard, str):
        return heard
    parts = [
        block["text"] if block["type"] == "text" else f"[{block['name']}]" if "name" in block else f"<{block['type']}>"
        for block in heard["content"]
    ]
    parts.append(str(heard["stop_reason"]))
    if heard["stop_sequence"] is not None:
        parts.append(repr(heard["stop_sequence"]))
    details = heard.get("stop_details")
    return " ".join([*parts, *([f"({details['category']})"] if details else [])])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("name", "text", "body", "expected"), TRANSCRIPTS)
def test_a_ready_scenario_plays_as_its_comment_says(
    name: str,
    text: str,
    body: dict[str, Any],
    expected: list[str],
    stream: bool,
) -> None:
    heard = play(engine_of(world(name)), text, **body, stream=stream)
    assert [written(one) for one in heard] == expected


def test_every_ready_scenario_is_played() -> None:
    assert {name for name, *_ in TRANSCRIPTS} | set(BROKEN_OFF) == {path.stem for path in FILES}


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_a_stream_that_breaks_off_is_followed_by_one_that_does_not(name: str) -> None:
    engine = engine_of(world(name))
    broken = engine.respond(asked(stream=True), Dice(b"seed", 1))
    reader = Decoder()
    kinds = [event["type"] for event in reader.feed(broken.body)]
    assert [*kinds, reader.is_clean, broken.ending] == BROKEN_OFF[name]
    assert written(answer(engine, asked(), ordinal=2)) == "That went through. end_turn"


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_a_reply_whose_stream_would_break_off_leaves_whole_without_a_stream_or_is_cut(name: str) -> None:
    response = engine_of(world(name)).respond(asked(), Dice(b"seed", 1))
    assert (response.ending, response.body.endswith(b"}")) == (
        ("close", False) if name == "truncated" else ("complete", True)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_ready_scenario_opens_with_a_comment_and_holds_only_replies(path: Path) -> None:
    comment = [line for line in path.read_text("utf-8").partition("\nstubs:")[0].splitlines() if line]
    assert all(line.startswith("# ") for line in comment)
    assert comment[-1].endswith(".")
    scenario: Scenario = load_scenario(path)
    assert scenario.name == path.stem
    assert all(isinstance(answer, Reply) for stub in scenario.stubs for answer in stub.answers)


def test_the_door_remembers_whether_it_is_open() -> None:
    engine = engine_of(world("states"))
    words = ["close the door", "open the door", "open the door", "close the door", "open the door"]
    assert [written(answer(engine, asked(text))) for text in words] == [
        "It was never open. end_turn",
        "The door opens. end_turn",
        "It is open already. end_turn",
        "The door falls shut. end_turn",
        "The door opens. end_turn",
    ]


def test_a_story_that_was_cut_off_goes_on() -> None:
    messages = [user("a story"), {"role": "assistant", "content": "Once upon a time there"}, user("go on")]
    heard = answer(engine_of(world("max_tokens")), asked(messages=messages))
    assert written(heard) == "lived a mock server that always knew what to say. end_turn"


def test_a_coding_agent_that_asks_again_without_streaming_gets_the_same_step() -> None:
    engine = engine_of(world("agent_session"))
    tools: list[Any] = [READ, BASH]
    streamed = answer(engine, asked("look", tools=tools, stream=True))
    plain = answer(engine, asked("look", tools=tools))
    assert written(streamed) == written(plain) == "I'll read the README first. [Read] tool_use"
