"""Offences of fields and names: absent, unknown, removed, of an unknown type or role."""

from collections.abc import Iterable
from random import Random

from mockclaude.call import Intake
from mockclaude.rules.edits import (
    IMAGE_URL,
    SCHEMA,
    turns_of,
    with_beta,
    with_block,
    with_known_betas,
    with_tool,
    with_turn,
)
from mockclaude.rules.flaws import MEASURED, SECOND_VERSION, offending
from mockclaude.rules.rule import Draft, Facts, rule
from mockclaude.wire.betas import MESSAGE_KEYS
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import documented, observed, reported


@rule(
    stage="shape",
    message="{path}: Field required",
    source=MEASURED,
    covers=(
        "top.model_missing", "top.messages_missing", "top.max_tokens_missing", "msg.role_missing",
        "msg.content_missing", "msg.block_type_missing", "msg.nested_required", "think.type_missing",
        "think.signature_missing", "tool.name_missing", "tool.schema_missing", "tool.schema_type_missing",
        "tool.choice_type_missing", "pair.result_id_missing", "img.data_missing", "img.source_missing",
    ),
    fix="Add the field that the path names.",
)  # fmt: skip
def missing_field(intake: Intake) -> Iterable[Facts]:
    """A required field that is absent."""
    return offending(intake, missing_field.id)


@missing_field.broken_by
def leave_out_a_field(draft: Draft, random: Random) -> Draft:
    """No model, no conversation, or no limit of tokens."""
    names = ("model", "messages") if draft.path.endswith("count_tokens") else ("model", "messages", "max_tokens")
    return draft.without(random.choice(names))


@missing_field.broken_by
def leave_out_a_key_of_a_turn(draft: Draft, random: Random) -> Draft:
    """A turn without its role or without its content."""
    turns = turns_of(draft)
    place = random.randrange(len(turns))
    nameless = {key: value for key, value in turns[place].items() if key != "role"}
    silent: JsonObject = {"role": "user"}
    return with_turn(draft, place, random.choice((nameless, silent)))


