from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.rules.grammar import BOOLEAN, INTEGER, STRING, Context, Flaw, Form, needed, nullable, unlocked
from mockclaude.rules.structures import array, by_name, deferred, labelled, object_or, record, text_or, union
from mockclaude.wire.body import Json
from tests.rules.test_grammar import JSON, PLAIN

BETA = Context(frozenset({"beta"}))
TOMORROW = Context(is_open=True)
PERSON = record(
    {
        "name": needed(STRING),
        "age": INTEGER,
        "pet": record({"name": needed(STRING)}),
        "secret": unlocked(STRING, frozenset({"beta"})),
    }
)
PET = union({"dog": record({"type": STRING, "barks": BOOLEAN}), "cat": record({"type": STRING})})


@given(JSON)
def test_an_array_reports_each_wrong_item_with_its_place(value: Any) -> None:
    if not isinstance(value, list):
        assert array(STRING).check(value, PLAIN) == [Flaw("not-an-array")]
        return
    wrong = [Flaw("not-a-string", (place,)) for place, item in enumerate(value) if not isinstance(item, str)]
    assert array(STRING).check(value, PLAIN) == (wrong or None)


def test_of_an_endless_array_only_the_first_faults_are_reported() -> None:
    assert array(STRING).check([7] * 1000, PLAIN) == [Flaw("not-a-string", (place,)) for place in range(100)]


@given(st.lists(st.just({}), min_size=1, max_size=3))
def test_the_path_of_a_nested_flaw_leads_to_it(people: list[Any]) -> None:
    assert array(PERSON).check(people, PLAIN) == [Flaw("missing-field", (i, "name")) for i in range(len(people))]


@given(st.permutations(["unknown", "pet", "age", "stranger"]))
def test_a_record_reports_its_fields_in_their_order_and_strangers_last_in_that_of_the_body(keys: list[str]) -> None:
    strangers = [key for key in keys if key in {"unknown", "stranger"}]
    assert PERSON.check(dict.fromkeys(keys), PLAIN) == [
        Flaw("missing-field", ("name",)),
        Flaw("not-an-integer", ("age",)),
        Flaw("unexpected-shape", ("pet",)),
        *[Flaw("extra-input", (key,)) for key in strangers],
    ]


@pytest.mark.parametrize("value", [None, [], "Ann", 7])
def test_a_value_that_is_no_object_offends_as_the_record_says(value: Any) -> None:
    assert PERSON.check(value, PLAIN) == [Flaw("unexpected-shape")]
    assert record({}, otherwise="not-an-object").check(value, PLAIN) == [Flaw("not-an-object")]


@given(st.permutations(["name", "secret", "zebra"]))
def test_a_locked_field_is_a_stranger_without_its_beta(keys: list[str]) -> None:
    person: Json = {**dict.fromkeys(keys, 1), "name": "Ann"}
    strangers = [Flaw("extra-input", (key,)) for key in keys if key != "name"]
    assert PERSON.check(person, PLAIN) == strangers
    assert PERSON.check(person, BETA) == [Flaw("not-a-string", ("secret",)), Flaw("extra-input", ("zebra",))]
    assert PERSON.check(person, TOMORROW) == [Flaw("not-a-string", ("secret",))]


def test_a_removed_field_has_an_offence_of_its_own_under_any_beta() -> None:
    form = record({"name": STRING}, removed={"nick": "removed-nick"})
    for context in (PLAIN, TOMORROW):
        assert form.check({"nick": 1, "name": "Ann"}, context) == [Flaw("removed-nick", ("nick",))]


@given(JSON)
def test_an_open_record_takes_every_key_that_it_does_not_have(value: Any) -> None:
    assert record({"name": STRING}, is_closed=False).check({"other": value}, PLAIN) is None


