"""Cache breakpoints: four at most, the long ones first, none on nothing."""

import pytest

from mockclaude.rules.caching import CACHED_TEXT, CACHING
from mockclaude.wire.body import Json, JsonObject
from tests.rules.drafts import assistant, call_of, draft_of, judged_by, text, user

RULES = (*CACHED_TEXT, *CACHING)
ORDER = (
    "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. Note that blocks are processed "
    "in the following order: `tools`, `system`, `messages`."
)


def refusals(*turns: JsonObject, **fields: Json) -> list[str]:
    return [error.message for error in judged_by(RULES, call_of(draft_of(*turns).with_body(**fields)))]


def cached(ttl: str | None = None, words: str = "Hi") -> JsonObject:
    return {**text(words), "cache_control": {"type": "ephemeral", **({"ttl": ttl} if ttl else {})}}


def tool(ttl: str) -> JsonObject:
    return {"name": "look", "input_schema": {"type": "object"}, "cache_control": {"type": "ephemeral", "ttl": ttl}}


def test_four_breakpoints_pass_wherever_they_are_and_five_do_not() -> None:
    turns = [user([cached()]), assistant([cached()]), user([text("a"), cached()])]
    assert refusals(*turns, system=[cached()]) == []
    assert refusals(*turns, system=[text("a")], tools=[tool("5m")]) == []
    more: list[dict[str, Json]] = [
        {"system": [cached(), cached()]},
        {"system": [cached()], "tools": [tool("5m")]},
    ]
    for fields in more:
        found = refusals(*turns, **fields)
        assert found == ["A maximum of 4 blocks with cache_control may be provided. Found 5."]


AUTOMATIC: JsonObject = {"type": "ephemeral"}
HOURLY: JsonObject = {"type": "ephemeral", "ttl": "1h"}
FIVE = "A maximum of 4 blocks with cache_control may be provided. Found 5."
CONFLICT = "cache_control.ttl: the last block already has a cache_control block with another ttl"


def test_empty_breakpoints_are_not_counted() -> None:
    none: JsonObject = {**text("a"), "cache_control": None}
    assert refusals(user([*[cached()] * 4, none, none]), cache_control=None) == []


@pytest.mark.parametrize("end", ["Hi", [text("a")], [{"type": "tool_result", "tool_use_id": "toolu_1"}]])
def test_an_automatic_breakpoint_is_one_of_four(end: Json) -> None:
    def after(count: int) -> list[str]:
        return refusals(user([cached()] * count), assistant("ok"), user(end), cache_control=AUTOMATIC)

    assert after(3) == []
    assert after(4) == [FIVE]


def test_an_automatic_breakpoint_on_an_explicit_one_is_none() -> None:
    assert refusals(user([cached()] * 4), cache_control=AUTOMATIC) == []
    assert refusals(user([*[cached()] * 3, cached("5m")]), cache_control=AUTOMATIC) == []


def test_an_automatic_breakpoint_falls_on_the_last_block_that_can_have_one() -> None:
    thought: JsonObject = {"type": "thinking", "thinking": "Hm.", "signature": "EqQB"}
    reminder: JsonObject = {"role": "system", "content": "Be brief.", "clear_at": "next_user_message"}
    for last in (assistant([thought]), assistant([]), assistant([text("")]), reminder):
        assert refusals(user([*[cached()] * 4]), last, cache_control=AUTOMATIC) == []
        assert refusals(user([*[cached()] * 4, text("a")]), last, cache_control=AUTOMATIC) == [FIVE]


@pytest.mark.parametrize(("explicit", "automatic"), [(None, HOURLY), ("5m", HOURLY), ("1h", AUTOMATIC)])
def test_an_automatic_breakpoint_agrees_with_the_explicit_one_it_falls_on(
    explicit: str | None, automatic: JsonObject
) -> None:
    assert refusals(user([text("a"), cached(explicit)]), cache_control=automatic) == [CONFLICT]
    assert refusals(user([cached(explicit), text("a")]), system=[cached("1h")], cache_control=AUTOMATIC) == []


def test_an_automatic_hour_does_not_come_after_minutes() -> None:
    assert refusals(user([cached(), text("a")]), cache_control=HOURLY) == [
        f"messages.0.content.1.cache_control.ttl: {ORDER}"
    ]
    assert refusals(user([cached("1h"), text("a")]), cache_control=HOURLY) == []


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"tools": [tool("5m")], "system": [cached("1h")]}, "system.0"),
        ({"system": [cached(), text("a"), cached("1h")]}, "system.2"),
        ({"tools": [tool("5m"), tool("1h")]}, "tools.1"),
        ({"system": [cached("5m")], "messages": [user([text("a"), cached("1h")])]}, "messages.0.content.1"),
        ({"messages": [user([cached()]), assistant([cached("1h")]), user("b")]}, "messages.1.content.0"),
        ({"messages": [user([cached()]), user([cached("1h")])]}, "messages.0.content.1"),
    ],
)
def test_an_hour_does_not_come_after_minutes(fields: dict[str, Json], path: str) -> None:
    assert refusals(**fields) == [f"{path}.cache_control.ttl: {ORDER}"]


def test_minutes_may_come_after_hours() -> None:
    assert refusals(user([cached(), cached("5m")]), tools=[tool("1h")], system=[cached("1h")]) == []


def test_nothing_cannot_be_cached() -> None:
    words = "cache_control cannot be set for empty text blocks"
    assert refusals(user([text("a"), cached(words="")])) == [f"messages.0.content.1.text: {words}"]
    assert refusals(system=[cached(words="")]) == [f"system.0: {words}"]
    assert refusals(user([text("a"), text("")]), system=[text("")]) == []
