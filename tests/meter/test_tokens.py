"""Requests and replies have their price in tokens."""

from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.meter.images import UNSEEN, image_tokens
from mockclaude.meter.text import count_text
from mockclaude.meter.tokens import count_input, count_output, output_schema, tools_tokens
from mockclaude.models import ModelProfile, Models
from mockclaude.wire.media import image, pdf

MODELS = Models.load()
SAMPLES: dict[Any, ModelProfile] = {
    profile.tokenizer: profile
    for profile in MODELS
    if profile.id in {"claude-haiku-4-5-20251001", "claude-sonnet-5", "claude-opus-4-7"}
}
"""A model of each tokenizer family."""
TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)
FAMILIES = pytest.mark.parametrize("family", SAMPLES)


def counted(*messages: Any, family: str = "A", **fields: Any) -> int:
    turns = [{"role": ("user", "assistant")[place % 2], "content": content} for place, content in enumerate(messages)]
    body: Any = {"model": "m", "messages": turns, **fields}
    return count_input(body, SAMPLES[family])


def spoken(*blocks: Any, family: str = "A") -> int:
    return count_output(blocks, SAMPLES[family])


@pytest.mark.parametrize(
    ("family", "text", "tokens"),
    [("A", "Hello", 8), ("A", "Hi there!", 10), ("B", "Hi there!", 11), ("B47", "Hi there!", 16)],
)
def test_short_prompts_cost_what_they_cost_in_recordings(family: str, text: str, tokens: int) -> None:
    assert counted(text, family=family) == tokens


@FAMILIES
@given(texts=st.lists(TEXTS, max_size=5), system=TEXTS)
def test_a_request_costs_at_least_one_token(family: str, texts: list[str], system: str) -> None:
    assert counted(*texts, family=family, system=system) >= 1


@FAMILIES
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), more=TEXTS)
def test_more_is_never_cheaper(family: str, texts: list[str], more: str) -> None:
    before = counted(*texts, family=family)
    assert counted(*texts, more, family=family) >= before
    assert counted(*texts, family=family, system=more) >= before
    assert counted(*texts, family=family, tools=[{"name": "f", "description": more}]) >= before


@given(text=TEXTS)
def test_a_string_costs_as_much_as_a_block(text: str) -> None:
    assert counted(text) == counted([{"type": "text", "text": text}])


def test_models_of_a_family_agree() -> None:
    body: Any = {
        "model": "m",
        "messages": [{"role": "user", "content": "What is 12 + 30, and why?"}],
        "system": "Be kind.",
    }
    counts = {(model.tokenizer, count_input(body, model)) for model in MODELS}
    assert len(counts) == len({family for family, _ in counts}) == 3


@pytest.mark.parametrize("choice", ["any", "tool"])
def test_a_forced_tool_has_a_prompt_of_its_own(choice: str) -> None:
    model = SAMPLES["A"]
    body: Any = {"model": "m", "messages": [], "tools": [{"name": "f", "input_schema": {"type": "object"}}]}
    forced: Any = {**body, "tool_choice": {"type": choice, "name": "f"}}
    assert tools_tokens(forced, model) - tools_tokens(body, model) == model.tool_tokens_forced - model.tool_tokens_auto


@pytest.mark.parametrize("kind", ["web_search_20250305", "web_search_20260318"])
def test_the_api_s_own_tools_have_a_price_whatever_their_date(kind: str) -> None:
    model = SAMPLES["A"]
    body: Any = {"model": "m", "messages": [], "tools": [{"type": kind, "name": "web_search"}]}
    assert tools_tokens(body, model) == model.tool_tokens_auto + 1715


CALL = [{"type": "thinking", "thinking": "two words", "signature": "x"}, {"type": "tool_use", "name": "f", "input": {}}]
BARE = CALL[1:]
RESULT = [{"type": "tool_result", "tool_use_id": "x", "content": "done"}]


def test_thinking_stays_in_the_prompt_while_tools_run() -> None:
    assert counted("go", CALL, RESULT) == counted("go", BARE, RESULT) + 2


def test_thinking_leaves_the_prompt_with_the_next_question() -> None:
    assert counted("go", CALL, RESULT, "ok", "next") == counted("go", BARE, RESULT, "ok", "next")


