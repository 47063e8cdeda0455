from summaries import summarise

from mockclaude import MockWorkspace, text, tool_use


def test_summary(mock_claude: MockWorkspace) -> None:
    mock_claude.when(text("long story")).reply("A short story.")
    mock_claude.when(text("weather")).reply(tool_use("get_weather", city="Paris"))
    assert summarise("A long story.") == "A short story."
