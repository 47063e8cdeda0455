from summaries import summarise

from mockclaude import MockWorkspace, text


def test_summary(mock_claude: MockWorkspace) -> None:
    mock_claude.when(text("long story")).reply("A short story.")
    assert summarise("A long story.") == "A short story."
    mock_claude.assert_called(times=1)
    mock_claude.assert_all_stubs_used()
