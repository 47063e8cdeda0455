from summaries import summarise

from mockclaude import MockWorkspace


def test_summary(mock_claude: MockWorkspace) -> None:
    mock_claude.reply("A short story.")
    assert summarise("A long story.") == "A short story."
    assert mock_claude.calls.last.text == "Summarise: A long story."
