import os

import anthropic

from mockclaude import MockClaude, text

mock = MockClaude.connect(os.environ["ANTHROPIC_BASE_URL"], workspace="checkout")
mock.when(text("weather")).reply("18 °C")

client = anthropic.Anthropic(api_key=mock.api_key)
client.messages.create(
    model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": "How is the weather?"}]
)
mock.assert_called(text("weather"), times=1)
