import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.rules.grammar import (
    ANYTHING,
    BOOLEAN,
    INTEGER,
    NUMBER,
    OBJECT,
    STRING,
    Context,
    Flaw,
    Form,
    literal,
    nullable,
    quoted,
    text,
    under,
    unless,
)

PLAIN = Context()
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SCALARS: dict[str, tuple[Form, set[type]]] = {
    "not-a-string": (STRING, {str}),
    "not-an-integer": (INTEGER, {int}),
    "not-a-number": (NUMBER, {int, float}),
    "not-a-boolean": (BOOLEAN, {bool}),
    "not-an-object": (OBJECT, {dict}),
}


@pytest.mark.parametrize("offence", SCALARS)
@given(value=JSON)
def test_a_scalar_form_takes_exactly_the_values_of_its_type(offence: str, value: Any) -> None:
    form, kinds = SCALARS[offence]
    assert form.check(value, PLAIN) == (None if type(value) in kinds else [Flaw(offence)])


@given(JSON)
def test_a_value_of_the_exact_type_of_a_form_is_sound(value: Any) -> None:
    forms: list[Form] = [*[form for form, _ in SCALARS.values()], nullable(STRING), ANYTHING]
    exact = [form for form in forms if type(value) is form.exact]
    assert [form for form in exact if form.check(value, PLAIN) is not None] == []


@given(JSON)
def test_anything_is_anything(value: Any) -> None:
    assert ANYTHING.check(value, PLAIN) is None


@given(st.text(alphabet="ab c\n", max_size=6))
def test_the_length_of_a_text_is_judged_before_its_pattern(value: str) -> None:
    form = text(shortest=1, longest=4, pattern="^[ab]{1,4}$")
    if not value:
        expected = [Flaw("empty-string")]
    elif len(value) > 4:
        expected = [Flaw("overlong-string", facts={"longest": 4})]
    elif re.search(r"[^ab]", value):
        expected = [Flaw("mismatched-pattern", facts={"pattern": "^[ab]{1,4}$"})]
    else:
        expected = None
    assert form.check(value, PLAIN) == expected


def test_a_text_is_first_of_all_a_string() -> None:
    assert text(shortest=1).check([], PLAIN) == [Flaw("not-a-string")]


@pytest.mark.parametrize(
    ("values", "listed"),
    [(("a",), "'a'"), (("a", "b"), "'a' or 'b'"), (("a", "b", "c", "d"), "'a', 'b', 'c' or 'd'")],
)
def test_the_values_of_a_closed_set_are_listed_with_an_or(values: tuple[str, ...], listed: str) -> None:
    assert literal(*values).check(None, PLAIN) == [Flaw("unknown-value", facts={"values": listed})]


def test_the_values_of_a_set_that_betas_extend_are_listed_with_commas() -> None:
    form = literal("a", "b", gated={"c": frozenset({"more"})})
    assert form.check("c", PLAIN) == [Flaw("unknown-value", facts={"values": "'a', 'b'"})]
    assert form.check("d", Context(frozenset({"more"}))) == [Flaw("unknown-value", facts={"values": "'a', 'b', 'c'"})]
    assert form.check("c", Context(frozenset({"more"}))) is None
    assert form.check("d", Context(is_open=True)) is None


def test_a_beta_of_tomorrow_opens_no_closed_set() -> None:
    assert literal("a", "b").check("d", Context(is_open=True)) is not None


@given(JSON)
def test_a_nullable_form_takes_null_and_what_the_form_takes(value: Any) -> None:
    expected = None if value is None else STRING.check(value, PLAIN)
    assert nullable(STRING).check(value, PLAIN) == expected


@given(JSON)
def test_another_offence_is_looked_for_in_sound_values_only(value: Any) -> None:
    form = unless(INTEGER, lambda number: number == 0, "zero")
    assert form.check(value, PLAIN) == (
        [Flaw("zero")] if type(value) is int and value == 0 else INTEGER.check(value, PLAIN)
    )


def test_a_parent_adds_its_segments_before_those_of_the_flaw() -> None:
    flaws = [Flaw("a", ("x",), {"fact": 1}), Flaw("b")]
    assert under(flaws, "messages", 0) == [Flaw("a", ("messages", 0, "x"), {"fact": 1}), Flaw("b", ("messages", 0))]


def test_a_quotation_of_one_value_needs_no_separator() -> None:
    assert quoted(["a"]) == "'a'"


def test_a_form_is_a_check_and_little_else() -> None:
    assert Form(STRING.check) == Form(STRING.check, exact=None, is_needed=False, unlocks=None)
