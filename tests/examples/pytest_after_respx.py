from summaries import summarise

from mockclaude import MockWorkspace, overloaded


def test_a_busy_api(mock_claude: MockWorkspace) -> None:
    mock_claude.reply(overloaded(), "A short story.")
    assert summarise("A long story.") == "A short story."
    assert mock_claude.calls.call_count == 2
    assert "A long story." in mock_claude.calls.last.text
