"""What clients are asked to send while the answer is what matters: one short question."""

from typing import Final

from mockclaude.verify.case import Ask, Form
from mockclaude.wire.body import JsonObject

MODEL: Final = "claude-opus-5"
"""Whom the kit asks; no property depends on it."""

QUESTION: Final = "Hello"


def question(text: str = QUESTION) -> JsonObject:
    """A body that asks one question."""
    return {"model": MODEL, "max_tokens": 1024, "messages": [{"role": "user", "content": text}]}


def asking(form: Form, text: str = QUESTION) -> tuple[Ask, ...]:
    """One call that asks one question."""
    return (Ask(form, question(text)),)
