import anthropic
import pytest

from mockclaude import MockClaude

with MockClaude() as mock, pytest.raises(anthropic.BadRequestError) as refused:
    anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key).messages.create(
        model="claude-opus-5",
        max_tokens=100,
        messages=[{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
    )
assert refused.value.response.headers["x-mockclaude-rule"] == "assistant-prefill"
assert "does not support assistant message prefill" in str(refused.value)
