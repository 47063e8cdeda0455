import vcr
from summaries import summarise


@vcr.use_cassette("cassettes/summary.yaml", filter_headers=["x-api-key", "authorization"])
def test_summary() -> None:
    assert summarise("A long story.") == "A short story."
