"""What the mock says can be sent back to it, by the official SDK and to every model."""

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest

from mockclaude import MockClaude
from mockclaude.engine.say import message, thinking, tool_use
from mockclaude.rules.occasion import served

ROOM = 4096
TOOL: dict[str, Any] = {"name": "look", "input_schema": {"type": "object", "properties": {}}}


@pytest.fixture(scope="module")
def mock() -> Iterator[MockClaude]:
    with MockClaude(seed=1) as running:
        yield running


def client_of(mock: MockClaude) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0)


@pytest.mark.filterwarnings("ignore:The model:DeprecationWarning")
@pytest.mark.parametrize("model", [model.id for model in served()])
def test_a_conversation_is_carried_on(mock: MockClaude, model: str) -> None:
    turns: list[Any] = []
    types = next(profile for profile in served() if profile.id == model).thinking_types
    manual: Any = {"type": "enabled", "budget_tokens": 1024}
    thinks: Any = {"thinking": {"type": "adaptive"} if "adaptive" in types else manual}
    with client_of(mock) as client:
        for question in ("one", "two", "three"):
            turns.append({"role": "user", "content": question})
            asked: Any = {"model": model, "max_tokens": ROOM, "messages": turns, "system": "Be kind.", **thinks}
            if question == "two":
                with client.messages.stream(**asked) as stream:
                    said: Any = stream.get_final_message()
            else:
                said = client.messages.create(**asked)
            assert said.stop_reason == "end_turn"
            turns.append({"role": "assistant", "content": said.content})


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-5", "claude-fable-5-2"])
def test_a_scripted_thought_leads_through_a_tool_loop(model: str) -> None:
    with MockClaude(seed=1) as mock, client_of(mock) as client:
        mock.reply(message(thinking("I look."), tool_use("look")), "Done.")
        manual: Any = {"thinking": {"type": "enabled", "budget_tokens": 1024}} if model == "claude-haiku-4-5" else {}
        asked: Any = {"model": model, "max_tokens": ROOM, "tools": [TOOL], **manual}
        question: Any = {"role": "user", "content": "a"}
        called = client.messages.create(messages=[question], **asked)
        result: Any = {"type": "tool_result", "tool_use_id": called.content[-1].id, "content": "b"}
        answer: Any = {"role": "assistant", "content": called.content}
        ended = client.messages.create(messages=[question, answer, {"role": "user", "content": [result]}], **asked)
        assert ended.stop_reason == "end_turn"
