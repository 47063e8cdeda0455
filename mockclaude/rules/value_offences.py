"""Offences of value: too long, too short, out of range, or not among those that may stand there."""

from collections.abc import Iterable
from random import Random

from mockclaude.call import Intake
from mockclaude.rules.edits import CALL, TOOL, under_first_version, with_beta, with_block, with_tool
from mockclaude.rules.flaws import MEASURED, offending
from mockclaude.rules.rule import Draft, Facts, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import documented, reported


@rule(
    stage="shape",
    message="{path}: Input should be {values}",
    source=reported("2026-09-29", "many public reports 2025-04 to 2026-09; `service_tier` measured 2026-08-31"),
    covers=(
        "top.service_tier", "top.system_block_type", "eff.value", "out.format_type", "think.display_updates",
        "cache.ttl_value", "tool.schema_type_value", "tool.fixed_name", "img.media_type", "doc.media_type",
    ),
)  # fmt: skip
def unknown_value(intake: Intake) -> Iterable[Facts]:
    """A value that is none of the few that may stand there."""
    return offending(intake, unknown_value.id)


@unknown_value.broken_by
def set_a_field_to_an_unknown_value(draft: Draft, random: Random) -> Draft:
    """A word that other APIs use, or `null`."""
    fields: tuple[JsonObject, ...] = (
        {"service_tier": None},
        {"service_tier": "priority"},
        {"output_config": {"effort": "minimal"}},
        {"output_config": {"format": {"type": "json_object", "schema": {}}}},
        {"cache_control": {"type": "ephemeral", "ttl": "24h"}},
        {"system": [{"type": "input_text", "text": "Be brief."}]},
    )
    return draft.with_body(**random.choice(fields))


@unknown_value.broken_by
def add_a_file_of_unknown_type(draft: Draft, random: Random) -> Draft:
    """An image or document whose media type the API does not read."""
    kind, media_type = random.choice((("image", "image/bmp"), ("image", "image/jpg"), ("document", "text/html")))
    source: JsonObject = {"type": "base64", "media_type": media_type, "data": "AAAA"}
    return with_block(draft, {"type": kind, "source": source}, random)


@unknown_value.broken_by
def declare_a_tool_with_an_unknown_value(draft: Draft, random: Random) -> Draft:
    """A tool whose input is no object, or that is not called what its type is called."""
    tools: tuple[JsonObject, ...] = (
        {"name": "get_weather", "input_schema": {"type": "string"}},
        {"type": "bash_20250124", "name": "shell"},
    )
    return with_tool(draft, random.choice(tools))


@rule(
    stage="shape",
    message="{path}: String should have at least 1 character",
    source=MEASURED,
    covers=("top.model_empty", "tool.name_empty"),
)
def empty_string(intake: Intake) -> Iterable[Facts]:
    """A name that is empty."""
    return offending(intake, empty_string.id)


@empty_string.broken_by
def empty_a_name(draft: Draft, random: Random) -> Draft:
    """No model, a tool without a name, or a call of no tool."""
    edits = (
        draft.with_body(model=""),
        with_tool(draft, {**TOOL, "name": ""}),
        with_block(draft, {**CALL, "name": ""}, random),
    )
    return random.choice(edits)


@rule(
    stage="shape",
    message="{path}: String should have at most {longest} characters",
    source=reported(
        "2026-10", "public reports: names of models (256), tools (128) and calls (200), 2026-02 to 2026-10"
    ),
    covers=("top.model_long", "tool.name_long"),
)
def overlong_string(intake: Intake) -> Iterable[Facts]:
    """A name that is too long."""
    return offending(intake, overlong_string.id)


@overlong_string.broken_by
def lengthen_a_name(draft: Draft, random: Random) -> Draft:
    """A model, a tool or a call with one character too many."""
    edits = (
        draft.with_body(model="m" * 257),
        with_tool(draft, {**TOOL, "name": "t" * 129}),
        with_block(draft, {**CALL, "name": "t" * 201}, random),
    )
    return random.choice(edits)


@rule(
    stage="shape",
    message="{path}: String should match pattern '{pattern}'",
    source=reported("2026-06-29", "live reports 2025-07 to 2026-09 of tool names and ids"),
    covers=("tool.name_pattern", "pair.id_pattern", "pair.server_id_pattern"),
    fix="Use letters, digits, `_` and `-` only.",
)
def mismatched_pattern(intake: Intake) -> Iterable[Facts]:
    """A name or an id with characters that are not allowed."""
    return offending(intake, mismatched_pattern.id)


