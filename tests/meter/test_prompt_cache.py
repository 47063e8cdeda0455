"""A prompt is read from the cache up to where it was written before, and written up to its last breakpoint."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.meter.prompt_cache import LOOKBACK, NEVER_CACHED, Cached, PromptCache, _pieces
from mockclaude.meter.tokens import count_input
from mockclaude.models import Models
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.sse import decode

from ..corpus import needs_corpus, rows

MODELS = Models.load()
LONG = "Mind the gap. " * 1000
SHORT = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}


class Asked(NamedTuple):
    """What a request took from the cache and gave to it, and what was left."""

    read: int
    short: int
    long: int
    new: int


def text(words: str, control: dict[str, str] | None = None) -> dict[str, Any]:
    block = {"type": "text", "text": words}
    return block if control is None else {**block, "cache_control": control}


def turns(*contents: Any) -> list[dict[str, Any]]:
    return [{"role": ("user", "assistant")[place % 2], "content": content} for place, content in enumerate(contents)]


def ask(cache: PromptCache, *contents: Any, after: float = 0, model: str = "claude-sonnet-5", **fields: Any) -> Asked:
    """What a request of these turns costs, so many seconds after the beginning."""
    profile = MODELS.find(model)
    assert profile is not None
    body: Any = {"model": model, "messages": turns(*(contents or ("Hi",))), **fields}
    total = count_input(body, profile)
    used = cache.use(body, profile, total=total, now=EPOCH + timedelta(seconds=after))
    return Asked(*used, total - sum(used))


def test_what_was_written_is_read_until_its_time_is_over() -> None:
    cache = PromptCache()
    system = [text(LONG, SHORT)]
    written = ask(cache, system=system)
    assert (written.read, written.long) == (0, 0)
    assert written.short > 1024
    known = Asked(written.short, 0, 0, written.new)
    assert ask(cache, after=299, system=system) == known
    assert ask(cache, after=598, system=system) == known, "each use lets it live on"
    assert ask(cache, after=899, system=system) == written
    assert ask(cache, "Something else entirely", after=900, system=system).read == written.short


def test_an_hour_lasts_an_hour() -> None:
    cache = PromptCache()
    written = ask(cache, system=[text(LONG, HOUR)])
    assert (written.short, written.read) == (0, 0)
    assert ask(cache, after=3599, system=[text(LONG, HOUR)]).read == written.long
    assert ask(cache, after=7200, system=[text(LONG, HOUR)]) == written


def test_a_conversation_reads_what_it_said_before() -> None:
    cache = PromptCache()
    first = ask(cache, [text(LONG, SHORT)])
    assert first.new == 2, "what stands behind the last block is never cached"
    second = ask(cache, LONG, "Well.", [text("Go on.", SHORT)])
    assert (second.read, second.new) == (first.short, 2)
    assert 0 < second.short < 20
    third = ask(cache, LONG, "Well.", "Go on.", "So.", "And?", cache_control=SHORT)
    assert third.read == second.read + second.short
    assert ask(cache, "Other words.", "Well.", [text(LONG, SHORT)]).read == 0


def test_an_automatic_breakpoint_stands_on_the_last_block_that_may_have_one() -> None:
    cache = PromptCache()
    thought = {"type": "thinking", "thinking": "Hm.", "signature": "x" * 400}
    asked = [LONG, [thought, text("")]]
    assert ask(cache, *asked, cache_control=HOUR).long > 1024
    assert ask(cache, [text(LONG, SHORT)]).read > 1024


@pytest.mark.parametrize(
    ("model", "is_cached"), [("claude-sonnet-5", True), ("claude-opus-4-7", True), ("claude-opus-4-6", False)]
)
def test_a_prompt_below_the_minimum_of_its_model_is_not_cached(model: str, is_cached: bool) -> None:
    cache = PromptCache()
    asked = ask(cache, system=[text(LONG[:9000], SHORT)], model=model)
    assert (asked.short > 0) is is_cached
    assert len(cache) == is_cached


@pytest.mark.parametrize(
    "other",
    [
        {"model": "claude-sonnet-5-5"},
        {"speed": "fast"},
        {"thinking": {"type": "disabled"}},
        {"tool_choice": {"type": "none"}},
        {"output_config": {"effort": "low"}},
        {"system": "Be kind."},
        {"tools": [{"name": "f", "input_schema": {"type": "object"}}]},
    ],
)
def test_a_prompt_under_other_settings_is_another(other: dict[str, Any]) -> None:
    cache = PromptCache()
    ask(cache, [text(LONG, SHORT)])
    assert ask(cache, [text(LONG, SHORT)], **other).read == 0


def test_the_system_prompt_does_not_depend_on_how_turns_are_thought_about() -> None:
    cache = PromptCache()
    written = ask(cache, system=[text(LONG, SHORT)])
    asked = ask(cache, system=[text(LONG, SHORT)], thinking={"type": "disabled"}, tool_choice={"type": "none"})
    assert asked.read == written.short


@pytest.mark.parametrize(("blocks", "is_found"), [(LOOKBACK, True), (LOOKBACK + 1, False)])
def test_a_known_prefix_is_found_so_many_blocks_before_a_breakpoint(blocks: int, is_found: bool) -> None:
    cache = PromptCache()
    ask(cache, [text(LONG, SHORT)])
    more = [text(f"{number}") for number in range(blocks - 1)]
    assert (ask(cache, [text(LONG), *more, text("last", SHORT)]).read > 0) is is_found


def test_what_lasts_an_hour_and_what_lasts_minutes_are_counted_apart() -> None:
    cache = PromptCache()
    asked = ask(cache, [text("Hi", SHORT)], system=[text(LONG, HOUR), text(LONG, SHORT)])
    assert asked.long > asked.short - 20
    later = ask(cache, [text("Hi", SHORT)], after=600, system=[text(LONG, HOUR), text(LONG, SHORT)])
    assert (later.read, later.short, later.long, later.new) == (asked.long, asked.short, 0, asked.new)


def test_the_oldest_prefixes_are_forgotten() -> None:
    cache = PromptCache(most=2)
    for words in ("a", "b", "c"):
        ask(cache, system=[text(words + LONG, SHORT)])
    assert len(cache) == 2
    assert ask(cache, system=[text("c" + LONG, SHORT)]).read > 0
    assert ask(cache, system=[text("a" + LONG, SHORT)]).read == 0
    cache.clear()
    assert len(cache) == 0


BLOCKS = st.lists(
    st.builds(text, st.sampled_from(["", "Hi", LONG]), st.sampled_from([None, None, SHORT, HOUR])), max_size=4
)


@given(st.lists(st.tuples(BLOCKS, st.lists(BLOCKS, min_size=1, max_size=3), st.integers(0, 400)), max_size=6))
def test_no_token_is_lost_or_counted_twice(asked: list[tuple[Any, Any, int]]) -> None:
    cache, now = PromptCache(), 0
    for system, contents, later in asked:
        now += later
        used = ask(cache, *contents, after=now, system=system)
        assert min(used) >= 0
        assert used.new >= NEVER_CACHED["B"]
        again = ask(cache, *contents, after=now, system=system)
        assert (again.read, again.short, again.long) == (used.read + used.short + used.long, 0, 0)
        assert again.new == used.new


def recorded() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Recorded requests of which the last block has a breakpoint, and the usage of their answers."""
    for row in rows():
        body: Any = row["request_body"]
        answer: Any = row["response_body"]
        try:
            body = loads(body.encode()) if isinstance(body, str) else body
            if isinstance(answer, str):
                events: Any = {event["type"]: event for event in decode(answer.encode())}
                answer = events.get("message_start", {}).get("message")
            last = body["messages"][-1]["content"][-1]
            if last.get("cache_control") and answer["usage"]["cache_read_input_tokens"] is not None:
                yield {**body, "model": answer["model"]}, answer["usage"]
        except (JSONFault, LookupError, TypeError, AttributeError):
            continue


