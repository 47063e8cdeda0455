"""A field's text fits its name or format."""

from random import Random

import pytest
from jsonschema import Draft202012Validator

from mockclaude.engine.canned import section
from mockclaude.engine.field import FIXED, FORMATS, SYNONYMS, text_for


@pytest.mark.parametrize("word", [*SYNONYMS, *FIXED])
@pytest.mark.parametrize("form", ["{}", "user_{}", "{}_2", "the{}"])
def test_the_last_known_word_of_a_name_decides(word: str, form: str) -> None:
    text = text_for(form.format(word.title() if form.startswith("the") else word), Random(0))
    assert text == FIXED[word] if word in FIXED else text in section(SYNONYMS[word])


@pytest.mark.parametrize(
    ("name", "kind"), [("firstName", "first_name"), ("author_first_name", "first_name"), ("zip-code", "postcode")]
)
def test_words_are_read_together(name: str, kind: str) -> None:
    assert text_for(name, Random(0)) in section(kind)


@pytest.mark.parametrize("name", ["", "summary", "body", "thinking", "日本"])
def test_any_other_field_gets_a_sentence(name: str) -> None:
    assert text_for(name, Random(0)) in section("body")


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_gets_a_value_of_that_format(form: str) -> None:
    schema = {"type": "string", "format": form}
    checker = Draft202012Validator.FORMAT_CHECKER
    for seed in range(50):
        assert Draft202012Validator(schema, format_checker=checker).is_valid(FORMATS[form](Random(seed)))


def test_a_kind_that_is_known_by_another_word_has_lines() -> None:
    assert [kind for kind in SYNONYMS.values() if not section(kind)] == []
