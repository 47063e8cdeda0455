from typing import Annotated, Literal

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from mockclaude.wire.tolerant import ChosenBy, Closed, Number, Omittable, OrText, Tolerant, unlocked

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


class Leaf(Tolerant):
    type: Literal["leaf", "bud"]
    size: int | None = None


class Other(Tolerant):
    type: str


class Tree(Tolerant):
    leaves: list[Annotated[Leaf | Other, ChosenBy("type")]] | None = None
    height: Number | None = None
    text: str | None = None


class Plain(Closed):
    type: Literal["plain"] | None = None
    text: Annotated[str | list[Leaf], OrText()] = ""
    count: Omittable[int] = None
    extra: Annotated[bool, unlocked({"extra": frozenset({"beta-2026-01-01"})})] = False


class Beta(Tolerant):
    type: Literal["beta"]


class Pot(Closed):
    item: Annotated[Plain | Beta, ChosenBy("type", unlocks={"beta": frozenset({"beta-2026-01-01"})})]


def faults(model: type[Closed], body: object, *betas: str) -> list[tuple[str, tuple[str | int, ...]]]:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(body, context={"betas": betas})
    return [(error["type"], error["loc"]) for error in refused.value.errors()]


def in_order(value: object) -> object:
    """Make a value whose equality looks at the order of keys too."""
    if isinstance(value, dict):
        return [(key, in_order(item)) for key, item in value.items()]
    return [in_order(item) for item in value] if isinstance(value, list) else (type(value), value)


unknown_keys = st.text().map("x-".__add__)
known = st.fixed_dictionaries(
    {},
    optional={
        "leaves": st.lists(
            st.fixed_dictionaries({"type": st.sampled_from(["leaf", "bud", "thorn"])}).flatmap(
                lambda leaf: st.dictionaries(unknown_keys, JSON, max_size=2).map(lambda more: more | leaf)
            ),
            max_size=3,
        ),
        "height": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        "text": st.none() | st.text(),
    },
)
trees = (
    st.tuples(known, st.dictionaries(unknown_keys, JSON, max_size=4))
    .map(lambda two: two[1] | two[0])
    .flatmap(lambda tree: st.permutations(list(tree.items())).map(dict))
)


@given(trees)
def test_what_was_parsed_is_dumped_with_the_same_keys_in_the_same_order(tree: dict[str, object]) -> None:
    parsed = Tree.model_validate(tree)
    assert in_order(parsed.model_dump()) == in_order(tree)
    assert in_order(Tree.model_validate_json(parsed.model_dump_json()).model_dump()) == in_order(tree)


@given(trees)
def test_the_order_of_keys_is_no_part_of_the_value(tree: dict[str, object]) -> None:
    assert Tree.model_validate(dict(reversed(tree.items()))) == Tree.model_validate(tree)


def test_a_changed_copy_keeps_the_order_and_appends_what_is_new() -> None:
    tree = Tree.model_validate({"text": "a", "more": 1, "height": 2})
    assert list(tree.model_copy(update={"height": 3, "leaves": []}).model_dump().items()) == [
        ("text", "a"),
        ("more", 1),
        ("height", 3),
        ("leaves", []),
    ]


def test_an_object_made_in_python_dumps_what_it_was_given() -> None:
    assert Tree(text="a", leaves=[Leaf(type="leaf")]).model_dump() == {"text": "a", "leaves": [{"type": "leaf"}]}


def test_an_object_differs_from_one_of_another_kind() -> None:
    assert Beta(type="beta") != Other(type="beta")
    assert Beta(type="beta") != {"type": "x"}


def test_an_object_can_be_a_key_and_cannot_be_changed() -> None:
    assert len({Leaf(type="leaf", size=1), Leaf(size=1, type="leaf")}) == 1
    with pytest.raises(ValidationError, match="frozen"):
        Leaf(type="leaf").size = 2


def test_a_member_is_chosen_by_its_literals_and_the_open_one_takes_the_rest() -> None:
    tree = Tree.model_validate({"leaves": [{"type": "bud"}, {"type": "thorn", "sharp": True}]})
    assert [type(leaf) for leaf in tree.leaves or []] == [Leaf, Other]
    assert tree == Tree(leaves=[Leaf(type="bud"), Other.model_validate({"type": "thorn", "sharp": True})])


def test_a_member_without_the_key_is_the_one_that_may_lack_it() -> None:
    assert [Pot.model_validate({"item": item}).item for item in ({}, {"type": None}, {"type": "plain"})] == [
        Plain(),
        Plain(type=None),
        Plain(type="plain"),
    ]


@pytest.mark.parametrize("item", [{"type": "thorn"}, {"type": "beta"}, {"type": ["plain"]}, {"type": "other"}])
def test_a_tag_that_is_unknown_or_locked_is_refused(item: object) -> None:
    assert faults(Pot, {"item": item}) == [("union_tag_invalid", ("item",))]


def test_a_refused_tag_is_answered_with_the_tags_that_would_pass() -> None:
    with pytest.raises(ValidationError, match=r"Input tag 'thorn' found using 'type' .* tags: 'beta', 'plain' "):
        Pot.model_validate({"item": {"type": "thorn"}}, context={"betas": ["beta-2026-01-01"]})


def test_what_a_beta_unlocks_is_known_with_it() -> None:
    pot = Pot.model_validate({"item": {"type": "beta", "free": [1]}}, context={"betas": ["beta-2026-01-01"]})
    assert pot.model_dump() == {"item": {"type": "beta", "free": [1]}}
    assert Plain.model_validate({"extra": True}, context={"betas": ["beta-2026-01-01"]}).extra is True


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"extra": True}, ("extra_forbidden", ("extra",))),
        ({"unknown": True}, ("extra_forbidden", ("unknown",))),
        ({"count": None}, ("null_forbidden", ("count",))),
        ({"count": 1.0}, ("int_type", ("count",))),
        ({"count": True}, ("int_type", ("count",))),
        ({"text": None}, ("list_type", ("text",))),
        ({"text": [{"type": "thorn"}]}, ("literal_error", ("text", 0, "type"))),
        ({"type": "other"}, ("literal_error", ("type",))),
        ([], ("model_type", ())),
    ],
)
def test_a_closed_object_coerces_nothing(body: object, fault: object) -> None:
    assert faults(Plain, body) == [fault]


@pytest.mark.parametrize("height", [True, "1", float("inf"), float("nan")])
def test_a_number_is_finite_and_nothing_else(height: object) -> None:
    with pytest.raises(ValidationError):
        Tree.model_validate({"height": height})


@pytest.mark.parametrize(
    ("kind", "accepted", "refused"),
    [
        (Pot, [{"item": {}}, {"item": {"type": "beta", "a": 1}}], [{"item": {"type": "x"}}, {"item": {"a": 1}}]),
        (Tree, [{"leaves": [{"type": "thorn"}]}], [{"leaves": [{"type": "leaf", "size": "1"}]}, {"leaves": [{}]}]),
        (Plain, [{"text": "a"}, {"text": []}, {"count": 1}], [{"text": 1}, {"count": None}, {"type": "x"}]),
    ],
)
def test_the_json_schema_says_the_same(kind: type[BaseModel], accepted: list[object], refused: list[object]) -> None:
    validator = jsonschema.Draft202012Validator(kind.model_json_schema())
    assert [validator.is_valid(body) for body in (*accepted, *refused)] == [True] * len(accepted) + [False] * len(
        refused
    )
