import httpx
import respx
from summaries import summarise

BUSY = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-opus-5",
    "content": [{"type": "text", "text": "A short story."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 10, "output_tokens": 5},
}


@respx.mock
def test_a_busy_api() -> None:
    route = respx.post("https://api.anthropic.com/v1/messages")
    route.side_effect = [httpx.Response(529, json=BUSY), httpx.Response(200, json=MESSAGE)]
    assert summarise("A long story.") == "A short story."
    assert route.call_count == 2
    assert b"A long story." in route.calls.last.request.content
