"""A client that asks is told what changed since the request whose answer it names."""

from typing import Any

import anthropic
import pytest

from mockclaude.meter.diagnosis import Diagnoses
from mockclaude.mock import MockClaude

TOOL = {"name": "f", "input_schema": {"type": "object"}}
FIRST: dict[str, Any] = {
    "model": "claude-opus-5",
    "system": "Be kind.",
    "tools": [TOOL],
    "messages": [{"role": "user", "content": "Hi"}],
}
MORE = [{"role": "assistant", "content": "Hello."}, {"role": "user", "content": "And?"}]


def told(*, read: int = 0, previous: str | None = "msg_1", **fields: Any) -> Any:
    """The diagnosis of a second request, behind a first one that cached a hundred tokens."""
    diagnoses = Diagnoses()
    first: Any = {**FIRST, "diagnostics": {"previous_message_id": None}}
    assert diagnoses.of(first, read=40, written=60, answer="msg_1") is None
    second: Any = {**FIRST, **fields, "diagnostics": {"previous_message_id": previous}}
    return diagnoses.of(second, read=read, written=0, answer="msg_2")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"model": "claude-opus-5-5", "system": "Be brief."}, "model_changed"),
        ({"speed": "fast"}, "model_changed"),
        ({"system": "Be brief.", "tools": []}, "system_changed"),
        ({"tools": [TOOL, TOOL]}, "tools_changed"),
        ({"messages": [{"role": "user", "content": "Ho"}, *MORE]}, "messages_changed"),
        ({"messages": []}, "messages_changed"),
    ],
)
def test_the_first_part_that_changed_is_named(fields: dict[str, Any], kind: str) -> None:
    assert told(read=30, **fields) == {"cache_miss_reason": {"type": kind, "cache_missed_input_tokens": 70}}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"messages": [*FIRST["messages"], *MORE]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}, *MORE]},
        {"system": [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]},
        {"system": "Be brief.", "previous": None},
    ],
)
def test_nothing_is_told_where_nothing_diverged(fields: dict[str, Any]) -> None:
    assert told(**fields) is None


def test_what_cannot_be_compared_is_told_as_such() -> None:
    assert told(thinking={"type": "disabled"}) == {"cache_miss_reason": {"type": "unavailable"}}
    assert told(previous="msg_9") == {"cache_miss_reason": {"type": "previous_message_not_found"}}


def test_the_oldest_requests_are_forgotten() -> None:
    diagnoses = Diagnoses(most=1)
    asked: Any = {**FIRST, "diagnostics": {"previous_message_id": "msg_1"}}
    for answer in ("msg_1", "msg_2"):
        diagnoses.of(asked, read=0, written=0, answer=answer)
    assert diagnoses.of(asked, read=0, written=0, answer="msg_3") == {
        "cache_miss_reason": {"type": "previous_message_not_found"}
    }


def test_the_sdk_reads_it_in_both_forms() -> None:
    with MockClaude() as mock:
        client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)

        def ask(system: str, previous: str | None) -> anthropic.types.Message:
            with client.messages.stream(
                model="claude-opus-5",
                max_tokens=100,
                system=system,
                messages=[{"role": "user", "content": "Hi"}],
                diagnostics={"previous_message_id": previous},
            ) as stream:
                return stream.get_final_message()

        first = ask("Be kind.", None)
        assert first.diagnostics is None
        assert ask("Be kind.", first.id).diagnostics is None
        diagnosed = ask("Be brief.", first.id).diagnostics
        assert diagnosed is not None
        assert diagnosed.cache_miss_reason is not None
        assert diagnosed.cache_miss_reason.type == "system_changed"
        mock.reset()
        lost = ask("Be kind.", first.id).diagnostics
        assert lost is not None
        assert lost.cache_miss_reason is not None
        assert lost.cache_miss_reason.type == "previous_message_not_found"
