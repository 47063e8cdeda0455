import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mockclaude.wire import betas
from mockclaude.wire.events import StreamEvent
from mockclaude.wire.message import Message
from mockclaude.wire.request import (
    BlockParam,
    CountTokensRequest,
    MessagesRequest,
    SystemMessageParam,
    ThinkingParam,
)
from tests.wire import beta_samples, test_content, test_results, test_tools
from tests.wire.sdk_schemas import fields, needs_schemas, schema_of
from tests.wire.test_content import CACHED, TEXT, Json, kinds_of

BLOCKS = [*test_content.BLOCKS, *test_results.BLOCKS]
THINKING: list[Json] = [
    {"type": "enabled", "budget_tokens": 1024},
    {"type": "enabled", "budget_tokens": 4096, "display": "summarized"},
    {"type": "adaptive"},
    {"type": "adaptive", "display": "omitted"},
    {"type": "adaptive", "display": None},
    {"type": "disabled"},
    {"type": "between_tools"},
]
FORMAT: Json = {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}
OPTIONAL: dict[str, list[Any]] = {
    "tool_choice": test_tools.CHOICES,
    "tools": [[], test_tools.TOOLS],
    "system": ["be brief", [], [TEXT, {**TEXT, **CACHED}]],
    "thinking": THINKING,
    "output_config": [{}, {"effort": "xhigh"}, {"effort": None, "format": None}, {"format": FORMAT, "effort": "low"}],
    "cache_control": [None, {"type": "ephemeral"}, CACHED["cache_control"]],
    "metadata": [{}, {"user_id": None}, {"user_id": "a"}],
    "stop_sequences": [[], ["a", " "]],
    "temperature": [0, 0.5, 1, 1.0],
    "service_tier": ["auto", "standard_only"],
    "top_k": [0, 10],
    "top_p": [0, 0.9],
    "stream": [False],
    "container": [None, "container_01", {}, {"id": None, "skills": None},
                  {"id": "a", "skills": [{"type": "custom", "skill_id": "b"},
                                         {"type": "anthropic", "skill_id": "pptx", "version": "latest"}]}],
    "inference_geo": [None, "us"],
    "speed": [None, "standard", "fast"],
    "diagnostics": [None, {}, {"previous_message_id": None}, {"previous_message_id": "msg_01"}],
}  # fmt: skip
"""Each optional field with the values that show all its keys."""

SMALLEST: Json = {"model": "claude-opus-5-5", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 0}
NULLABLE = {
    "cache_control", "container", "diagnostics", "inference_geo", "metadata", "speed", "stop_sequences",
}  # fmt: skip
ORDER = [
    "model", "tool_choice", "tools", "messages", "system", "thinking", "output_config", "cache_control", "max_tokens",
    "metadata", "stop_sequences", "temperature", "service_tier", "top_k", "top_p", "stream", "container",
    "inference_geo", "speed", "diagnostics",
]  # fmt: skip
"""Measured on 2026-08-31 with 137 calls; the last two came later."""

FREE = {"input", "input_schema", "schema", "input_examples", "configs"}
"""Keys below which a request may say what it likes, or says the names of members."""


contents = st.sampled_from(["", "hi"]) | st.lists(st.sampled_from(BLOCKS), max_size=3)
messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant"]), "content": contents}
) | st.sampled_from([{"role": "system", "content": "be brief"}, {"role": "system", "content": [{**TEXT, **CACHED}]}])


@st.composite
def bodies(draw: st.DrawFn) -> Json:
    """Requests made of the samples, their keys in any order."""
    chosen = draw(st.fixed_dictionaries({}, optional={key: st.sampled_from(all_) for key, all_ in OPTIONAL.items()}))
    body = {
        "model": draw(st.sampled_from(["claude-opus-5-5", "a", "a" * 256])),
        "messages": draw(st.lists(messages, min_size=1, max_size=3)),
        "max_tokens": draw(st.sampled_from([0, 1, 10**40])),
        **chosen,
    }
    return dict(draw(st.permutations(list(body.items()))))


