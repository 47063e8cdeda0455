"""Agents are judged by their histories: nothing lost, nothing changed, every call answered once."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from mockclaude.verify.adapter import Tools

from ..planted import Agent
from .judging import cause, judged


class AnswersTwice(Agent):
    def kept(self, results: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return [*results, results[0]]


class SpeaksFirst(Agent):
    def kept(self, results: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
        return [{"type": "text", "text": "Here:"}, *results]


class EndsAtPauses(Agent):
    def goes_on(self, stop: object) -> bool:
        return stop == "tool_use"


class EndsAtPausesOfItsSearch(EndsAtPauses):
    more = ({"type": "web_search_20250305", "name": "web_search"},)


class KnowsItsToolsOnly(Agent):
    def result(self, block: Mapping[str, Any], tools: Tools) -> dict[str, Any]:
        tools[block["name"]]
        return super().result(block, tools)


class Forgets(Agent):
    """Keeps of what was said only what it likes."""

    def remembered(self, content: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [block for block in content if block["type"] != "thinking"]


class Rewrites(Forgets):
    def remembered(self, content: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**block, "signature": "another"} if block["type"] == "thinking" else block for block in content]


@pytest.mark.parametrize(
    ("adapter", "told"),
    [
        (AnswersTwice, "request 2 answers the calls toolu_"),
        (SpeaksFirst, 'request 2 puts {"type":"text","text":"Here:"} before the results of tools'),
        (EndsAtPausesOfItsSearch, "the agent ended after 1 requests, the last of them answered with pause_turn"),
        (KnowsItsToolsOnly, "the agent failed with RuntimeError(\"KeyError: 'no_such_tool'\") after 1 requests"),
        (Forgets, 'request 2 does not repeat what was said: block 2 is assistant {"type":"tool_use","id":"toolu_'),
        (
            Rewrites,
            'request 2 does not repeat what was said: block 2 is assistant {"type":"thinking","thinking":"Hm.","signature":"another"}',
        ),
    ],
)
def test_a_history_that_does_not_go_on_is_told_with_its_place(adapter: type[Agent], told: str) -> None:
    assert cause(adapter(), "P13").startswith(told)


def test_an_agent_that_meets_no_pauses_may_end_at_one() -> None:
    result = judged(EndsAtPauses(), "P13", examples=30)
    assert (result.status, result.remarks) == (
        "held",
        ("the agent takes pause_turn for its end; it offers no tool of the API's own, so it will meet none",),
    )


def test_a_sound_agent_holds() -> None:
    assert [judged(Agent(), name, examples=20).status for name in ("P12", "P13", "P15")] == ["held"] * 3
