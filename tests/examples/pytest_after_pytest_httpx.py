from summaries import summarise

from mockclaude import MockWorkspace


def test_what_was_asked(mock_claude: MockWorkspace) -> None:
    mock_claude.reply("A short story.")
    assert summarise("A long story.") == "A short story."
    [call] = mock_claude.calls
    assert call.request.max_tokens == 100
