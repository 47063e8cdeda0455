from types import SimpleNamespace
from unittest.mock import Mock, patch

from summaries import summarise


@patch("summaries.anthropic.Anthropic")
def test_summary(client: Mock) -> None:
    answer = SimpleNamespace(content=[SimpleNamespace(type="text", text="A short story.")])
    client.return_value.messages.create.return_value = answer
    assert summarise("A long story.") == "A short story."
    client.return_value.messages.create.assert_called_once()
