"""Every value of a JSON text is found on its line."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mockclaude.cli.locate import line_at, lines_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def places_of(value: Any, place: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {place}.union(*[places_of(item, (*place, key)) for key, item in inner])


@given(VALUES, st.sampled_from([None, 0, 2]))
def test_every_value_has_a_line(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    lines = lines_of(text)
    assert lines.keys() == places_of(value)
    assert set(lines.values()) <= set(range(1, text.count("\n") + 2))


def test_lines_are_those_of_the_values() -> None:
    text = '{"a":\n 1, "b": [\n 2,\n {"c": "x\\"}"}],\n"d": {}}'
    assert lines_of(text) == {(): 1, ("a",): 2, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("d",): 5}


def test_tags_of_unions_in_a_path_lead_nowhere() -> None:
    lines = lines_of('{"messages": [\n{"content": [\n{"source":\n{"data":\n""}}]}]}')
    assert line_at(lines, "messages.0.content.0.image.source.base64.data") == 5
    assert line_at(lines, "messages.0.content.7") == 2
    assert line_at(lines, None) == 1
    assert line_at({}, "messages") == 1
