"""Requests and what the rules of shape say about them, for the tests of those rules."""

from datetime import date
from typing import Any

from mockclaude.call import Intake
from mockclaude.models import Models
from mockclaude.rules import shape
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings

MODELS = Models.load()
USER: dict[str, Any] = {"role": "user", "content": "hi"}
SMALLEST: dict[str, Any] = {"model": "claude-sonnet-5", "max_tokens": 1, "messages": [USER]}
TEXT: dict[str, Any] = {"type": "text", "text": "hi"}
PNG: dict[str, Any] = {"type": "base64", "media_type": "image/png", "data": "AAAA"}
TOOL: dict[str, Any] = {"name": "get_weather", "input_schema": {"type": "object"}}
CALL: dict[str, Any] = {"type": "tool_use", "id": "toolu_01", "name": "get_weather", "input": {}}


def body(**changes: Any) -> dict[str, Any]:
    """The smallest request with fields set; `...` leaves one out."""
    return {name: value for name, value in {**SMALLEST, **changes}.items() if value is not ...}


def saying(*blocks: Any, role: str = "user") -> dict[str, Any]:
    """The smallest request with these blocks as its only turn."""
    return body(messages=[{"role": role, "content": list(blocks)}])


def turns(*items: Any) -> dict[str, Any]:
    """The smallest request with these items as its conversation."""
    return body(messages=list(items))


def tools(*items: Any) -> dict[str, Any]:
    """The smallest request with these tools."""
    return body(tools=list(items))


def draft_of(request: Any, *betas: str, version: str = "2023-06-01", path: str = "/v1/messages") -> Draft:
    """A draft of a body under these betas."""
    draft = Draft(request, path=path).with_header("anthropic-version", version)
    return draft.with_header("anthropic-beta", ",".join(betas)) if betas else draft


def intake_of(draft: Draft) -> Intake:
    """The draft as it arrives."""
    return Intake(draft.request(), settings=Settings(), models=MODELS, today=date(2026, 11, 23))


def messages_of(draft: Draft) -> list[str]:
    """What the API would say about a draft, if it said everything."""
    return [fault.rule.error(fault.facts).message for fault in shape.faults(intake_of(draft))]
