"""A request as the rules and the engine see it."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.call import Call, Intake
from mockclaude.models import Models
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, blocks_of
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Headers, RawRequest

MODELS = Models.load()
TODAY = date(2026, 11, 23)


def intake(body: bytes = b"{}", /, *, path: str = "/v1/messages", **headers: str) -> Intake:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = RawRequest("POST", path, Headers(fields), body)
    return Intake(raw, settings=Settings(), models=MODELS, today=TODAY)


def call(*messages: Json, **fields: Json) -> Call:
    body = {"model": "claude-opus-5", "max_tokens": 5, "messages": list(messages), **fields}
    model = MODELS.find("claude-opus-5")
    assert model is not None
    return Call(intake(dumps(body)), body, model)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "credential"),
    [
        ({}, None),
        ({"x_api_key": "k"}, "k"),
        ({"authorization": "Bearer t"}, "t"),
        ({"authorization": "bearer  t "}, "t"),
        ({"authorization": "Basic t"}, None),
        ({"x_api_key": "k", "authorization": "Bearer t"}, "k"),
    ],
)
def test_both_headers_carry_a_credential_and_the_key_wins(headers: dict[str, str], credential: str | None) -> None:
    assert intake(**headers).credential == credential


@pytest.mark.parametrize("value", ["a,b", "a, b", " a ,b,", "a,,b"])
def test_betas_are_a_list_with_or_without_spaces(value: str) -> None:
    assert intake(anthropic_beta=value).betas == ("a", "b")


@pytest.mark.parametrize(
    ("path", "endpoint"), [("/v1/messages", "messages"), ("/v1/messages/count_tokens", "count_tokens")]
)
def test_the_path_names_the_endpoint(path: str, endpoint: str) -> None:
    assert intake(path=path).endpoint == endpoint


def test_a_body_that_is_not_json_is_kept_with_its_fault() -> None:
    broken = intake(b"{")
    assert (broken.document, broken.json_fault) == (None, "unexpected end of data: line 1 column 2 (char 1)")


def test_a_body_in_an_unknown_coding_is_kept_with_its_fault() -> None:
    coded = intake(b"{}", content_encoding="rot13")
    assert coded.coding_fault is not None
    assert (coded.coding_fault.kind, coded.body) == ("unsupported", b"")


def test_consecutive_items_of_one_role_are_one_turn() -> None:
    made = call(
        {"role": "user", "content": "a"},
        {"role": "user", "content": [{"type": "text", "text": "b"}]},
        {"role": "assistant", "content": "c"},
    )
    assert [(turn.role, turn.place, turn.items, [block["text"] for block in turn.blocks]) for turn in made.turns] == [
        ("user", 0, (0, 1), ["a", "b"]),
        ("assistant", 1, (2,), ["c"]),
    ]


TURNS = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": st.text(max_size=3)}), min_size=1
)


@given(messages=TURNS)
def test_merging_loses_nothing_and_leaves_no_neighbours_of_one_role(messages: list[dict[str, Json]]) -> None:
    turns = call(*messages).turns
    assert [place for turn in turns for place in turn.items] == list(range(len(messages)))
    joined = [block for item in messages for block in blocks_of(item["content"])]  # type: ignore[arg-type]
    assert [block for turn in turns for block in turn.blocks] == joined
    assert all(one.role != two.role for one, two in pairwise(turns))


def test_system_items_are_no_part_of_the_dialogue() -> None:
    made = call({"role": "user", "content": "a"}, {"role": "system", "content": "b"})
    assert [turn.role for turn in made.dialogue] == ["user"]
    assert "role:system" in made.features


def test_features_name_fields_and_blocks_down_to_tool_results() -> None:
    result: Json = {"type": "tool_result", "tool_use_id": "t", "content": [{"type": "image", "source": {}}]}
    made = call({"role": "user", "content": [result]}, tools=[], metadata=None)
    assert made.features == {"model", "max_tokens", "messages", "tools", "tool_result", "image"}


def test_the_text_of_a_call_is_its_last_user_turn() -> None:
    made = call(
        {"role": "user", "content": "first"}, {"role": "assistant", "content": "x"}, {"role": "user", "content": "last"}
    )
    assert made.text == "last"
    assert repr(made) == "<Call claude-opus-5 turns=3 text='last'>"


@pytest.mark.parametrize(("stream", "expected"), [(True, True), (False, False), (None, False)])
def test_only_the_body_asks_for_a_stream(stream: bool | None, expected: bool) -> None:
    fields = {} if stream is None else {"stream": stream}
    assert call({"role": "user", "content": "x"}, **fields).is_streaming is expected