def spots(node: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every place of a body that its shape decides about."""
    yield path, node
    if isinstance(node, dict):
        for key, inner in node.items():
            if key not in FREE:
                yield from spots(inner, *path, key)
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from spots(inner, *path, index)


def replaced(node: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    if isinstance(node, dict):
        return {key: replaced(inner, path[1:], value) if key == path[0] else inner for key, inner in node.items()}
    return [replaced(inner, path[1:], value) if index == path[0] else inner for index, inner in enumerate(node)]


def faults(body: Any, *names: str, kind: Any = MessagesRequest) -> list[tuple[str, tuple[int | str, ...]]]:
    with pytest.raises(ValidationError) as refused:
        kind.model_validate(body, context={"betas": frozenset(names)})
    return [(error["type"], error["loc"]) for error in refused.value.errors()]


def leads_to(where: tuple[int | str, ...], path: list[int | str]) -> bool:
    """Tell whether an error's place is the path, tags of unions aside."""
    trail = iter(where)
    return all(part in trail for part in path)


def accepted(body: Any, *names: str) -> Any:
    request = MessagesRequest.model_validate(body, context={"betas": frozenset(names)})
    assert json.dumps(request.model_dump()) == json.dumps(body)
    return request


def test_the_samples_show_every_kind() -> None:
    assert {block["type"] for block in BLOCKS} == kinds_of(BlockParam) - betas.BLOCKS.keys()
    assert beta_samples.BLOCKS.keys() <= kinds_of(BlockParam)
    assert {thinking["type"] for thinking in THINKING} == kinds_of(ThinkingParam)
    assert {"model", "messages", "max_tokens", *OPTIONAL} == set(ORDER)


def test_fields_are_declared_in_the_order_in_which_the_api_checks_them() -> None:
    assert list(MessagesRequest.model_fields) == [*ORDER, *betas.TOP_LEVEL]


def test_faults_are_reported_in_the_order_in_which_the_api_checks_them() -> None:
    assert [where[0] for _, where in faults(dict.fromkeys([*reversed(ORDER), "unknown"], ...))] == [*ORDER, "unknown"]


@given(bodies())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_request_is_dumped_as_it_was_parsed(body: Json) -> None:
    request = accepted(body)
    assert json.dumps(json.loads(request.model_dump_json())) == json.dumps(body)
    assert MessagesRequest.model_validate_json(json.dumps(body)) == request


@given(bodies(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_key_that_is_not_declared_is_refused_wherever_it_stands(body: Json, data: st.DataObject) -> None:
    objects = [(path, node) for path, node in spots(body) if isinstance(node, dict)]
    path, node = data.draw(st.sampled_from(objects))
    found = faults(replaced(body, path, {**node, "surprise": 1}))
    assert any(kind == "extra_forbidden" and leads_to(where, [*path, "surprise"]) for kind, where in found)


@given(bodies(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_value_is_coerced(body: Json, data: st.DataObject) -> None:
    numbers = {"temperature", "top_p"}
    strangers: dict[type, list[Any]] = {
        str: [1, True, ["a"]],
        int: ["1", True, [1]],
        float: ["1", True, [1]],
        bool: [0, 1, "true", [True]],
    }
    leaves = [(path, node) for path, node in spots(body) if type(node) in strangers]
    path, node = data.draw(st.sampled_from(leaves))
    wrong = strangers[type(node)] + ([1.0] if type(node) is int and path[-1] not in numbers else [])
    assert faults(replaced(body, path, data.draw(st.sampled_from(wrong))))


@pytest.mark.parametrize("field", ORDER)
def test_null_counts_as_absent_only_for_some_fields(field: str) -> None:
    body = {**SMALLEST, field: None}
    if field in NULLABLE:
        assert getattr(accepted(body), field) is None
    else:
        assert [where for _, where in faults(body)] == [(field,)]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"model": ""}, ("string_too_short", ("model",))),
        ({"model": "a" * 257}, ("string_too_long", ("model",))),
        ({"messages": []}, ("too_short", ("messages",))),
        ({"messages": ["hi"]}, ("model_attributes_type", ("messages", 0))),
        ({"messages": [{"content": "hi"}]}, ("union_tag_not_found", ("messages", 0))),
        ({"messages": [{"role": "tool", "content": "hi"}]}, ("union_tag_invalid", ("messages", 0))),
        ({"messages": [{"role": "user"}]}, ("missing", ("messages", 0, "user", "content"))),
        ({"messages": [{"role": "user", "content": None}]}, ("list_type", ("messages", 0, "user", "content"))),
        ({"messages": [{"role": "user", "content": ["hi"]}]}, ("model_attributes_type", ("messages", 0, "user", "content", 0))),
        ({"messages": [{"role": "user", "content": "", "name": "a"}]}, ("extra_forbidden", ("messages", 0, "user", "name"))),
        ({"messages": [{"role": "system"}]}, ("missing", ("messages", 0, "system", "content"))),
        ({"messages": [{"role": "system", "content": None}]}, ("list_type", ("messages", 0, "system", "content"))),
        ({"messages": [{"role": "system", "content": [BLOCKS[3]]}]}, ("union_tag_invalid", ("messages", 0, "system", "content", 0))),
        ({"system": [{"type": "image"}]}, ("literal_error", ("system", 0, "type"))),
        ({"thinking": {}}, ("union_tag_not_found", ("thinking",))),
        ({"thinking": {"type": "on"}}, ("union_tag_invalid", ("thinking",))),
        ({"thinking": {"type": "enabled"}}, ("missing", ("thinking", "enabled", "budget_tokens"))),
        ({"thinking": {"type": "enabled", "budget_tokens": 1023}}, ("greater_than_equal", ("thinking", "enabled", "budget_tokens"))),
        ({"thinking": {"type": "disabled", "display": "omitted"}}, ("extra_forbidden", ("thinking", "disabled", "display"))),
        ({"thinking": {"type": "adaptive", "display": "updates"}}, ("literal_error", ("thinking", "adaptive", "display"))),
        ({"output_config": {"effort": "huge"}}, ("literal_error", ("output_config", "effort"))),
        ({"output_config": {"format": {"type": "json_object"}}}, ("literal_error", ("output_config", "format", "type"))),
        ({"output_config": {"format": {"type": "json_schema", "json_schema": {}}}}, ("missing", ("output_config", "format", "schema"))),
        ({"output_config": {"format": {"type": "json_schema", "schema": None}}}, ("dict_type", ("output_config", "format", "schema"))),
        ({"cache_control": {}}, ("missing", ("cache_control", "type"))),
        ({"max_tokens": -1}, ("greater_than_equal", ("max_tokens",))),
        ({"max_tokens": 1.0}, ("int_type", ("max_tokens",))),
        ({"max_tokens": True}, ("int_type", ("max_tokens",))),
        ({"metadata": {"user_id": 1}}, ("string_type", ("metadata", "user_id"))),
        ({"metadata": {"a": 1}}, ("extra_forbidden", ("metadata", "a"))),
        ({"stop_sequences": [1]}, ("string_type", ("stop_sequences", 0))),
        ({"temperature": 1.01}, ("less_than_equal", ("temperature",))),
        ({"temperature": -0.1}, ("greater_than_equal", ("temperature",))),
        ({"temperature": float("nan")}, ("finite_number", ("temperature",))),
        ({"top_p": 2}, ("less_than_equal", ("top_p",))),
        ({"top_k": 1.0}, ("int_type", ("top_k",))),
        ({"service_tier": "batch"}, ("literal_error", ("service_tier",))),
        ({"stream": "yes"}, ("bool_type", ("stream",))),
        ({"container": 1}, ("model_type", ("container",))),
        ({"container": {"skills": [{"type": "own", "skill_id": "a"}]}}, ("literal_error", ("container", "skills", 0, "type"))),
        ({"speed": "slow"}, ("literal_error", ("speed",))),
        ({"diagnostics": {"previous_message_id": 1}}, ("string_type", ("diagnostics", "previous_message_id"))),
        ({"betas": []}, ("extra_forbidden", ("betas",))),
        ({"extra_body": {}}, ("extra_forbidden", ("extra_body",))),
    ],
)  # fmt: skip
def test_a_request_that_differs_is_refused_where_it_differs(change: Json, fault: Any) -> None:
    first, *_ = faults({**SMALLEST, **change})
    assert first == fault


@pytest.mark.parametrize("body", [None, [], "{}", 1])
def test_a_request_is_an_object(body: Any) -> None:
    assert faults(body) == [("model_type", ())]


def test_a_request_without_betas_may_be_validated_without_context() -> None:
    assert MessagesRequest.model_validate(SMALLEST) == accepted(SMALLEST)


@pytest.mark.parametrize(("field", "beta"), sorted((key, beta) for key, by in betas.TOP_LEVEL.items() for beta in by))
def test_a_locked_field_is_known_with_its_beta_only(field: str, beta: str) -> None:
    body = {**SMALLEST, field: beta_samples.FIELDS[field]}
    assert faults(body, "context-1m-2025-08-07") == [("extra_forbidden", (field,))]
    assert getattr(accepted(body, beta), field) is not None


@pytest.mark.parametrize(("kind", "beta"), sorted((kind, beta) for kind, by in betas.BLOCKS.items() for beta in by))
def test_a_locked_block_is_known_with_its_beta_only(kind: str, beta: str) -> None:
    body = {**SMALLEST, "messages": [{"role": "assistant", "content": [TEXT, beta_samples.BLOCKS[kind]]}]}
    assert faults(body) == [("union_tag_invalid", ("messages", 0, "assistant", "content", 1))]
    assert accepted(body, beta).messages[0].content[1].type == kind


@pytest.mark.parametrize("kind", ["tool_addition", "tool_removal"])
def test_only_changes_of_tools_are_unlocked_in_a_system_message(kind: str) -> None:
    def body(kind: str) -> Json:
        return {**SMALLEST, "messages": [{"role": "system", "content": [beta_samples.BLOCKS[kind]]}]}

    where = [("union_tag_invalid", ("messages", 0, "system", "content", 0))]
    assert faults(body(kind)) == where
    assert faults(body("compaction"), *betas.KNOWN_BETAS) == where
    accepted(body(kind), "inline-tools-2026-09-15")


LOCKED_PARTS: list[tuple[Json, tuple[str | int, ...], frozenset[str]]] = [
    *(
        ({"messages": [{"role": "system", "content": "", key: value}]}, ("messages", 0, "system", key), by)
        for key, by, value in (
            ("output_config", betas.MESSAGE_KEYS["output_config"], {"effort": "medium"}),
            ("clear_at", betas.MESSAGE_KEYS["clear_at"], "next_user_message"),
        )
    ),
    *(
        ({"thinking": {"type": "adaptive", key: {}}}, ("thinking", "adaptive", key), by)
        for key, by in betas.THINKING_KEYS.items()
    ),
    *(
        ({"thinking": {"type": "adaptive", "display": value}}, ("thinking", "adaptive", "display"), by)
        for value, by in betas.THINKING_DISPLAYS.items()
    ),
    *(
        ({"output_config": {key: {"type": "tokens", "total": 20_000}}}, ("output_config", key), by)
        for key, by in betas.OUTPUT_CONFIG_KEYS.items()
    ),
    ({"cache_control": {"type": "ephemeral", "scope": "global"}}, ("cache_control", "scope"), betas.CACHE_CONTROL_KEYS["scope"]),
    ({"cache_control": {"type": "ephemeral", "evict_on_complete": True}}, ("cache_control", "evict_on_complete"), betas.CACHE_CONTROL_KEYS["evict_on_complete"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "where", "by"), LOCKED_PARTS, ids=lambda value: str(value[-1]) if isinstance(value, tuple) else "")  # fmt: skip
def test_a_locked_key_passes_with_its_betas(change: Json, where: Any, by: frozenset[str]) -> None:
    body = {**SMALLEST, **change}
    assert [place for _, place in faults(body)] == [where]
    for beta in by:
        accepted(body, beta)


def test_a_directive_may_lack_its_content() -> None:
    directive = {"role": "system", "output_config": {"effort": "low"}}
    request = accepted({**SMALLEST, "messages": [directive]}, "per-turn-control-2026-07-01")
    assert isinstance(request.messages[0], SystemMessageParam)
    assert request.messages[0].content == []


def test_counting_tokens_takes_the_prompt_and_nothing_else() -> None:
    prompt = {key: value for key, value in SMALLEST.items() if key != "max_tokens"}
    full = {
        **prompt,
        **{key: OPTIONAL[key][-1] for key in ORDER if key in OPTIONAL and key in CountTokensRequest.model_fields},
    }
    assert CountTokensRequest.model_validate(full).model_dump() == full
    strangers = [key for key in ORDER if key not in CountTokensRequest.model_fields]
    found = faults({**prompt, **dict.fromkeys(strangers, 1)}, kind=CountTokensRequest)
    assert found == [("extra_forbidden", (key,)) for key in strangers]
    locked = {**prompt, "mcp_servers": []}
    assert faults(locked, kind=CountTokensRequest) == [("extra_forbidden", ("mcp_servers",))]
    context = {"betas": ["mcp-client-2025-04-04"]}
    assert CountTokensRequest.model_validate(locked, context=context).model_dump() == locked


OURS = jsonschema.Draft202012Validator(MessagesRequest.model_json_schema())


@given(bodies())
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=30)
def test_our_json_schema_accepts_what_our_types_accept(body: Json) -> None:
    assert not list(OURS.iter_errors(body))


@pytest.mark.parametrize("field", ORDER)
def test_our_json_schema_knows_where_null_counts_as_absent(field: str) -> None:
    assert OURS.is_valid({**SMALLEST, field: None}) == (field in NULLABLE)


def undiscriminated(schema: Any, definitions: dict[str, Any]) -> Iterator[Any]:
    """The unions of a core schema of which more than one member is an object."""
    if isinstance(schema, dict):
        if schema.get("type") == "union":
            heads = [
                _head(choice[0] if isinstance(choice, tuple) else choice, definitions) for choice in schema["choices"]
            ]
            if sum(head in {"model", "tagged-union"} for head in heads) > 1:
                yield schema
        schema = list(schema.values())
    if isinstance(schema, list | tuple):
        for inner in schema:
            yield from undiscriminated(inner, definitions)


def _head(schema: Any, definitions: dict[str, Any]) -> str:
    while "schema" in schema or schema["type"] == "definition-ref":
        if schema["type"] == "model":
            return "model"
        schema = definitions[schema["schema_ref"]] if schema["type"] == "definition-ref" else schema["schema"]
    return str(schema["type"])


@pytest.mark.parametrize("kind", [MessagesRequest, CountTokensRequest, Message, StreamEvent])
def test_no_union_of_objects_is_undiscriminated(kind: Any) -> None:
    schema: Any = TypeAdapter(kind).core_schema
    definitions = {definition["ref"]: definition for definition in schema.get("definitions", [])}
    assert list(undiscriminated(schema, definitions)) == []


def test_the_search_for_undiscriminated_unions_finds_one() -> None:
    schema: Any = TypeAdapter(MessagesRequest | CountTokensRequest).core_schema
    definitions = {definition["ref"]: definition for definition in schema["definitions"]}
    assert len(list(undiscriminated(schema, definitions))) == 1


MORE_THAN_THE_SDK = {
    "temperature": "2023-06-01 only, and the SDK dropped the older version",
    "top_k": "as temperature",
    "top_p": "as temperature",
    "file_id": "of a citation in a reply, sent back",
    "abort_reason": "of a result in a reply, sent back",
    "output_format": "older than output_config.format, still accepted with its beta",
    "schema*": "of output_format",
    "type*": "of output_format",
    "safeguards": "of Claude Code",
    "context_hint": "of Claude Code",
    "scope": "of Claude Code",
    "evict_on_complete": "of Claude Code",
}
"""What a request may hold beyond the types of SDK 2.12.0, betas included, by the end of its path, and why."""

AS_HEADERS = {".user_profile_id", ".workspace_id", ".betas"}
"""What the SDK types as parameters and sends as headers."""


@needs_schemas
@pytest.mark.parametrize(
    ("kind", "name", "half"),
    [
        (MessagesRequest, "messages.create", "beta"),
        (MessagesRequest, "messages.create", "ga"),
        (CountTokensRequest, "messages.count_tokens", "ga"),
    ],
)
def test_every_field_of_the_sdk_is_declared_and_every_other_has_a_reason(kind: Any, name: str, half: str) -> None:
    def known(schema: Json) -> set[str]:
        found = {path.replace("<system>.content*", "<system>.content") for path in fields(schema, skip_open=True)}
        skipped = (".stream=", ".betas", ".fallbacks[]")  # the SDK lets a model that takes over be asked for anything
        return {
            path
            for path in found
            if "input_schema*" not in path and ".model*=" not in path and not path.startswith(skipped)
        }

    ours, sdk = known(kind.model_json_schema()), known(schema_of(f"{name}.request.{half}"))
    assert sdk - ours - AS_HEADERS == set()
    if half == "beta":
        assert {path.rpartition(".")[2] for path in ours - sdk} - MORE_THAN_THE_SDK.keys() == set()


@needs_schemas
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (MessagesRequest, "messages.create.request.ga"),
        (CountTokensRequest, "messages.count_tokens.request.ga"),
    ],
)
def test_what_we_accept_the_sdk_would_send(kind: Any, name: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(name))
    not_typed_as_nullable = {"metadata", "stop_sequences"}

    @given(bodies())
    @settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
    def check(body: Json) -> None:
        ours = {key: value for key, value in body.items() if key in kind.model_fields}
        kind.model_validate(ours)
        sent = {key: value for key, value in ours.items() if value is not None or key not in not_typed_as_nullable}
        assert not list(validator.iter_errors(sent))

    check()
