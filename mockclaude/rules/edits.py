"""Small changes of a draft that several breaks share."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Final, cast

from mockclaude.models import ModelProfile, Models
from mockclaude.rules.rule import Draft
from mockclaude.wire.betas import is_future
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.interaction import Headers

SCHEMA: Final[JsonObject] = {"type": "object", "properties": {}}
TOOL: Final[JsonObject] = {"name": "get_weather", "input_schema": SCHEMA}
CALL: Final[JsonObject] = {"type": "tool_use", "id": "toolu_01", "name": "get_weather", "input": {}}
IMAGE_URL: Final[JsonObject] = {"type": "url", "url": "https://example.com/cat.png"}


@lru_cache(maxsize=1)
def _models() -> Models:
    return Models.load()


def model_of(draft: Draft) -> ModelProfile:
    """The model that the draft names, as it is shipped."""
    models = _models()
    return models.find(str(draft.body["model"])) or models.default


def turns_of(draft: Draft) -> list[JsonObject]:
    """The items of the draft's conversation."""
    return list(cast("Sequence[JsonObject]", draft.body["messages"]))


def with_turn(draft: Draft, place: int, turn: Json) -> Draft:
    """The draft with another item at a place of its conversation."""
    turns = cast("list[Json]", turns_of(draft))
    turns[place] = turn
    return draft.with_body(messages=turns)


def with_block(draft: Draft, block: Json, random: Random) -> Draft:
    """The draft with one more block in a turn of the user, or in a turn of its own."""
    turns = turns_of(draft)
    places = [place for place, turn in enumerate(turns) if turn["role"] == "user"]
    if not places:
        return draft.with_body(messages=[*turns, {"role": "user", "content": [block]}])
    place = random.choice(places)
    content = turns[place]["content"]
    blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
    return with_turn(draft, place, {**turns[place], "content": [*blocks, block]})


def declared(draft: Draft) -> list[Json]:
    """The draft's tools."""
    tools = draft.body.get("tools")
    return tools if isinstance(tools, list) else []


def with_tool(draft: Draft, tool: Json) -> Draft:
    """The draft with one more tool."""
    return draft.with_body(tools=[*declared(draft), tool])


def with_weather(draft: Draft) -> Draft:
    """The draft with the tool that breaks call, unless it has it."""
    has_it = any(isinstance(tool, dict) and tool.get("name") == TOOL["name"] for tool in declared(draft))
    return draft if has_it else with_tool(draft, TOOL)


def with_beta(draft: Draft, name: str) -> Draft:
    """The draft with one more beta."""
    betas = Headers(draft.headers).get("anthropic-beta")
    return draft.with_header("anthropic-beta", f"{betas},{name}" if betas else name)


def without_beta(draft: Draft, name: str) -> Draft:
    """The draft without one of its betas."""
    betas = Headers(draft.headers).get("anthropic-beta") or ""
    kept = [beta for beta in betas.split(",") if beta.strip() not in ("", name)]
    return draft.with_header("anthropic-beta", ",".join(kept) or None)


def under_first_version(draft: Draft) -> Draft:
    """The draft under the version that still has the sampling fields."""
    return draft.with_header("anthropic-version", "2023-06-01")


def with_known_betas(draft: Draft) -> Draft:
    """The draft without betas that are newer than our tables, under which unknown names pass."""
    betas = Headers(draft.headers).get("anthropic-beta")
    if betas is None:
        return draft
    kept = [name for name in betas.split(",") if not is_future(name.strip())]
    return draft.with_header("anthropic-beta", ",".join(kept) or None)