@missing_field.broken_by
def add_an_incomplete_block(draft: Draft, random: Random) -> Draft:
    """A block without its type, or without a field that its type needs."""
    blocks: tuple[JsonObject, ...] = (
        {"text": "Hello"},
        {"type": "text"},
        {"type": "image"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png"}},
        {"type": "document", "source": {"type": "url"}},
        {"type": "thinking", "thinking": "Hm."},
        {"type": "tool_use", "id": "toolu_01", "name": "get_weather"},
        {"type": "tool_result", "content": "18 °C"},
    )
    return with_block(draft, random.choice(blocks), random)


@missing_field.broken_by
def declare_an_incomplete_tool(draft: Draft, random: Random) -> Draft:
    """A tool without its name or schema, or with a schema that does not say it is an object."""
    tools: tuple[JsonObject, ...] = (
        {"input_schema": SCHEMA},
        {"name": "get_weather"},
        {"name": "get_weather", "input_schema": {"properties": {}}},
        {"type": "bash_20250124"},
    )
    return with_tool(draft, random.choice(tools))


@missing_field.broken_by
def leave_a_choice_open(draft: Draft, random: Random) -> Draft:
    """An object that does not say of which type it is."""
    return draft.with_body(**{random.choice(("tool_choice", "thinking", "cache_control")): {}})


@rule(
    stage="shape",
    message="{path}: Extra inputs are not permitted",
    source=reported("2026-09-30", "captured response with its request id; first measured 2026-08-31"),
    covers=(
        "top.metadata_extra", "top.extra", "top.extra_report", "msg.extra", "msg.nested_extra", "msg.name_extra",
        "think.binding_extra", "tool.extra", "cache.thinking",
    ),
    fix="Remove the key; if it belongs to a beta, name the beta in `anthropic-beta`.",
)  # fmt: skip
def extra_input(intake: Intake) -> Iterable[Facts]:
    """A key that the object does not have, or not without its beta."""
    return offending(intake, extra_input.id)


@extra_input.broken_by
def add_an_unknown_field(draft: Draft, random: Random) -> Draft:
    """A field of another vendor's API, or a header that strayed into the body."""
    return with_known_betas(draft).with_body(**{random.choice(("n", "response_format", "betas", "extra_body")): 1})


@extra_input.broken_by
def add_an_unknown_key_to_a_turn(draft: Draft, random: Random) -> Draft:
    """A turn with a name or an id."""
    turns = turns_of(draft)
    place = random.randrange(len(turns))
    return with_turn(with_known_betas(draft), place, {**turns[place], random.choice(("name", "id", "isError")): "x"})


@extra_input.broken_by
def add_a_block_with_an_unknown_key(draft: Draft, random: Random) -> Draft:
    """A block that carries what its type has no room for."""
    blocks: tuple[JsonObject, ...] = (
        {"type": "text", "text": "Hello", "annotations": None},
        {"type": "image", "source": IMAGE_URL, "detail": "high"},
        {"type": "image", "source": {**IMAGE_URL, "media_type": "image/png"}},
        {"type": "thinking", "thinking": "Hm.", "signature": "Eg==", "cache_control": {"type": "ephemeral"}},
    )
    return with_block(with_known_betas(draft), random.choice(blocks), random)


@extra_input.broken_by
def declare_a_tool_with_an_unknown_key(draft: Draft, random: Random) -> Draft:
    """A tool described in another vendor's words."""
    tools: tuple[JsonObject, ...] = (
        {"name": "get_weather", "input_schema": SCHEMA, "parameters": SCHEMA},
        {"type": "bash_20250124", "name": "bash", "parameters": SCHEMA},
    )
    return with_tool(with_known_betas(draft), random.choice(tools))


@extra_input.broken_by
def set_an_unknown_key_of_a_field(draft: Draft, random: Random) -> Draft:
    """A key that only another type of the object has."""
    fields: tuple[JsonObject, ...] = (
        {"metadata": {"tags": []}},
        {"thinking": {"type": "adaptive", "budget_tokens": 2048}},
        {"tool_choice": {"type": "auto", "name": "get_weather"}},
        {"output_config": {"verbosity": "low"}},
    )
    return with_known_betas(draft).with_body(**random.choice(fields))


@rule(
    stage="shape",
    message="{path}: Extra inputs are not permitted",
    source=reported("2026-11-07", "three independent live reports 2026-10-31 to 2026-11-07; docs: versioning page"),
    covers=("samp.removed",),
    versions=(SECOND_VERSION,),
    fix="Remove the field, or send `anthropic-version: 2023-06-01`.",
)
def removed_sampling(intake: Intake) -> Iterable[Facts]:
    """A sampling field under the API version that has none."""
    return offending(intake, removed_sampling.id)


@removed_sampling.broken_by
def sample_under_the_second_version(draft: Draft, random: Random) -> Draft:
    """A sampling field at its default value, under the newer version."""
    fields: tuple[JsonObject, ...] = ({"temperature": 1.0}, {"top_p": 1}, {"top_k": 40})
    return draft.with_header("anthropic-version", SECOND_VERSION).with_body(**random.choice(fields))


@rule(
    stage="shape",
    message="{path}: Input tag '{tag}' found using 'type' does not match any of the expected tags: {tags}",
    source=observed("2026-03-16", "recordings: claude-sonnet-4-5"),
    covers=("msg.block_tag", "think.type_tag", "tool.tag", "tool.choice_tag", "img.source_tag"),
    fix="Send one of the types listed; some need a name in `anthropic-beta`.",
)
def unknown_tag(intake: Intake) -> Iterable[Facts]:
    """An object whose type is none of those that may stand there."""
    return offending(intake, unknown_tag.id)


@unknown_tag.broken_by
def add_a_block_of_unknown_type(draft: Draft, random: Random) -> Draft:
    """A block of another vendor's API, or a known one with a source of unknown type."""
    blocks: tuple[JsonObject, ...] = (
        {"type": "image_url", "image_url": "https://example.com/cat.png"},
        {"type": "output_text", "text": "Hello"},
        {"type": "image", "source": {"type": "path", "path": "cat.png"}},
        {"type": "tool_result", "tool_use_id": "toolu_01", "content": [{"type": "json", "json": {}}]},
    )
    return with_block(with_known_betas(draft), random.choice(blocks), random)


@unknown_tag.broken_by
def declare_a_tool_of_unknown_type(draft: Draft, random: Random) -> Draft:
    """A tool of a type that other vendors have, or without its date."""
    tool: JsonObject = {"type": random.choice(("function", "web_search")), "name": "get_weather"}
    return with_tool(with_known_betas(draft), tool)


@unknown_tag.broken_by
def choose_an_unknown_type(draft: Draft, random: Random) -> Draft:
    """A way to think or to choose tools that does not exist."""
    fields: tuple[JsonObject, ...] = ({"thinking": {"type": "on"}}, {"tool_choice": {"type": "required"}})
    return with_known_betas(draft).with_body(**random.choice(fields))


@rule(
    stage="shape",
    message='messages: Unexpected role "{role}". Allowed roles are "user" or "assistant"',
    source=MEASURED,
    covers=("msg.role_unknown",),
    fix="Tool results are sent as `user`, instructions in the top-level `system` field.",
)
def unknown_role(intake: Intake) -> Iterable[Facts]:
    """A turn of a role that the API does not have."""
    return offending(intake, unknown_role.id)


@unknown_role.broken_by
def rename_a_role(draft: Draft, random: Random) -> Draft:
    """A role of another vendor's API."""
    turns = turns_of(draft)
    place = random.randrange(len(turns))
    role: Json = random.choice(("developer", "tool", "function", "model"))
    return with_turn(draft, place, {**turns[place], "role": role})


@rule(
    stage="shape",
    message="messages: at least one message is required",
    source=MEASURED,
    covers=("top.messages_empty",),
)
def no_messages(intake: Intake) -> Iterable[Facts]:
    """A conversation without any turn."""
    return offending(intake, no_messages.id)


@no_messages.broken_by
def remove_all_messages(draft: Draft, _random: Random) -> Draft:
    """An empty list."""
    return draft.with_body(messages=[])


@rule(
    stage="shape",
    message=(
        "{path}: name is not accepted on a toolset entry: the member names are fixed by the dated type, and the served "
        "tool keeps the family's bare name"
    ),
    source=reported("2026-10", "live probes against claude-opus-5-5"),
    covers=("tool.toolset_name",),
    fix="Remove `name`.",
)
def named_toolset(intake: Intake) -> Iterable[Facts]:
    """A toolset with a name, which its type already fixes."""
    return offending(intake, named_toolset.id)


@named_toolset.broken_by
def declare_a_toolset_with_a_name(draft: Draft, random: Random) -> Draft:
    """A toolset with the name of its family."""
    family = random.choice(("computer", "browser"))
    return with_tool(draft, {"type": f"{family}_toolset_20260801", "name": family})


@rule(
    stage="shape",
    message="{path}: {field} is only permitted on role 'system' messages",
    source=documented(
        "2026-11",
        "mid-conversation system messages, of `clear_at`; live probe of claude-opus-5-5, 2026-09-25, of the other",
    ),
    fix="Put the field on a system item of `messages`.",
)
def misplaced_system_field(intake: Intake) -> Iterable[Facts]:
    """A field of system items on a turn of the user or of the assistant, with the beta that brings the field."""
    return offending(intake, misplaced_system_field.id)


@misplaced_system_field.broken_by
def tell_the_user_what_systems_are_told(draft: Draft, random: Random) -> Draft:
    """A turn with an effort of its own, or one that is to be forgotten."""
    values: JsonObject = {"clear_at": "never", "output_config": {"effort": "low"}}
    field = random.choice(sorted(values))
    more: JsonObject = {"role": "user", "content": "Hello"}
    turns = [*turns_of(draft), more]
    place = random.choice([place for place, turn in enumerate(turns) if turn["role"] != "system"])
    turns[place] = {**turns[place], field: values[field]}
    kept = turns if place + 1 == len(turns) else turns[:-1]
    return with_beta(with_known_betas(draft).with_body(messages=[*kept]), min(MESSAGE_KEYS[field]))
