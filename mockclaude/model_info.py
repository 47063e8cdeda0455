"""A model as the Models API describes it."""

from datetime import date
from typing import Final

from mockclaude.models import Effort, ModelProfile, ThinkingType
from mockclaude.wire.body import Json, JsonObject

_CONTEXT_EDITS: Final = ("clear_tool_uses_20250919", "clear_thinking_20251015", "compact_20260112")
_EFFORTS: Final[tuple[Effort, ...]] = ("low", "medium", "high", "xhigh", "max")
_THINKING_TYPES: Final[tuple[ThinkingType, ...]] = ("enabled", "adaptive", "disabled", "between_tools")


def model_info(profile: ModelProfile, on: date) -> JsonObject:
    """Describe a model as `GET /v1/models/{id}` does on that day, keys in the API's order."""
    lifecycle = profile.lifecycle(on)
    active = lifecycle == "active"
    return {
        "type": "model",
        "id": profile.id,
        "display_name": profile.display_name,
        "created_at": _midnight(profile.created_at),
        "lifecycle": lifecycle,
        "deprecated_at": None if active else _midnight(profile.deprecated_at),
        "retires_at": None if active else _midnight(profile.retired_on or profile.retires_at),
        "line": profile.line,
        "max_input_tokens": profile.context_window,
        "max_tokens": profile.max_output_tokens,
        "capabilities": _capabilities(profile),
    }


def _capabilities(profile: ModelProfile) -> Json:
    return {
        "batch": _support(profile.batch),
        "citations": _support(profile.citations),
        "code_execution": _support(profile.programmatic_tools),
        "context_management": {
            **_support(bool(profile.context_edits)),
            **{edit: _support(edit in profile.context_edits) for edit in _CONTEXT_EDITS},
        },
        "effort": {
            **_support(bool(profile.effort_levels)),
            **{level: _support(level in profile.effort_levels) for level in _EFFORTS},
        },
        "image_input": _support(profile.max_media > 0),
        "pdf_input": _support(profile.max_pdf_pages > 0),
        "server_tools": {
            **_support(profile.web_search or profile.code_execution),
            "web_search": _support(profile.web_search),
            "code_execution": _support(profile.code_execution),
        },
        "structured_outputs": _support(profile.structured_outputs),
        "thinking": {
            **_support(bool(profile.thinking_types - {"disabled"})),
            "types": {name: _support(name in profile.thinking_types) for name in _THINKING_TYPES},
        },
    }


def _support(supported: bool) -> dict[str, Json]:  # noqa: FBT001 - a value to be written, not a switch
    return {"supported": supported}


def _midnight(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"
