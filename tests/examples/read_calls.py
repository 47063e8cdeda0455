import anthropic

from mockclaude import MockClaude, model, text

with MockClaude() as mock:
    mock.reply(lambda call: f"You said: {call.text}")
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)
    client.messages.create(
        model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": "Summarise this."}]
    )

    call = mock.calls.last
    assert call.text == "Summarise this."
    assert call.request.max_tokens == 50
    assert call.message.text == "You said: Summarise this."

    mock.assert_called(text("Summarise") & model("claude-haiku-*"), times=1)
    mock.assert_all_stubs_used()
