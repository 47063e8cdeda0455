import pytest
from summaries import summarise


@pytest.mark.mock_claude(cassette="cassettes/summary.json")
def test_summary() -> None:
    assert summarise("A long story.") == "A short story."
