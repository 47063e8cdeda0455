import json

from pytest_httpx import HTTPXMock
from summaries import summarise


def test_what_was_asked(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        method="POST",
        url="https://api.anthropic.com/v1/messages",
        json={"content": [{"type": "text", "text": "A short story."}]},
    )
    assert summarise("A long story.") == "A short story."
    [request] = httpx_mock.get_requests()
    assert json.loads(request.content)["max_tokens"] == 100
