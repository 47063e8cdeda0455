"""What betas bring is judged field by field, as everything else is."""

from collections.abc import Iterator
from typing import Any

import pytest

from mockclaude.wire import betas
from tests.rules.shapes import body, draft_of, messages_of, saying, tools
from tests.wire.beta_samples import BLOCKS, FIELDS, TOOLS

EVERY = tuple(sorted(betas.KNOWN_BETAS))
FREE = frozenset(
    {"input", "input_schema", "schema", "trigger", "configs", "input_examples", "safeguards", "context_hint"}
)
"""Keys below which anything may stand, or any name."""

PARTS: list[Any] = [
    *[pytest.param(name, name, FIELDS[name], lambda value, name=name: body(**{name: value}), id=name) for name in FIELDS],
    *[pytest.param(f"messages.0.content.0.{kind}", kind, BLOCKS[kind], saying, id=kind) for kind in BLOCKS],
    *[pytest.param(f"tools.0.{kind}", kind, TOOLS[kind], tools, id=kind) for kind in TOOLS],
]  # fmt: skip
ALL_PARTS = pytest.mark.parametrize(("path", "name", "sample", "place"), PARTS)


def test_every_part_of_a_beta_has_a_sample() -> None:
    assert (FIELDS.keys(), BLOCKS.keys(), TOOLS.keys()) == (
        betas.TOP_LEVEL.keys(),
        betas.BLOCKS.keys(),
        betas.TOOLS.keys(),
    )


def said_of(request_body: Any) -> list[str]:
    return messages_of(draft_of(request_body, *EVERY))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """The objects in a value in which every key is known."""
    if isinstance(value, list):
        for item in value:
            yield from objects(item)
    elif isinstance(value, dict):
        yield value
        for key, item in value.items():
            if key not in FREE:
                yield from objects(item)


def changed(value: Any, target: dict[str, Any], other: dict[str, Any]) -> Any:
    """The value with one of its objects replaced."""
    if value is target:
        return other
    if isinstance(value, list):
        return [changed(item, target, other) for item in value]
    if isinstance(value, dict):
        return {key: changed(item, target, other) for key, item in value.items()}
    return value


@ALL_PARTS
def test_a_whole_part_is_accepted(path: str, name: str, sample: Any, place: Any) -> None:
    assert said_of(place(sample)) == []


@ALL_PARTS
def test_a_key_that_a_part_does_not_have_is_refused(path: str, name: str, sample: Any, place: Any) -> None:
    for target in objects(sample) if name not in FREE else ():
        (message,) = said_of(place(changed(sample, target, {**target, "stranger": 1})))
        assert message.startswith(path)
        assert message.endswith(".stranger: Extra inputs are not permitted")


@ALL_PARTS
def test_no_key_of_a_part_takes_a_value_of_another_kind(path: str, name: str, sample: Any, place: Any) -> None:
    for target in objects(sample) if name not in FREE else ():
        for key in target.keys() - {"trigger"} if name == "fallback" else target:
            found = said_of(place(changed(sample, target, {**target, key: 0.5})))
            assert found, key


NEEDED = {
    "mcp_servers": ["type", "name", "url"],
    "mcp_tool_use": ["id", "name", "input", "server_name"],
    "mcp_tool_result": ["tool_use_id"],
    "mcp_tool_listing": ["mcp_server_name", "tools"],
    "advisor_tool_result": ["tool_use_id", "content"],
    "fallback": ["from", "to"],
    "tool_addition": ["tool"],
    "tool_removal": ["tool"],
    "computer_20251124": ["name", "display_width_px", "display_height_px"],
    "advisor_20260301": ["name", "model"],
    "mcp_toolset": ["mcp_server_name"],
}


@ALL_PARTS
def test_a_part_lacks_no_key_that_it_needs(path: str, name: str, sample: Any, place: Any) -> None:
    first = next(objects(sample))
    for key in NEEDED.get(name, []):
        without = {other: value for other, value in first.items() if other != key}
        (message,) = said_of(place(changed(sample, first, without)))
        assert message.startswith(path)
        assert message.endswith(f".{key}: Field required")


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        (body(fallbacks="none"), "fallbacks: Input should be 'default'"),
        (body(context_management={"edits": [{"type": "forget"}]}),
         ("context_management.edits.0: Input tag 'forget' found using 'type' does not match any of the expected tags: "
         "'clear_thinking_20251015', 'clear_tool_uses_20250919', 'compact_20260112'")),
        (body(thread={"type": "continue"}), "thread.continue.previous_message_id: Field required"),
        (body(compaction={"type": "erase"}), "compaction.type: Input should be 'summarize'"),
        (saying({"type": "tool_addition", "tool": {"type": "tool"}}),
         ("messages.0.content.0.tool_addition.tool: Input tag 'tool' found using 'type' does not match any of the "
         "expected tags: 'mcp_tool_reference', 'mcp_toolset_reference', 'tool_definition', 'tool_reference'")),
    ],
)  # fmt: skip
def test_an_offence_is_reported_in_the_words_of_the_api(request_body: Any, message: str) -> None:
    assert said_of(request_body) == [message]


@pytest.mark.parametrize("value", ["default", None, []])
def test_fallbacks_may_be_left_to_the_api(value: Any) -> None:
    assert said_of(body(fallbacks=value)) == []


def test_a_definition_of_a_tool_needs_its_own_beta() -> None:
    definition = {"type": "tool_definition", "definition": {"name": "look", "input_schema": {"type": "object"}}}
    request_body = saying({"type": "tool_addition", "tool": definition})
    assert messages_of(draft_of(request_body, "inline-tools-2026-09-15")) == []
    assert messages_of(draft_of(request_body, "mid-conversation-tool-changes-2026-07-01")) == [
        (
            "messages.0.content.0.tool_addition.tool: Input tag 'tool_definition' found using 'type' does not match any of "
            "the expected tags: 'mcp_tool_reference', 'mcp_toolset_reference', 'tool_reference'"
        )
    ]
