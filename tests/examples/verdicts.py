import anthropic

from mockclaude import MockClaude, overloaded, rate_limited

with MockClaude() as mock:
    mock.reply(rate_limited(retry_after=0.1), overloaded(), "The third time it went through.")
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)
    message = client.messages.create(
        model="claude-opus-5", max_tokens=50, messages=[{"role": "user", "content": "Hello"}]
    )

    mock.assert_contract()
    mock.assert_resilient(outcome=message)
    assert mock.usage.by_model["claude-opus-5"].calls == 1