@needs_corpus
def test_recorded_requests_are_cached_where_they_were() -> None:
    count = 0
    for body, usage in recorded():
        model = MODELS.find(body["model"])
        if model is None or usage["input_tokens"] > 4 < usage["cache_creation_input_tokens"]:
            continue  # what tools of the API's own brought in came behind the breakpoint
        cached = usage["cache_creation_input_tokens"] + usage["cache_read_input_tokens"]
        total = usage["input_tokens"] + cached
        used = PromptCache().use(body, model, total=total, now=EPOCH)  # type: ignore[arg-type]
        assert (sum(used) > 0) == (cached > 0), (body["model"], usage)
        if cached and body["messages"][-1]["content"][-1]["type"] == "text":
            assert abs(total - sum(used) - usage["input_tokens"]) <= 2
        count += 1
    assert count > 80


def test_without_a_breakpoint_nothing_is_cached() -> None:
    cache = PromptCache()
    model = MODELS.find("claude-sonnet-5")
    assert model is not None
    body: Any = {"model": "claude-sonnet-5", "messages": turns(LONG)}
    assert cache.use(body, model, total=4000, now=EPOCH) == Cached()
    assert len(cache) == 0


def test_an_automatic_breakpoint_never_falls_on_what_is_said_for_one_turn() -> None:
    turns: Any = [
        {"role": "user", "content": "word " * 3000},
        {"role": "system", "content": "word " * 3000, "clear_at": "next_user_message"},
    ]
    body: Any = {"messages": turns, "cache_control": {"type": "ephemeral"}}
    assert [piece.ttl for piece in _pieces(body, next(iter(Models.load())))] == ["5m", None]