@mismatched_pattern.broken_by
def add_a_forbidden_character(draft: Draft, random: Random) -> Draft:
    """A space in a tool's name or in an id, or a server tool's id with another prefix."""
    edits = (
        with_tool(draft, {**TOOL, "name": "get weather"}),
        with_block(draft, {**CALL, "id": "call.1"}, random),
        with_block(draft, {"type": "tool_result", "tool_use_id": "call:1"}, random),
        with_block(draft, {**CALL, "type": "server_tool_use", "name": "web_search"}, random),
    )
    return random.choice(edits)


@rule(
    stage="shape",
    message="{path}: range: 0..1",
    source=MEASURED,
    covers=("top.temperature_range", "top.top_p_range"),
)
def out_of_range(intake: Intake) -> Iterable[Facts]:
    """A sampling value outside 0 to 1, also on models that refuse sampling."""
    return offending(intake, out_of_range.id)


@out_of_range.broken_by
def overheat(draft: Draft, random: Random) -> Draft:
    """A temperature or share that other APIs allow."""
    name, value = random.choice(("temperature", "top_p")), random.choice((2, 1.0001, -0.1))
    return under_first_version(draft).with_body(**{name: value})


@rule(
    stage="shape",
    message="max_tokens: must be greater than or equal to 0",
    source=MEASURED,
    covers=("top.max_tokens_negative",),
)
def negative_max_tokens(intake: Intake) -> Iterable[Facts]:
    """A limit of tokens below zero; zero itself is accepted."""
    return offending(intake, negative_max_tokens.id)


@negative_max_tokens.broken_by
def negate_max_tokens(draft: Draft, random: Random) -> Draft:
    """A limit that some APIs read as none."""
    return draft.with_body(max_tokens=random.choice((-1, -4096)))


@rule(
    stage="shape",
    message="{path}: Input should be greater than or equal to 1024",
    source=reported("2026-09", "live probes, also on models that refuse a budget"),
    covers=("think.budget_min",),
)
def small_thinking_budget(intake: Intake) -> Iterable[Facts]:
    """A budget for thinking below 1024 tokens, also on models that refuse any budget."""
    return offending(intake, small_thinking_budget.id)


@small_thinking_budget.broken_by
def shrink_the_budget(draft: Draft, random: Random) -> Draft:
    """A budget of a few tokens."""
    return draft.with_body(thinking={"type": "enabled", "budget_tokens": random.choice((1023, 400, 0, -1))})


@rule(
    stage="shape",
    message="{path}: Input should be greater than or equal to {least}",
    source=documented(
        "2026-10",
        "task budgets page: below 20,000 tokens 400; compaction page: 50,000; the text is that of thinking budgets",
    ),
)
def undersized_number(intake: Intake) -> Iterable[Facts]:
    """A number of tokens below the least that the API takes there."""
    return offending(intake, undersized_number.id)


@undersized_number.broken_by
def shrink_a_number_of_tokens(draft: Draft, random: Random) -> Draft:
    """A task of a few thousand tokens, or a summary after as many."""
    if random.random() < 1 / 2:
        budget: JsonObject = {"type": "tokens", "total": random.choice((19_999, 4096, 0))}
        return with_beta(draft, "task-budgets-2026-03-13").with_body(output_config={"task_budget": budget})
    trigger: JsonObject = {"type": "input_tokens", "value": random.choice((49_999, 10_000, 0))}
    edit: JsonObject = {"type": "compact_20260112", "trigger": trigger}
    return with_beta(draft, "compact-2026-01-12").with_body(context_management={"edits": [edit]})


@rule(
    stage="shape",
    message="{path}: must be one of ['global', 'us']",
    source=MEASURED,
    covers=("top.inference_geo_value",),
)
def unknown_geo(intake: Intake) -> Iterable[Facts]:
    """A region in which no inference can be asked for."""
    return offending(intake, unknown_geo.id)


@unknown_geo.broken_by
def ask_for_another_region(draft: Draft, random: Random) -> Draft:
    """A region that does not exist, or in capitals."""
    return draft.with_body(inference_geo=random.choice(("eu", "US", "")))


@rule(
    stage="shape",
    message="stop_sequences: each stop sequence must contain non-whitespace",
    source=reported("2026-09", "several public reports"),
    covers=("stop.whitespace",),
)
def blank_stop_sequence(intake: Intake) -> Iterable[Facts]:
    """A stop sequence that is empty or only white space."""
    return offending(intake, blank_stop_sequence.id)


@blank_stop_sequence.broken_by
def stop_at_white_space(draft: Draft, random: Random) -> Draft:
    """A line break or nothing at all among the stop sequences."""
    return draft.with_body(stop_sequences=["END", random.choice(("\n\n", "", " "))])
