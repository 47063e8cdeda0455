"""Calls with images and documents, for the tests of the rules about them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import cast

from hypothesis import strategies as st

from mockclaude.call import Call, Intake
from mockclaude.models import Models
from mockclaude.rules.images import image_block
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Limits, Settings
from mockclaude.wire.body import Json, JsonObject, RequestBody
from mockclaude.wire.error import APIError
from mockclaude.wire.media import webp
from tests.corpus import rows

MODELS = Models.load()
LONG = "claude-sonnet-5-5"  # 600 images, 600 pages, sees 2576 pixels
SHORT = "claude-haiku-4-5"  # 100 images, 100 pages, sees 1568 pixels
TINY = image_block(webp(1, 1))


def draft_of(*blocks: Json, model: str = LONG, role: str = "user") -> Draft:
    """One turn of the blocks."""
    return Draft({"model": model, "max_tokens": 1, "messages": [{"role": role, "content": list(blocks)}]})


def call_of(draft: Draft, *, limits: Limits | None = None) -> Call:
    """The call that a draft makes."""
    settings = replace(Settings(), limits=limits or Limits())
    intake = Intake(draft.request(), settings=settings, models=MODELS, today=date(2026, 11, 23))
    body = cast("RequestBody", intake.document)
    return Call(intake, body, MODELS.find(body["model"]) or MODELS.default)


def errors(call: Call, rules: Iterable[Rule[Call]]) -> Iterator[APIError]:
    """Everything that the rules say about the call, in their order."""
    for rule in rules:
        if not rule.needs.isdisjoint(call.features) and rule.models.holds(call.model):
            for facts in rule.check(call):
                yield rule.error(facts)


def refusal(call: Call, rules: Iterable[Rule[Call]]) -> APIError | None:
    """What such a call is answered."""
    return next(errors(call, rules), None)


def recorded(kind: str, rules: Iterable[Rule[Call]]) -> Iterator[tuple[str, APIError | None]]:
    """The day and the refusal of each recorded request that holds such a block and was answered."""
    for row in rows():
        body = row["request_body"]
        if row["status"] == 200 and isinstance(body, dict) and "messages" in body:
            call = call_of(Draft(body))
            if kind in call.features:
                yield row["recorded"], refusal(call, rules)


def tool_result(*blocks: Json) -> JsonObject:
    """A tool result of the blocks."""
    return {"type": "tool_result", "tool_use_id": "toolu_01", "content": list(blocks)}


TEXT: JsonObject = {"type": "text", "text": "Look."}
TOOL_USE: JsonObject = {"type": "tool_use", "id": "toolu_01", "name": "look", "input": {}}
USER_TURNS: tuple[JsonObject, ...] = (
    {"role": "user", "content": "Look."},
    {"role": "user", "content": [TEXT, TINY]},
    {"role": "user", "content": []},
)
CONVERSATIONS: tuple[list[Json], ...] = (
    [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}],
    [{"role": "user", "content": [tool_result(TINY, TEXT)]}],
    [{"role": "user", "content": [TINY] * 30}, {"role": "assistant", "content": []}],
    [{"role": "user", "content": "Hi"}, {"role": "system", "content": "Be brief."}],
    [],
)


@st.composite
def clean_drafts(draw: st.DrawFn, model: str = LONG) -> Draft:
    """Conversations without a fault about media, most of them ending with a user turn."""
    messages: list[Json] = list(draw(st.sampled_from(CONVERSATIONS)))
    ending: list[Json] = [draw(st.sampled_from(USER_TURNS))]
    after: list[Json] = draw(st.sampled_from(([], [{"role": "assistant", "content": "Well,"}])))
    return Draft({"model": model, "max_tokens": 1, "messages": [*messages, *ending, *after]})
