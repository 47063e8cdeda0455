import subprocess
import sys

import anthropic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from summaries import summarise

from mockclaude import MockServer, MockWorkspace


async def test_asynchronous_code(
    mock_claude: MockWorkspace, mock_claude_async_client: anthropic.AsyncAnthropic
) -> None:
    mock_claude.reply("Hello!")
    async with mock_claude_async_client.messages.stream(
        model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": "Hello"}]
    ) as stream:
        assert await stream.get_final_text() == "Hello!"


@settings(max_examples=20, deadline=None)  # a new client of the SDK takes 30 ms, the first one 200
@given(degrees=st.integers(-90, 60))
def test_a_property(mock_claude_server: MockServer, degrees: int) -> None:
    with mock_claude_server.example() as mock:
        mock.reply(f"{degrees} °C")
        assert summarise("The weather.") == f"{degrees} °C"


def test_another_process(mock_claude: MockWorkspace) -> None:
    mock_claude.reply("From the parent.")
    program = [sys.executable, "-c", "from summaries import summarise; print(summarise('From the child.'))"]
    assert subprocess.run(program, capture_output=True, text=True, check=True).stdout == "From the parent.\n"


@pytest.mark.mock_claude(scenario="hello", validation="live", contract="error")
def test_a_scenario(mock_claude: MockWorkspace) -> None:
    assert summarise("Hello!") == "Hello! How can I help you today?"
    assert mock_claude.settings.validation == "live"
