import anthropic

from mockclaude import FixedClock, MockClaude

with MockClaude(clock=FixedClock()) as mock:
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)

    def ask(question: str) -> anthropic.types.Usage:
        manual = "Turn it off and on again. " * 1000
        return client.messages.create(
            model="claude-opus-5",
            max_tokens=100,
            system=[{"type": "text", "text": manual, "cache_control": {"type": "ephemeral"}}],
            messages=[{"role": "user", "content": question}],
        ).usage

    written = ask("It does not start.").cache_creation_input_tokens
    assert ask("It does not stop.").cache_read_input_tokens == written
    mock.clock.tick(301)
    assert ask("It is late.").cache_read_input_tokens == 0
