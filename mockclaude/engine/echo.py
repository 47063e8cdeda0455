"""Answers with what was said: `--reply echo`."""

from mockclaude.call import Call
from mockclaude.engine.conversation import user_text


def echo(call: Call) -> str:
    """The last text of the user, empty when there is none."""
    return user_text(call)
