"""Tools are offered as the API takes them, and their inputs are what their schemas accept."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockclaude.call import Intake
from mockclaude.clock import EPOCH
from mockclaude.rules.catalogue import audit
from mockclaude.rules.occasion import shipped
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.strategies import tool_inputs, tools
from mockclaude.wire.body import Tool

from .simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(tools())
def test_a_request_may_offer_the_tool(tool: Tool) -> None:
    draft = Draft(
        {
            "model": "claude-opus-5",
            "max_tokens": 1,
            "messages": [{"role": "user", "content": "0"}],
            "tools": [{**tool}],  # type: ignore[dict-item]  # a tool is JSON
        }
    )
    intake = Intake(draft.request(), settings=Settings(), models=shipped(), today=EPOCH.date())
    assert [finding for finding in audit(intake) if finding.severity == "violation"] == []


@settings(QUIET, max_examples=30)
@given(st.data())
def test_its_inputs_are_accepted_by_its_schema(data: st.DataObject) -> None:
    schema = data.draw(tools())["input_schema"]
    Draft202012Validator.check_schema(schema)
    given_input = data.draw(tool_inputs(schema))
    assert Draft202012Validator(schema).is_valid(given_input)
    if schema.get("properties"):
        assert set(given_input) <= set(schema["properties"])  # type: ignore[arg-type]


def test_the_simplest_tool_takes_no_arguments() -> None:
    assert simplest(tools()) == {"name": "0", "input_schema": {"type": "object", "properties": {}}}


def test_every_kind_of_property_comes_up() -> None:
    for word in ("enum", "anyOf", "const", "items", "format", "required", "additionalProperties", "description"):
        found: Any = simplest(tools(), lambda tool, word=word: f"'{word}'" in repr(tool))  # type: ignore[misc]
        assert word in repr(found)
