"""A model as the Models API describes it, held against the SDK, its schema and recordings."""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mockclaude.model_info import model_info
from mockclaude.models import ModelProfile, Models

MODELS = Models.load()
TODAY = date(2026, 11, 23)
CORPUS = Path(os.environ.get("MOCKCLAUDE_CORPUS", Path(__file__).parents[2] / "shared" / "corpus"))

every_model = pytest.mark.parametrize("profile", list(MODELS), ids=lambda profile: profile.id)


def model(name: str) -> ModelProfile:
    profile = MODELS.find(name)
    assert profile is not None, name
    return profile


def test_the_models_api_describes_a_model_key_by_key() -> None:
    yes, no = {"supported": True}, {"supported": False}
    assert json.dumps(model_info(model("claude-sonnet-4-5"), TODAY)) == json.dumps(
        {
            "type": "model",
            "id": "claude-sonnet-4-5-20250929",
            "display_name": "Claude Sonnet 4.5",
            "created_at": "2025-09-29T00:00:00Z",
            "lifecycle": "deprecated",
            "deprecated_at": "2026-09-30T00:00:00Z",
            "retires_at": "2026-11-30T00:00:00Z",
            "line": "sonnet",
            "max_input_tokens": 200000,
            "max_tokens": 64000,
            "capabilities": {
                "batch": yes,
                "citations": yes,
                "code_execution": yes,
                "context_management": {
                    "supported": True,
                    "clear_tool_uses_20250919": yes,
                    "clear_thinking_20251015": yes,
                    "compact_20260112": no,
                },
                "effort": {"supported": False, "low": no, "medium": no, "high": no, "xhigh": no, "max": no},
                "image_input": yes,
                "pdf_input": yes,
                "server_tools": {"supported": True, "web_search": yes, "code_execution": yes},
                "structured_outputs": yes,
                "thinking": {
                    "supported": True,
                    "types": {"enabled": yes, "adaptive": no, "disabled": yes, "between_tools": no},
                },
            },
        }
    )


def test_an_active_model_shows_no_dates_of_its_end() -> None:
    before, after = (model_info(model("claude-sonnet-4-5"), day) for day in (date(2026, 9, 1), date(2027, 1, 1)))
    assert [before[key] for key in ("lifecycle", "deprecated_at", "retires_at")] == ["active", None, None]
    assert [after[key] for key in ("lifecycle", "deprecated_at", "retires_at")] == [
        "retired",
        "2026-09-30T00:00:00Z",
        "2026-11-30T00:00:00Z",
    ]


@every_model
def test_the_sdk_reads_back_every_description_whole(profile: ModelProfile) -> None:
    types = pytest.importorskip("anthropic.types", reason="the anthropic SDK is not installed")
    info = model_info(profile, TODAY)
    assert types.ModelInfo.model_validate(info, strict=False).model_dump(mode="json") == info


@every_model
def test_every_description_satisfies_the_published_schema(profile: ModelProfile) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    found = sorted(CORPUS.parent.glob("*/sdk-schema-*/model_info.ga.schema.json"))
    if not found:
        pytest.skip("no schemas of the SDK next to the recorded corpus")
    jsonschema.Draft202012Validator(json.loads(found[-1].read_text())).validate(model_info(profile, TODAY))


def recorded_descriptions() -> list[dict[str, Any]]:
    lines = [line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_bytes().split(b"\n")]
    rows = [json.loads(line) for line in lines if b"/v1/models" in line]
    answers = [row for row in rows if row["path"].startswith("/v1/models") and row["status"] == 200]
    return [told for row in answers for told in row["response_body"]["data"]]


def laid_over(ours: Any, told: Any) -> Any:
    if isinstance(ours, dict) and isinstance(told, dict):
        return ours | {key: laid_over(ours.get(key), value) for key, value in told.items()}
    return told


def test_descriptions_agree_with_every_recorded_one() -> None:
    recorded = recorded_descriptions()
    if not recorded:
        pytest.skip("no recording of GET /v1/models; MOCKCLAUDE_CORPUS names the recorded corpus")
    for told in recorded:
        ours = model_info(model(told["id"]), TODAY)
        if told["id"] == "claude-sonnet-4-5-20250929":
            told.pop("max_input_tokens", None)  # 1M while the beta for long context ran, 200k since
        assert laid_over(ours, told) == ours
