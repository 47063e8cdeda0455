import anthropic

from mockclaude import MockClaude

with MockClaude() as mock:
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)
    message = client.messages.create(
        model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": "Hello"}]
    )
    assert message.stop_reason == "end_turn"
