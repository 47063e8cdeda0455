"""What is a JSON Schema, held against the reference validator."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, SchemaError

from mockclaude.rules.json_schema import LISTS, NAMED, SCHEMAS, VALUES, is_schema
from mockclaude.wire.body import Json

SCALARS: st.SearchStrategy[Json] = (
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.sampled_from([0.0, 0.5, 2.0, -1.0])
    | st.sampled_from(["object", "string", "array", "a", "", "#a", "1a", "a#", "int"])
)
KEYWORDS = st.sampled_from([*sorted({*VALUES, *SCHEMAS, *LISTS, *NAMED}), "default", "const", "x-unit"])


def below(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    texts: st.SearchStrategy[Json] = st.lists(st.sampled_from(["a", "b", "object", "null"]), max_size=3).map(list)
    names: st.SearchStrategy[Json] = st.dictionaries(st.sampled_from(["a", "b"]), inner | texts, max_size=2)
    return (
        st.dictionaries(KEYWORDS, inner | texts | names, max_size=3)
        | st.lists(inner, max_size=2)
    )  # fmt: skip


VALUES_OF_ALL_KINDS: st.SearchStrategy[Json] = st.recursive(SCALARS | st.just({}), below, max_leaves=8)


QUIET = settings(deadline=None)


def is_schema_by_reference(value: Json) -> bool:
    try:
        Draft202012Validator.check_schema(value)  # type: ignore[arg-type]  # also asked about values that are none
    except SchemaError:
        return False
    return True


@QUIET
@given(VALUES_OF_ALL_KINDS)
def test_it_agrees_with_the_reference_validator(value: Json) -> None:
    assert is_schema(value) == is_schema_by_reference(value)


@QUIET
@given(KEYWORDS, VALUES_OF_ALL_KINDS)
def test_it_agrees_about_each_keyword(keyword: str, value: Json) -> None:
    assert is_schema({keyword: value}) == is_schema_by_reference({keyword: value})


@pytest.mark.parametrize("keyword", sorted({*VALUES, *SCHEMAS, *LISTS, *NAMED}))
def test_the_reference_restricts_every_keyword_of_the_tables(keyword: str) -> None:
    odd: list[Json] = [None, 1.5, "#", [], {"": 1}, ["", ""]]
    assert not all(is_schema_by_reference({keyword: value}) for value in odd)


def test_deep_nesting_is_followed_to_its_end() -> None:
    schema: Any = {"type": "int"}
    for _ in range(50_000):
        schema = {"items": schema}
    assert not is_schema(schema)
