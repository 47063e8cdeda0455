"""Differences are found where they are, and a client is not judged by what it has not."""

import pytest

from mockclaude.verify.properties.folding import FORMS, SPLITS
from mockclaude.verify.property import Client, difference


@pytest.mark.parametrize(
    ("expected", "got", "told"),
    [
        ({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "y"}]}, "message.a[1].b is 'y'; expected 'x'"),
        ({"a": [1]}, {"a": [1, 2]}, "message.a has 2 items; expected 1"),
        ({"a": 1}, {}, "message has no a; expected 1"),
        ({}, {"a": 1}, "message has a=1; expected none"),
        ({"a": True}, {"a": 1}, "message.a is 1; expected True"),
        ({"a": 1}, {"a": "1"}, "message.a is '1'; expected 1"),
        ({"a": 1.5}, {"a": 1.25}, "message.a is 1.25; expected 1.5"),
        ({"a": {}}, {"a": []}, "message.a is []; expected {}"),
    ],
)
def test_the_first_difference_is_told_with_its_place(expected: object, got: object, told: str) -> None:
    assert difference(expected, got) == told


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        ({"a": None}, {}),
        ({}, {"a": None}),
        ({"a": 1}, {"a": 1.0}),
        ({"a": 5.419741716232605e16}, {"a": 54197417162326050}),
        ({"a": 12345678901234567890}, {"a": 12345678901234567000}),
        ({"a": 10**400}, {"a": 10**401}),
    ],
)
def test_null_is_absence_and_numbers_are_doubles(expected: object, got: object) -> None:
    assert difference(expected, got) == ""


def test_a_property_needs_one_of_its_methods_or_all() -> None:
    streaming, sending = Client(frozenset({"stream"})), Client(frozenset({"send"}))
    assert (SPLITS.why_not(streaming), SPLITS.why_not(sending)) == ("", "the adapter has no method stream")
    assert FORMS.why_not(streaming) == "the adapter has no method send"
    assert FORMS.why_not(Client(frozenset({"agent"}))) == "the adapter has no method stream or send"
    assert FORMS.why_not(Client(frozenset({"send", "stream"}))) == ""
    assert (streaming.form, sending.form) == ("stream", "send")
