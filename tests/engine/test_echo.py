"""An echo is what the user said last."""

import pytest

from mockclaude.engine.echo import echo

from .calls import call

IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([("user", "one"), ("assistant", "two"), ("user", "three")], "three"),
        ([("user", "one"), ("assistant", "two")], "one"),
        ([("user", "one"), ("user", "two")], "one\ntwo"),
        ([("user", [{"type": "text", "text": "a"}, IMAGE, {"type": "text", "text": "b"}])], "a\nb"),
        ([("user", [IMAGE])], ""),
    ],
)
def test_the_last_text_of_the_user_is_said_again(messages, said: str) -> None:
    assert echo(call(messages=[{"role": role, "content": content} for role, content in messages])) == said
