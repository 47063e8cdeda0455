import anthropic

from mockclaude import MockClaude

with MockClaude() as mock:
    paris, rome = mock.workspace("paris"), mock.workspace("rome")
    paris.reply("18 °C")
    rome.reply("25 °C")

    for world, expected in ((paris, "18 °C"), (rome, "25 °C")):
        client = anthropic.Anthropic(base_url=mock.url, api_key=world.api_key)
        client.messages.create(
            model="claude-opus-5", max_tokens=50, messages=[{"role": "user", "content": "How warm is it?"}]
        )
        assert world.calls.last.message.text == expected
        world.assert_called(times=1)