def test_the_type_of_a_union_is_a_segment_of_the_path() -> None:
    assert PET.check({"type": "dog", "barks": "yes"}, PLAIN) == [Flaw("not-a-boolean", ("dog", "barks"))]


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        ("dog", Flaw("not-an-object")),
        ({}, Flaw("missing-field", ("type",))),
        ({"type": None}, Flaw("not-a-string", ("type",))),
        ({"type": ["dog"]}, Flaw("not-a-string", ("type",))),
        ({"type": "cow"}, Flaw("unknown-tag", facts={"tag": "cow", "tags": "'cat', 'dog'"})),
    ],
)
def test_a_union_stops_where_no_member_is_chosen(value: Any, flaw: Flaw) -> None:
    assert PET.check(value, PLAIN) == [flaw]


def test_a_gated_type_is_listed_and_free_with_its_beta() -> None:
    form = union({"dog": record({"type": STRING})}, gates={"cat": frozenset({"beta"})})
    assert form.check({"type": "cat", "lives": 9}, PLAIN) == [
        Flaw("unknown-tag", facts={"tag": "cat", "tags": "'dog'"})
    ]
    assert form.check({"type": "cat", "lives": 9}, BETA) is None
    assert form.check({"type": "cow"}, BETA) == [Flaw("unknown-tag", facts={"tag": "cow", "tags": "'cat', 'dog'"})]
    assert form.check({"type": "cow"}, TOMORROW) is None
    assert form.check({"type": 1}, TOMORROW) == [Flaw("not-a-string", ("type",))]


def test_a_gated_type_may_have_a_form_which_is_built_when_it_is_first_needed() -> None:
    built = []

    def build() -> Form:
        built.append(1)
        return record({"type": STRING, "lives": needed(INTEGER)})

    form = union({"dog": record({"type": STRING})}, gates={"cat": frozenset({"beta"})}, behind={"cat": deferred(build)})
    assert form.check({"type": "dog"}, BETA) is None
    assert built == []
    assert form.check({"type": "cat", "lives": 9}, BETA) is None
    assert form.check({"type": "cat"}, BETA) == [Flaw("missing-field", ("cat", "lives"))]
    assert form.check({"type": "cat"}, TOMORROW) is None
    assert built == [1]


@pytest.mark.parametrize("value", [[], "a", 1, None])
def test_an_object_of_named_values_is_an_object(value: Any) -> None:
    assert by_name(INTEGER).check(value, PLAIN) == [Flaw("not-an-object")]
    assert by_name(INTEGER).check({"a": 1, "b": "x", "c": []}, PLAIN) == [
        Flaw("not-an-integer", ("b",)),
        Flaw("not-an-integer", ("c",)),
    ]
    assert by_name(INTEGER).check({"a": 1}, PLAIN) is None


@pytest.mark.parametrize("tag", [{}, {"type": None}])
def test_an_object_without_a_type_may_be_of_a_member(tag: dict[str, Any]) -> None:
    form = union({"dog": record({"type": nullable(STRING), "name": needed(STRING)})}, untagged="dog")
    assert form.check(tag, PLAIN) == [Flaw("missing-field", ("dog", "name"))]


def test_the_tags_of_a_union_keep_their_order_where_the_api_keeps_it() -> None:
    form = union({"b": record({}), "a": record({})}, is_sorted=False)
    assert form.check({"type": "c"}, PLAIN) == [Flaw("unknown-tag", facts={"tag": "c", "tags": "'b', 'a'"})]


@given(JSON)
def test_a_text_or_another_form_complains_as_the_other_form(value: Any) -> None:
    expected = None if isinstance(value, str) else array(STRING).check(value, PLAIN)
    assert text_or(array(STRING)).check(value, PLAIN) == expected


def test_an_object_or_another_form_complains_about_objects_as_the_object() -> None:
    form = object_or(array(STRING), record({"code": needed(STRING)}))
    assert form.check(["a"], PLAIN) is None
    assert form.check({"code": "a"}, PLAIN) is None
    assert form.check("a", PLAIN) == [Flaw("not-an-array")]
    assert form.check({}, PLAIN) == [Flaw("missing-field", ("code",))]


def test_a_labelled_form_has_its_label_in_the_path() -> None:
    form = labelled("Person", PERSON)
    assert form.check({"name": "Ann"}, PLAIN) is None
    assert form.check({}, PLAIN) == [Flaw("missing-field", ("Person", "name"))]
