"""The words, order and exceptions of the API, field by field."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.rules import shape
from mockclaude.rules.body_fields import FIELDS, SAMPLING
from mockclaude.wire import betas
from tests.rules.shapes import CALL, PNG, TEXT, TOOL, USER, body, draft_of, intake_of, messages_of, saying, tools, turns
from tests.wire import beta_samples

BLOCK_TAGS = (
    "'bash_code_execution_tool_result', 'code_execution_tool_result', 'container_upload', 'document', 'image', "
    "'redacted_thinking', 'search_result', 'server_tool_use', 'text', 'text_editor_code_execution_tool_result', "
    "'thinking', 'tool_result', 'tool_search_tool_result', 'tool_use', 'web_fetch_tool_result', "
    "'web_search_tool_result'"
)
TOOL_TAGS = (
    "'bash_20250124', 'browser_toolset_20260801', 'code_execution_20250522', 'code_execution_20250825', "
    "'code_execution_20260120', 'code_execution_20260521', 'computer_toolset_20260801', 'custom', 'memory_20250818', "
    "'text_editor_20250124', 'text_editor_20250429', 'text_editor_20250728', 'tool_search_tool_bm25', "
    "'tool_search_tool_bm25_20251119', 'tool_search_tool_regex', 'tool_search_tool_regex_20251119', "
    "'web_fetch_20250910', 'web_fetch_20260209', 'web_fetch_20260309', 'web_fetch_20260318', 'web_search_20250305', "
    "'web_search_20260209', 'web_search_20260318'"
)


def tagged(tag: str, *expected: str) -> str:
    return f"Input tag '{tag}' found using 'type' does not match any of the expected tags: {', '.join(expected)}"


WORDINGS: dict[str, dict[str, Any]] = {
    "model: Field required": body(model=...),
    "model: Input should be a valid string": body(model=None),
    "model: String should have at least 1 character": body(model=""),
    "model: String should have at most 256 characters": body(model="a" * 257),
    "messages: Field required": body(messages=...),
    "messages: Input should be a valid array": body(messages=None),
    "messages: at least one message is required": body(messages=[]),
    "max_tokens: Field required": body(max_tokens=...),
    "max_tokens: Input should be a valid integer": body(max_tokens=1.0),
    "max_tokens: must be greater than or equal to 0": body(max_tokens=-1),
    "tool_choice: Input should be an object": body(tool_choice="auto"),
    "tool_choice.type: Field required": body(tool_choice={}),
    f"tool_choice: {tagged('required', repr('auto'), repr('any'), repr('tool'), repr('none'))}": body(
        tool_choice={"type": "required"}
    ),
    "tool_choice.tool.name: Field required": body(tool_choice={"type": "tool"}),
    "tools: Input should be a valid array": body(tools=None),
    "tools.1: Input should be an object": tools(TOOL, "get_weather"),
    f"tools.0: {tagged('function', TOOL_TAGS)}": tools({"type": "function", "function": TOOL}),
    "tools.0.custom.name: Field required": tools({"input_schema": {"type": "object"}}),
    "tools.0.custom.name: String should have at least 1 character": tools({**TOOL, "name": ""}),
    "tools.0.custom.name: String should have at most 128 characters": tools({**TOOL, "name": "?" * 129}),
    "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'": tools({**TOOL, "name": "a b"}),
    "tools.0.custom.input_schema: Field required": tools({"name": "a"}),
    "tools.0.custom.input_schema: Input should be an object": tools({"name": "a", "input_schema": "{}"}),
    "tools.0.custom.input_schema.type: Field required": tools({"name": "a", "input_schema": {}}),
    "tools.0.custom.input_schema.type: Input should be 'object'": tools(
        {"name": "a", "input_schema": {"type": "string"}}
    ),
    "tools.0.custom.description: Input should be a valid string": tools({**TOOL, "description": None}),
    "tools.0.custom.cache_control.ephemeral.scope: Extra inputs are not permitted": tools(
        {**TOOL, "cache_control": {"type": "ephemeral", "scope": "global"}}
    ),
    "tools.0.bash_20250124.parameters: Extra inputs are not permitted": tools(
        {"type": "bash_20250124", "name": "bash", "parameters": {}}
    ),
    "tools.0.text_editor_20250124.name: Input should be 'str_replace_editor'": tools(
        {"type": "text_editor_20250124", "name": "str_replace_based_edit_tool"}
    ),
    "tools.0.computer_toolset_20260801: name is not accepted on a toolset entry: the member names are fixed by the "
    "dated type, and the served tool keeps the family's bare name": tools(
        {"type": "computer_toolset_20260801", "name": "computer"}
    ),
    "messages.1: Input should be an object": turns(USER, "hi"),
    "messages.0.role: Field required": turns({"content": "hi"}),
    'messages: Unexpected role "developer". Allowed roles are "user" or "assistant"': turns(
        USER, {"role": "developer", "content": "hi"}
    ),
    "messages.0.content: Field required": turns({"role": "user"}),
    "messages.0.content: Input should be a valid array": turns({"role": "user", "content": None}),
    "messages.1.name: Extra inputs are not permitted": turns(USER, {**USER, "name": "Ann"}),
    "messages.3.isError: Extra inputs are not permitted": turns(USER, USER, USER, {**USER, "isError": False}),
    "messages.0.content.1: Input should be an object": saying(TEXT, "hi"),
    "messages.0.content.0.type: Field required": saying({"text": "hi"}),
    f"messages.0.content.0: {tagged('image_url', BLOCK_TAGS)}": saying({"type": "image_url"}),
    "messages.0.content.1.tool_use.text: Extra inputs are not permitted": saying(TEXT, {**CALL, "text": ""}),
    "messages.0.content.0.text.text: Field required": saying({"type": "text"}),
    "messages.0.content.0.thinking.signature: Field required": saying({"type": "thinking", "thinking": "Hm."}),
    "messages.0.content.0.thinking.cache_control: Extra inputs are not permitted": saying(
        {"type": "thinking", "thinking": "Hm.", "signature": "Eg==", "cache_control": None}
    ),
    "messages.0.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'": saying({**CALL, "id": "a.1"}),
    "messages.0.content.0.tool_use.name: String should have at most 200 characters": saying(
        {**CALL, "name": "a" * 201}
    ),
    "messages.0.content.0.tool_use.input: Input should be an object": saying({**CALL, "input": "{}"}),
    "messages.0.content.0.tool_use.input: Field required": saying(
        {key: value for key, value in CALL.items() if key != "input"}
    ),
    "messages.0.content.0.server_tool_use.id: String should match pattern '^srvtoolu_[a-zA-Z0-9_]+$'": saying(
        {**CALL, "type": "server_tool_use", "name": "web_search"}
    ),
    "messages.0.content.0.tool_result.tool_use_id: Field required": saying({"type": "tool_result"}),
    "messages.0.content.0.tool_result.tool_use_id: String should match pattern '^[a-zA-Z0-9_-]+$'": saying(
        {"type": "tool_result", "tool_use_id": ""}
    ),
    "messages.0.content.0.tool_result.content.1.image.source.base64.data: Field required": saying(
        {
            "type": "tool_result",
            "tool_use_id": "toolu_01",
            "content": [TEXT, {"type": "image", "source": {"type": "base64", "media_type": "image/png"}}],
        }
    ),
    "messages.0.content.0.tool_result.content.0.type: Field required": saying(
        {"type": "tool_result", "tool_use_id": "toolu_01", "content": [{"status": "OK"}]}
    ),
    "messages.0.content.0.image.source: Field required": saying({"type": "image"}),
    f"messages.0.content.0.image.source: {tagged('path', repr('base64'), repr('file'), repr('url'))}": saying(
        {"type": "image", "source": {"type": "path"}}
    ),
    "messages.0.content.0.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or "
    "'image/webp'": saying({"type": "image", "source": {**PNG, "media_type": "image/jpg"}}),
    "messages.0.content.0.document.source.base64.media_type: Input should be 'application/pdf'": saying(
        {"type": "document", "source": PNG}
    ),
    "messages.0.content.0.text.cache_control.ephemeral.ttl: Input should be '5m' or '1h'": saying(
        {**TEXT, "cache_control": {"type": "ephemeral", "ttl": "1d"}}
    ),
    "system: Input should be a valid array": body(system=None),
    "system.0: Input does not match the expected shape.": body(system=["hi"]),
    "system.0.type: Input should be 'text'": body(system=[{"type": "input_text", "text": "hi"}]),
    "system.0.text: Field required": body(system=[{"type": "text"}]),
    "system.0.cache_control.ephemeral.scope: Extra inputs are not permitted": body(
        system=[{**TEXT, "cache_control": {"type": "ephemeral", "scope": "global"}}]
    ),
    "thinking: Input should be an object": body(thinking=None),
    "thinking.type: Field required": body(thinking={"budget_tokens": 2048}),
    f"thinking: {tagged('auto', repr('adaptive'), repr('between_tools'), repr('disabled'), repr('enabled'))}": body(
        thinking={"type": "auto"}
    ),
    "thinking.enabled.budget_tokens: Field required": body(thinking={"type": "enabled"}),
    "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024": body(
        thinking={"type": "enabled", "budget_tokens": 1023}
    ),
    "thinking.adaptive.budget_tokens: Extra inputs are not permitted": body(
        thinking={"type": "adaptive", "budget_tokens": 2048}
    ),
    "thinking.adaptive.block_binding: Extra inputs are not permitted": body(
        thinking={"type": "adaptive", "block_binding": {}}
    ),
    "thinking.adaptive.display: Input should be 'summarized', 'omitted'": body(
        thinking={"type": "adaptive", "display": "updates"}
    ),
    "output_config: Input does not match the expected shape.": body(output_config=None),
    "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'": body(
        output_config={"effort": "minimal"}
    ),
    "output_config.format.type: Input should be 'json_schema'": body(
        output_config={"format": {"type": "json_object", "schema": {}}}
    ),
    "output_config.format.schema: Field required": body(output_config={"format": {"type": "json_schema"}}),
    "cache_control: Input should be an object": body(cache_control="ephemeral"),
    "metadata: Input does not match the expected shape.": body(metadata=[]),
    "metadata.user: Extra inputs are not permitted": body(metadata={"user": "a"}),
    "metadata.user_id: Input should be a valid string": body(metadata={"user_id": 7}),
    "stop_sequences: Input should be a valid array": body(stop_sequences="END"),
    "stop_sequences.1: Input should be a valid string": body(stop_sequences=["END", 1]),
    "stop_sequences: each stop sequence must contain non-whitespace": body(stop_sequences=["END", "\n"]),
    "temperature: Input should be a valid number": body(temperature=None),
    "temperature: range: 0..1": body(temperature=1.01),
    "service_tier: Input should be 'auto' or 'standard_only'": body(service_tier=None),
    "top_k: Input should be a valid integer": body(top_k=True),
    "top_p: Input should be a valid number": body(top_p="0.9"),
    "top_p: range: 0..1": body(top_p=-1),
    "stream: Input should be a valid boolean": body(stream="yes"),
    "container.ContainerParams: Input does not match the expected shape.": body(container=7),
    "inference_geo: Input should be a valid string": body(inference_geo=7),
    "inference_geo: must be one of ['global', 'us']": body(inference_geo="eu"),
    "response_format: Extra inputs are not permitted": body(response_format={}),
}
"""The smallest request that is refused with these words, and with no others."""


@pytest.mark.parametrize("message", WORDINGS)
def test_an_offence_is_reported_in_the_words_of_the_api(message: str) -> None:
    assert messages_of(draft_of(WORDINGS[message])) == [message]


@pytest.mark.parametrize(
    ("request_body", "first"),
    [
        ({}, "model: Field required"),
        ({"extra": 1, "temperature": 2}, "model: Field required"),
        (body(messages=[], max_tokens=...), "messages: at least one message is required"),
        (body(temperature=2, max_tokens=-1, extra=1), "max_tokens: must be greater than or equal to 0"),
        (body(extra=1, stream=1), "stream: Input should be a valid boolean"),
        (body(extra=1, temperature=2), "temperature: range: 0..1"),
        (
            body(output_config={"effort": "turbo"}, thinking={"type": "on"}),
            f"thinking: {tagged('on', repr('adaptive'), repr('between_tools'), repr('disabled'), repr('enabled'))}",
        ),
        (turns({"content": None, "name": "a"}), "messages.0.role: Field required"),
        (turns({"name": "a", "role": "user"}), "messages.0.content: Field required"),
        (turns({"name": "a", "role": "user", "content": [7]}), "messages.0.content.0: Input should be an object"),
        (turns({**USER, "name": "a"}, 7), "messages.0.name: Extra inputs are not permitted"),
        (body(messages=[7], tools=[7]), "tools.0: Input should be an object"),
        (body(tools=[7], tool_choice=7), "tool_choice: Input should be an object"),
    ],
)
def test_the_first_offence_in_the_order_of_the_api_is_reported(request_body: Any, first: str) -> None:
    assert messages_of(draft_of(request_body))[0] == first


@given(st.permutations([*list(FIELDS)[:18], "unknown"]))
def test_the_order_of_the_body_does_not_matter(names: list[str]) -> None:
    places = [fault.facts["path"] for fault in shape.faults(intake_of(draft_of({name: {} for name in names})))]
    assert [str(place).split(".")[0] for place in places] == [
        *[name for name in FIELDS if name in names and name not in {"output_config", "metadata", "container"}],
        "unknown",
    ]


@pytest.mark.parametrize(
    "request_body",
    [
        body(max_tokens=0),
        body(max_tokens=2**63),
        turns(USER, USER),
        turns({"role": "user", "content": []}, USER),
        turns(USER, {"role": "assistant", "content": []}),
        turns(USER, {"role": "system", "content": "Be brief."}, {"role": "system", "content": "Be kind."}),
        body(stop_sequences=[]),
        *[body(**{name: None}) for name in ("metadata", "stop_sequences", "cache_control", "container")],
        body(inference_geo=None, speed=None, diagnostics=None),
        body(metadata={"user_id": None}, output_config={"effort": None, "format": None}),
        body(thinking={"type": "adaptive", "display": None}),
        body(model=" ", system="", temperature=1, top_p=0.5, top_k=0),
        body(container="container_01", stream=False, service_tier="auto"),
        tools({**TOOL, "type": None, "eager_input_streaming": None}, {**TOOL, "type": "custom", "strict": True}),
        tools({"type": "web_search_20250305", "name": "web_search", "max_uses": None, "user_location": None}),
        saying({**TEXT, "citations": None, "cache_control": None}),
        saying({"type": "tool_result", "tool_use_id": "a", "content": "", "is_error": True}),
        tools({"name": "a", "input_schema": {"type": "object", "properties": {"location": "bar"}}}),
    ],
    ids=str,
)
def test_what_people_expect_to_be_refused_passes(request_body: Any) -> None:
    assert messages_of(draft_of(request_body)) == []


NULLABLE = {"metadata", "inference_geo", "stop_sequences", "cache_control", "container", "speed", "diagnostics"}


@pytest.mark.parametrize("name", [name for name in FIELDS if name not in betas.TOP_LEVEL])
def test_null_counts_as_absent_only_for_some_fields(name: str) -> None:
    refused = [message.split(":")[0] for message in messages_of(draft_of(body(**{name: None})))]
    assert refused == ([] if name in NULLABLE else [name])


@pytest.mark.parametrize(("path", "limit"), [("/v1/messages", {"max_tokens": 1}), ("/v1/messages/count_tokens", {})])
@pytest.mark.parametrize("name", SAMPLING)
@pytest.mark.parametrize("value", [1, 2, None])
def test_the_second_version_has_no_sampling_fields(path: str, limit: Any, name: str, value: Any) -> None:
    request = {"unknown": 1, name: value, "model": "claude-sonnet-5", "messages": [], **limit}
    assert messages_of(draft_of(request, version="2026-10-21", path=path)) == [
        "messages: at least one message is required",
        "unknown: Extra inputs are not permitted",
        f"{name}: Extra inputs are not permitted",
    ]


@pytest.mark.parametrize("version", ["2023-01-01", "2023-06-01"])
def test_the_first_versions_have_sampling_fields(version: str) -> None:
    assert messages_of(draft_of(body(temperature=0.5, top_p=0.9, top_k=40), version=version)) == []


def test_counting_tokens_needs_no_limit_of_tokens() -> None:
    assert messages_of(draft_of(body(max_tokens=...), path="/v1/messages/count_tokens")) == []


WRITTEN: list[tuple[str, Any]] = [
    ("max_tokens", 64), ("max_tokens", "many"), ("stream", True), ("temperature", 1), ("top_p", 1), ("top_k", 5),
    ("stop_sequences", ["END"]), ("metadata", {"user_id": "u"}), ("metadata", None), ("service_tier", "auto"),
]  # fmt: skip


@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
@pytest.mark.parametrize(("name", "value"), WRITTEN)
def test_what_is_about_writing_is_extra_where_tokens_are_counted(name: str, value: Any, version: str) -> None:
    request = body(**{"max_tokens": ..., name: value})
    found = messages_of(draft_of(request, version=version, path="/v1/messages/count_tokens"))
    assert found == [f"{name}: Extra inputs are not permitted"]


LOCKED: list[tuple[str, frozenset[str], Any]] = [
    *[(name, by, body(**{name: beta_samples.FIELDS[name]})) for name, by in betas.TOP_LEVEL.items()],
    *[("messages.0.content.0", by, saying(beta_samples.BLOCKS[kind])) for kind, by in betas.BLOCKS.items()],
    *[("tools.0", by, tools(beta_samples.TOOLS[kind])) for kind, by in betas.TOOLS.items()],
    (
        "messages.1.output_config",
        betas.MESSAGE_KEYS["output_config"],
        turns(USER, {"role": "system", "content": "", "output_config": {"effort": "low"}}),
    ),
    (
        "messages.1.clear_at",
        betas.MESSAGE_KEYS["clear_at"],
        turns(USER, {"role": "system", "content": "", "clear_at": "never"}),
    ),
    *[
        (f"thinking.adaptive.{name}", by, body(thinking={"type": "adaptive", name: {}}))
        for name, by in betas.THINKING_KEYS.items()
    ],
    *[
        ("thinking.adaptive.display", by, body(thinking={"type": "adaptive", "display": name}))
        for name, by in betas.THINKING_DISPLAYS.items()
    ],
    *[
        (f"output_config.{name}", by, body(output_config={name: {"type": "tokens", "total": 20_000}}))
        for name, by in betas.OUTPUT_CONFIG_KEYS.items()
    ],
    *[
        (f"cache_control.ephemeral.{name}", by, body(cache_control={"type": "ephemeral", name: None}))
        for name, by in betas.CACHE_CONTROL_KEYS.items()
    ],
    *[
        (
            "messages.0.content.0.server_tool_use.name",
            by,
            saying({"type": "server_tool_use", "id": "srvtoolu_1", "name": name, "input": {}}),
        )
        for name, by in betas.SERVER_TOOLS.items()
    ],
]


@pytest.mark.parametrize(("path", "by", "request_body"), LOCKED, ids=[path for path, _, _ in LOCKED])
def test_a_part_of_a_beta_passes_only_with_the_header(path: str, by: frozenset[str], request_body: Any) -> None:
    (message,) = messages_of(draft_of(request_body))
    assert message.startswith(f"{path}: ")
    for beta in by:
        assert messages_of(draft_of(request_body, "interleaved-thinking-2025-05-14", beta)) == []


def test_a_beta_that_adds_a_type_adds_it_to_the_types_listed() -> None:
    assert messages_of(draft_of(saying({"type": "image_url"}), "mid-conversation-tool-changes-2026-07-01")) == [
        f"messages.0.content.0: {tagged('image_url', BLOCK_TAGS)}".replace(
            "'tool_result', 'tool_search_tool_result'",
            "'tool_addition', 'tool_removal', 'tool_result', 'tool_search_tool_result'",
        )
    ]


def test_under_a_beta_of_tomorrow_unknown_names_pass_and_known_values_are_still_judged() -> None:
    request = body(
        novelty=1,
        thinking={"type": "dreaming"},
        tools=[{"type": "oracle_20270101"}],
        messages=[{"role": "user", "content": [{"type": "smell"}, {"type": "text", "text": "hi", "mood": 1}], "at": 1}],
        max_tokens="1",
    )
    assert messages_of(draft_of(request, "time-travel-2027-01-01")) == ["max_tokens: Input should be a valid integer"]
    assert len(messages_of(draft_of(request))) == 7


def test_a_system_item_that_only_sets_the_effort_needs_no_content() -> None:
    directive = turns(USER, {"role": "system", "output_config": {"effort": "low"}})
    assert messages_of(draft_of(directive, "per-turn-control-2026-07-01")) == []
    assert messages_of(draft_of(directive)) == [
        "messages.1.content: Field required",
        "messages.1.output_config: Extra inputs are not permitted",
    ]


def test_the_first_request_of_claude_code_passes() -> None:
    request = {
        "model": "claude-opus-5-5",
        "messages": [
            {"role": "user", "content": [TEXT, {**TEXT, "cache_control": {"type": "ephemeral"}}]},
            {
                "role": "system",
                "content": [{**TEXT, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
                "output_config": {"effort": "medium"},
            },
        ],
        "system": [{"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.330"}, TEXT, TEXT],
        "tools": [TOOL, {**TOOL, "name": "DeferredToolPlaceholder", "defer_loading": True}],
        "metadata": {"user_id": '{"device_id":"a","account_uuid":"","session_id":"b"}'},
        "max_tokens": 128000,
        "thinking": {"type": "adaptive", "display": "omitted"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
        "output_config": {"effort": "medium"},
        "stream": True,
    }
    names = (
        "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,"
        "per-turn-control-2026-07-01,mid-conversation-tool-changes-2026-07-01,thinking-token-count-2026-05-13,"
        "advanced-tool-use-2025-11-20,effort-2025-11-24"
    )
    assert messages_of(draft_of(request, names)) == []
