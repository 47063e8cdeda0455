import anthropic
import pytest

from mockclaude import MockClaude, message

with MockClaude() as mock:
    mock.reply(message("This breaks off.", fault="overloaded_mid_stream"), "That went through.")
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0)

    def ask() -> str:
        with client.messages.stream(
            model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": "Hello"}]
        ) as stream:
            return stream.get_final_text()

    with pytest.raises(anthropic.APIStatusError) as broken:
        ask()
    assert broken.value.status_code == 200  # the error came inside a stream that had begun well
    assert ask() == "That went through."
