"""A document is walked token by token: nothing but what is meant changes, and one that breaks off is read too."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockclaude.record.edits import Edit, applied
from mockclaude.record.json_text import Walk, content, unescaped

from .samples import JSON


def walked(text: str, word: str = "hidden") -> str:
    """Every string without its letters x, and fields named `secret` as a whole."""

    def without_x(said: str) -> list[Edit]:
        return [Edit(place, place + 1, "", "x") for place, sign in enumerate(said) if sign == "x"]

    walk = Walk(text, in_text=without_x, hides=lambda name, _: name if name == "secret" else None, word=word)
    return applied(text, walk.edits())


def expected(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("x", "")
    if isinstance(value, list):
        return [expected(item) for item in value]
    if isinstance(value, dict):
        return {key.replace("x", ""): hidden(key, item) for key, item in value.items()}
    return value


def hidden(key: str, value: Any) -> Any:
    if key != "secret" or value in (None, "") or isinstance(value, bool):
        return expected(value)
    return "hidden"


DOCUMENTS = st.recursive(
    JSON,
    lambda inner: (
        st.dictionaries(st.sampled_from(["secret", "a", "\n"]), inner, max_size=2) | st.lists(inner, max_size=2)
    ),
    max_leaves=6,
)


@given(DOCUMENTS, st.booleans(), st.none() | st.integers(0, 3))
def test_strings_change_inside_and_named_fields_as_a_whole(value: Any, plain: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=not plain, indent=indent)
    assert json.loads(walked(text)) == json.loads(json.dumps(expected(value)))


@given(DOCUMENTS)
def test_without_anything_to_change_every_byte_stays(value: Any) -> None:
    text = json.dumps(value, indent=1).replace("x", "y").replace("secret", "public")
    assert walked(text) == text


@given(DOCUMENTS, st.data())
def test_a_document_that_breaks_off_is_walked_to_its_end(value: Any, data: st.DataObject) -> None:
    text = json.dumps({"secret": value, "b": "xyz"})
    cut = text[: data.draw(st.integers(0, len(text)))]
    assert walked(walked(cut)) == walked(cut)


@given(st.text())
def test_a_string_is_read_as_json_reads_it(text: str) -> None:
    for token in (json.dumps(text), json.dumps(text, ensure_ascii=False)):
        said, places = content(token)
        assert said.encode("utf-16", "surrogatepass").decode("utf-16") == text
        assert unescaped(token[1:-1]) == said
        assert not places or (len(places) == len(said) + 1 and places == sorted(places))


def test_what_a_schema_declares_is_no_value() -> None:
    text = '{"properties":{"secret":{"type":"x"}},"secret":{"properties":1}}'
    assert walked(text) == '{"properties":{"secret":{"type":""}},"secret":"hidden"}'
