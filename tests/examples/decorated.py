import unittest

import anthropic

from mockclaude import MockClaude


def greeting() -> str:
    message = anthropic.Anthropic().messages.create(
        model="claude-opus-5", max_tokens=50, messages=[{"role": "user", "content": "Greet me."}]
    )
    return "".join(block.text for block in message.content if block.type == "text")


@MockClaude()
def test_greeting(mock: MockClaude) -> None:
    mock.reply("Hello!")
    with mock.environment():
        assert greeting() == "Hello!"


class GreetingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.mock = self.enterContext(MockClaude())
        self.enterContext(self.mock.environment())

    def test_greeting(self) -> None:
        self.mock.reply("Hello!")
        assert greeting() == "Hello!"
        self.mock.assert_called(times=1)