@pytest.mark.parametrize("key", ["output_config", "output_format"])
def test_an_output_schema_costs_its_json_and_a_prompt(key: str) -> None:
    schema: Any = {"type": "object", "properties": {"city": {"type": "string"}}}
    form: Any = {"type": "json_schema", "schema": schema}
    fields: Any = {key: {"format": form} if key == "output_config" else form}
    body: Any = {"model": "m", "messages": [], **fields}
    assert output_schema(body) == schema
    assert counted("x", **fields) > counted("x") + 92


def test_old_models_pay_for_thinking_to_be_enabled() -> None:
    assert counted("Hi there!", thinking={"type": "enabled", "budget_tokens": 1024}) == counted("Hi there!") + 29
    assert counted("Hi there!", thinking={"type": "disabled"}) == counted("Hi there!")


def inline(data: bytes) -> dict[str, str]:
    return {"type": "base64", "data": b64encode(data).decode()}


@pytest.mark.parametrize("size", [None, 200_000])
@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/gif", "image/webp"])
def test_a_picture_costs_by_the_size_in_its_header(media_type: Any, size: int | None) -> None:
    picture = {"type": "image", "source": inline(image(media_type, 330, 291, pad_to=size))}
    assert counted([picture]) == round(7.46 + 135)


@pytest.mark.parametrize(
    "source", [{"type": "url", "url": "https://example.com/a.png"}, {"type": "base64", "data": "AAAA"}, {}]
)
def test_a_picture_that_cannot_be_seen_is_taken_for_a_usual_one(source: dict[str, str]) -> None:
    assert counted([{"type": "image", "source": source}]) == round(7.46 + image_tokens(*UNSEEN, SAMPLES["A"]))


def test_a_pdf_costs_by_the_page() -> None:
    one, three = (counted([{"type": "document", "source": inline(pdf(pages))}]) for pages in (1, 3))
    assert three - one == 2 * 1600


@pytest.mark.parametrize(
    "source",
    [
        {"type": "text", "media_type": "text/plain", "data": "one two three"},
        {"type": "content", "content": "one two three"},
        {"type": "content", "content": [{"type": "text", "text": "one two three"}]},
    ],
)
def test_a_text_document_costs_its_text_and_a_frame(source) -> None:
    assert counted([{"type": "document", "source": source}]) == round(7.46 + 28 + 3 * 1.032)


def test_what_is_sealed_costs_nothing_as_text() -> None:
    found = {"type": "web_search_result", "title": "one two", "encrypted_content": "abc " * 500}
    block = {"type": "web_search_tool_result", "tool_use_id": "x", "content": [found]}
    assert counted([block]) < 30


@FAMILIES
@given(texts=st.lists(st.lists(TEXTS, max_size=3), max_size=3))
def test_output_is_the_sum_of_its_blocks(family: str, texts: list[list[str]]) -> None:
    lists = [[{"type": "text", "text": text} for text in part] for part in texts]
    assert spoken(*[block for part in lists for block in part], family=family) == sum(
        spoken(*part, family=family) for part in lists
    )
    assert spoken(family=family) == 0


@FAMILIES
@given(text=TEXTS)
def test_a_text_block_costs_its_text(family: Any, text: str) -> None:
    assert spoken({"type": "text", "text": text}, family=family) == count_text(text, family)


def test_a_tool_call_costs_its_arguments() -> None:
    call = {"type": "tool_use", "id": "x", "name": "get_weather"}
    bare = spoken({**call, "input": {}})
    assert bare == round(30 + 2 * 1.032 + 0.14 + 0.726)
    assert spoken({**call, "input": {"city": "Paris", "days": [1, True]}}) > bare + 2 * 12


def test_hidden_thinking_costs_by_its_signature() -> None:
    assert spoken({"type": "thinking", "thinking": "", "signature": "E" * 540}) == 50
    assert spoken({"type": "redacted_thinking", "data": "E" * 540}) == 50
    assert spoken({"type": "thinking", "thinking": "one two", "signature": "E" * 540}) == 2


def test_results_of_server_tools_are_no_output() -> None:
    assert spoken({"type": "web_search_tool_result", "tool_use_id": "x", "content": [{"title": "a b c"}]}) == 0


@pytest.mark.parametrize("data", ["", "AAAA", "not base64", b64encode(pdf(3, encrypted=True)).decode()])
def test_a_pdf_that_cannot_be_read_is_taken_for_one_page(data: str) -> None:
    source = {"type": "base64", "data": data}
    assert counted([{"type": "document", "source": source}]) == round(7.46 + 28 + 1600)
