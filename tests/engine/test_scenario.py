"""Scenarios are read from YAML, every mistake is named with its line, and editors get the same form as a schema."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockclaude.clock import FixedClock
from mockclaude.engine.contradiction import BLOCKS, STOP_REASONS
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import reply_of
from mockclaude.engine.scenario_reader import (
    WORDS,
    load_scenario,
    matcher_of_fields,
    read_scenario,
    scenario_of,
    scenario_schema,
    stub_of,
)
from mockclaude.engine.scenario_schema import DEFINITIONS, WHEN
from mockclaude.engine.scenario_yaml import DEEPEST, read
from mockclaude.engine.stubs import Stubs
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings

from ..wire.samples import JSON_VALUES
from .playing import asked

DESIGNED = """
stubs:
  - when: {text: weather, model: "claude-*"}     # omitted: any
    replies:
      - content: [{type: tool_use, name: get_weather, input: {city: Paris}}]
      - error: {status: 529, type: overloaded_error, message: Overloaded, headers: {retry-after: "1"}}
      - text: "18 °C"
        stop_reason: end_turn
        pace: {first: 0.3, per_second: 40}
"""


def test_the_form_that_was_designed_is_read() -> None:
    [stub] = read_scenario(DESIGNED).stubs
    assert repr(stub.matcher) == 'text("weather") & model("claude-*")'
    assert stub.answers == (
        reply_of([{"type": "tool_use", "name": "get_weather", "input": {"city": "Paris"}}]),
        reply_of(
            {
                "error": {
                    "status": 529,
                    "type": "overloaded_error",
                    "message": "Overloaded",
                    "headers": {"retry-after": "1"},
                }
            }
        ),
        reply_of({"text": "18 °C", "stop_reason": "end_turn", "pace": {"first": 0.3, "per_second": 40}}),
    )


WHENS: list[tuple[dict[str, Any], str]] = [
    ({}, "any_call()"),
    ({"text": "a", "regex": "b"}, 'text("a") & regex("b")'),
    ({"model": "a", "system": "b", "tools": ["c", "d*"]}, 'model("a") & system("b") & offers("c", "d*")'),
    ({"after_tool": "a", "tool_result": "b"}, 'after_tool("a") & tool_result("b")'),
    ({"turns": 3, "images": 0}, "turns(3) & images(0)"),
    ({"turns": {"at_least": 2, "at_most": 4}, "images": {"at_least": 2}}, "turns(at_least=2, at_most=4) & images(at_least=2)"),
    ({"stream": True, "paused": False}, "streaming() & ~paused()"),
    ({"headers": {"x-a": "b*", "x-c": "*"}}, 'header("x-a", "b*") & header("x-c")'),
    ({"any": [{"text": "a"}, {"text": "b", "stream": False}]}, 'text("a") | text("b") & ~streaming()'),
    ({"text": "a", "any": [{"text": "b"}, {"text": "c"}]}, 'text("a") & (text("b") | text("c"))'),
    ({"not": {"text": "a", "model": "b"}}, '~(text("a") & model("b"))'),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "written"), WHENS)
def test_each_key_of_when_is_a_word_of_matching(fields: dict[str, Any], written: str) -> None:
    assert repr(matcher_of_fields(fields)) == written
    assert repr(stub_of({"when": fields, "replies": ["x"]}).matcher) == written


def test_the_keys_of_when_are_the_keys_of_its_schema() -> None:
    assert list(WORDS) == list(WHEN["properties"])  # type: ignore[arg-type]
    assert {key for fields, _ in WHENS for key in fields} == set(WORDS)


FAULTY = {
    "unknown key": ("stubs:\n  - whem: {}\n    replies: [x]", "s.yaml:2:5: stubs[0]: unknown key 'whem'; did you mean 'when'?"),
    "far key": ("stubs:\n  - replies: [x]\n    zzz: 1", "s.yaml:3:5: stubs[0]: unknown key 'zzz'; known: name, when, state, then, replies, times, forever"),
    "in when": ("stubs:\n  - when: {modl: x}\n    replies: [x]", "s.yaml:2:12: stubs[0].when: unknown key 'modl'; did you mean 'model'?"),
    "missing": ("stubs:\n  - when: {}", "s.yaml:2:5: stubs[0]: has no 'replies'"),
    "no stubs": ("name: x", "s.yaml:1:1: has no 'stubs'"),
    "no entries": ("stubs: []", "s.yaml:1:8: stubs: is []; expected at least 1 item"),
    "no list": ("stubs:\n  replies: [x]", 's.yaml:2:3: stubs: is {"replies":["x"]}; expected a list'),
    "text": ("stubs:\n  - replies:\n      - text: 5", "s.yaml:3:15: stubs[0].replies[0].text: is 5; expected text"),
    "times": ("stubs:\n  - replies: [x]\n    times: 0", "s.yaml:3:12: stubs[0].times: is 0; expected at least 1"),
    "times below replies": ("stubs:\n  - replies: [x, y]\n    times: 1", "s.yaml:3:12: stubs[0].times: times=1, but there are 2 replies; the last would never be said"),
    "enum": ("settings: {validation: liv}\nstubs: [{replies: [x]}]", 's.yaml:1:24: settings.validation: is "liv"; did you mean \'live\'?; expected one of strict, live, off'),
    "pace": ("stubs:\n  - replies:\n      - {text: x, pace: {per_second: 0}}", "s.yaml:3:38: stubs[0].replies[0].pace.per_second: is 0; expected more than 0"),
    "nothing": ("stubs:\n  - replies: [{}]", "s.yaml:2:15: stubs[0].replies[0]: is {}; expected at least 1 key"),
    "two forms": ("stubs:\n  - replies: [{text: x, content: []}]", "s.yaml:2:15: stubs[0].replies[0]: text is short for content of one text block; give one of the two"),
    "block": ("stubs:\n  - replies:\n      - content:\n          - {type: txt, text: x}", "s.yaml:4:20: stubs[0].replies[0].content[0].type: unknown block type 'txt'; did you mean 'text'?"),
    "block key": ("stubs:\n  - replies:\n      - content:\n          - {type: tool_use, name: f}", "s.yaml:4:13: stubs[0].replies[0].content[0]: tool_use has no 'input'; expected an object"),
    "stop": ("stubs:\n  - replies:\n      - text: x\n        stop_reason: tool_use", "s.yaml:4:22: stubs[0].replies[0].stop_reason: is 'tool_use', but the content holds no tool_use block; it holds text"),
    "template": ("stubs:\n  - replies:\n      - text: '{{ tex }}'", "s.yaml:3:15: stubs[0].replies[0].text: {{ tex }} is no value of a request; did you mean 'text'?; known: text, model, system, tool, tool_result, turns, now (templates off: sent as it is)"),
    "error": ("stubs:\n  - replies:\n      - error: {status: 418}", "s.yaml:3:9: stubs[0].replies[0]: error 418 has no message, and the API has no single one for it; give one"),
    "regex": ("stubs:\n  - when: {regex: '('}\n    replies: [x]", "s.yaml:2:11: stubs[0].when: '(' is no regular expression: missing ), unterminated subpattern at position 0"),
    "state": ("stubs:\n  - state: opn\n    replies: [x]\n  - then: open\n    replies: [x]", "s.yaml:2:12: stubs[0].state: no stub leads to the state 'opn'; did you mean 'open'?"),
    "fault": ("stubs:\n  - replies:\n      - {text: x, fault: {kind: cut, at: utf}}", "s.yaml:3:26: stubs[0].replies[0].fault: fault 'cut': at is 'utf'; did you mean 'utf8'?; expected one of head, event, inside, newline, utf8, escape, field, byte"),
    "chaos": ("settings: {chaos: overloaded}\nstubs: [{replies: [x]}]", "s.yaml:1:19: settings.chaos: chaos 'overloaded' has no share of calls; expected a name and 0 to 1, as in overloaded=0.1"),
    "YAML": ("stubs:\n  - a: [", "s.yaml:2:9: not YAML: expected the node content, but found '<stream end>'"),
    "tab": ("stubs:\n\t- a", "s.yaml:2:1: not YAML: found character '\\t' that cannot start any token"),
    "empty": ("# nothing", "s.yaml:1:1: the file is empty; expected an object with the key 'stubs'"),
    "two documents": ("stubs: []\n---\nstubs: []", "s.yaml:2:1: not YAML: but found another document"),
    "control": ("a: b\nstubs: \x00", "s.yaml:2:8: not YAML: the character '\\x00' must be escaped"),
    "a text": ("hello", 's.yaml:1:1: is "hello"; expected an object'),
    "twice": ("stubs: [{replies: [a],\n  replies: [b]}]", "s.yaml:2:3: the key 'replies' stands here twice"),
    "key": ("[a]: b", "s.yaml:1:1: a key must be text"),
    "tag": ("stubs: !!python/object/apply:os.system [ls]", 's.yaml:1:41: stubs[0]: is "ls"; expected an object'),
    "scalar tag": ("stubs: !!binary eA==", "s.yaml:1:8: 'eA==' with the tag 'tag:yaml.org,2002:binary' is no JSON; put it in quotes"),
    "number tag": ("stubs: !!int x", "s.yaml:1:8: 'x' with the tag 'tag:yaml.org,2002:int' is no JSON; put it in quotes"),
    "merge": ("a: &a {replies: [x]}\nstubs: [{<<: *a}]", "s.yaml:1:1: unknown key 'a'; known: name, description, templates, settings, stubs"),
    "circle": ("stubs: &a [*a]", f"s.yaml:1:8: too large; at most 200000 values, nested {DEEPEST} deep, can be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_a_mistake_is_named_with_its_line_and_column(name: str) -> None:
    content, expected = FAULTY[name]
    with pytest.raises(ScriptError) as raised:
        read_scenario(content, name="s.yaml")
    assert str(raised.value).split("\n")[0] == expected.split("\n")[0]


def test_all_mistakes_are_told_at_once_up_to_ten() -> None:
    content = "stubs:\n" + "".join(f"  - {{replies: [x], k{place}: 1}}\n" for place in range(12))
    with pytest.raises(ScriptError) as raised:
        read_scenario(content, name="s.yaml")
    lines = str(raised.value).split("\n")
    assert [line.partition(": ")[0] for line in lines[:-1]] == [f"s.yaml:{place + 2}:20" for place in range(10)]
    assert lines[-1] == "… and 2 more"


def test_a_document_that_aliases_blow_up_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 9)]
    with pytest.raises(ScriptError, match="too large; at most 200000 values"):
        read_scenario("\n".join(lines))


def test_force_lifts_contradictions_and_no_more() -> None:
    forced = "stubs: [{replies: [{text: x, stop_reason: tool_use, force: true}]}]"
    assert read_scenario(forced).stubs[0].answers == (
        reply_of({"text": "x", "stop_reason": "tool_use", "force": True}),
    )
    with pytest.raises(ScriptError, match="text has no 'text'"):
        read_scenario("stubs: [{replies: [{content: [{type: text}], force: true}]}]")


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("no", "no"), ("on", "on"), ("2026-11-23", "2026-11-23"), ("12:30:45", "12:30:45"), ("0x10", "0x10"), ("=", "="),
        ("true", True), ("False", False), ("null", None), ("~", None), ("", None), ("17", 17), ("-1", -1), ("1.5", 1.5),
        ("1e3", 1000.0), (".5", 0.5), ("010", 10), ("'17'", "17"), ("!!str 17", "17"), ("<<", "<<"), (".inf", ".inf"),
    ],
)  # fmt: skip
def test_plain_words_mean_what_json_and_editors_take_them_for(word: str, value: Any) -> None:
    data = read(f"a: {word}", name="x").data
    assert data == {"a": value}
    assert isinstance(data, dict)
    assert type(data["a"]) is type(value)


class Quoting(yaml.SafeDumper):
    """Puts every text in quotes: PyYAML writes YAML 1.1, in which `0E0` is a word and no number."""


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(value=JSON_VALUES)
def test_every_json_value_survives_yaml(value: Any) -> None:
    for content in (
        yaml.dump({"a": value}, Dumper=Quoting),
        json.dumps({"a": value}),
        json.dumps({"a": value}, indent=2),
    ):
        assert read(content, name="x").data == {"a": value}


def test_a_file_is_named_after_itself_and_may_name_itself(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").write_text("stubs: [{replies: [Größe]}]", "utf-8")
    (tmp_path / "named.yaml").write_text("name: other\ndescription: Shows.\nstubs: [{replies: [a]}]", "utf-8")
    loop, named = load_scenario(tmp_path / "loop.yaml"), load_scenario(str(tmp_path / "named.yaml"))
    assert (loop.name, loop.description, loop.stubs[0].scenario) == ("loop", "", "loop")
    assert (named.name, named.description, named.stubs[0].scenario) == ("other", "Shows.", "other")
    assert loop.stubs[0].answers == (reply_of("Größe"),)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"stubs: \xff")
    with pytest.raises(
        ScriptError,
        match=f"^cannot read the scenario {re.escape(str(tmp_path / 'none.yaml'))}: No such file or directory$",
    ):
        load_scenario(tmp_path / "none.yaml")
    with pytest.raises(ScriptError, match=r"latin\.yaml: it is not UTF-8$"):
        load_scenario(tmp_path / "latin.yaml")


def test_settings_are_laid_over_those_of_the_workspace() -> None:
    scenario = read_scenario("settings: {validation: live, seed: 7}\nstubs: [{replies: [x]}]")
    assert scenario.settings_over(Settings(padding=False)) == Settings(padding=False, validation="live", seed=7)


def templated(content: str, **switch: Any) -> str | None:
    stubs = Stubs(clock=FixedClock())
    stubs.load(read_scenario(content, **switch))
    reply: Reply | None = stubs(asked("hi"))
    return None if reply is None else reply.content[0]["text"]


ECHO = "stubs: [{replies: [{text: 'You said {{ text }}'%s}]}]"


@pytest.mark.parametrize(
    ("content", "switch", "expected"),
    [
        (ECHO % "", {}, "You said hi"),
        (ECHO % ", templates: false", {}, "You said {{ text }}"),
        ("templates: false\n" + ECHO % "", {}, "You said {{ text }}"),
        ("templates: false\n" + ECHO % ", templates: true", {}, "You said {{ text }}"),
        (ECHO % ", templates: true", {"templates": False}, "You said {{ text }}"),
        ("templates: false\nstubs: [{replies: ['{{ anything }}']}]", {}, "{{ anything }}"),
    ],
)
def test_templates_can_be_switched_off_from_without(content: str, switch: dict[str, bool], expected: str) -> None:
    assert templated(content, **switch) == expected


def test_parsed_data_is_checked_without_lines() -> None:
    assert scenario_of({"stubs": [{"replies": ["x"]}]}, name="posted").name == "posted"
    with pytest.raises(ScriptError, match=r"^posted: stubs\[0\]\.replies: is 5; expected a list$"):
        scenario_of({"stubs": [{"replies": 5}]}, name="posted")
    with pytest.raises(ScriptError, match=r"^stub: replies\[0\]\.stop_reason: unknown stop reason 'x'$"):
        stub_of({"replies": [{"text": "a", "stop_reason": "x"}]})
    with pytest.raises(
        ScriptError, match=r"^stub: unknown key 'reply'; did you mean 'replies'\?\nstub: has no 'replies'$"
    ):
        stub_of({"reply": "x"})


def subschemas(schema: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        if "type" in schema and not isinstance(schema["type"], dict):
            yield path, schema
        for key, inner in schema.items():
            yield from subschemas(inner, f"{path}/{key}")
    elif isinstance(schema, list):
        for place, inner in enumerate(schema):
            yield from subschemas(inner, f"{path}/{place}")


def test_the_published_schema_is_a_schema_and_explains_itself() -> None:
    schema = scenario_schema()
    Draft202012Validator.check_schema(schema)
    assert set(schema["$defs"]) == set(DEFINITIONS) - {"scenario"}  # type: ignore[arg-type]
    bare = [
        path
        for path, inner in subschemas(schema)
        if "description" not in inner and not path.endswith(("items", "additionalProperties"))
    ]
    assert [path for path in bare if "/properties/at_" not in path and not path.endswith("/category")] == []
    assert schema["$defs"]["block"]["properties"]["type"]["examples"] == list(BLOCKS)  # type: ignore[call-overload,index]
    assert schema["$defs"]["reply"]["properties"]["stop_reason"]["examples"] == list(STOP_REASONS)  # type: ignore[call-overload,index]


@given(data=st.dictionaries(st.sampled_from(["name", "stubs", "templates", "settings", "x"]), JSON_VALUES))
def test_the_published_schema_and_the_reader_agree_on_the_form(data: dict[str, Any]) -> None:
    if list(Draft202012Validator(scenario_schema()).iter_errors(data)):
        with pytest.raises(ScriptError):
            scenario_of(data)
    else:
        scenario_of(data)
