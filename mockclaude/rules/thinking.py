"""How a request asks for thinking: types by model, budget, effort and choice of tools."""

from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.models import EFFORTS, ModelProfile
from mockclaude.rules.edits import with_tool, without_beta
from mockclaude.rules.rule import WRITING, Draft, Facts, Rule, Scope, having, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import documented, observed, reported

LEAST_BUDGET: Final = 1024
INTERLEAVED: Final = "interleaved-thinking-2025-05-14"
"""With this beta a budget spans a whole turn of tool calls, and may be larger than one answer."""
ADAPT: Final = 'Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
_TYPES: Final = documented("2026-10-10", "thinking troubleshooting and errors pages; live probes 2026-09 to 2026-10")


def _refuses(*types: str) -> Scope:
    """Models that take none of these types of thinking."""
    return Scope(f"models without thinking of type {' or '.join(types)}", lambda model: not _takes(model, *types))


def _takes(model: ModelProfile, *types: str) -> bool:
    return not model.thinking_types.isdisjoint(types)


def thinking_type(call: Call) -> str | None:
    """The type of thinking that the request asks for; `None` when it leaves it to the model."""
    thinking = call.body.get("thinking")
    return thinking["type"] if thinking else None


def _of_type(call: Call, kind: str) -> Iterable[Facts]:
    return ({"path": "thinking.type"},) if thinking_type(call) == kind else ()


@rule(
    message='"thinking.type.enabled" is not supported for this model. ' + ADAPT,
    needs=("thinking",),
    models=_refuses("enabled"),
    covers=("think.enabled_unsupported",),
    source=_TYPES,
    fix='Send `thinking: {"type": "adaptive"}` and `output_config.effort`.',
)
def unsupported_manual_thinking(call: Call) -> Iterable[Facts]:
    """Thinking with a budget, for a model that chooses itself how long it thinks."""
    return _of_type(call, "enabled")


@unsupported_manual_thinking.broken_by
def give_a_budget(draft: Draft, random: Random) -> Draft:
    """A budget for thinking."""
    return with_budget(draft, random.choice([LEAST_BUDGET, 4096]))


def with_budget(draft: Draft, budget: int) -> Draft:
    """The draft with thinking of that budget and room for an answer."""
    return draft.with_body(thinking={"type": "enabled", "budget_tokens": budget}, max_tokens=budget + 1)


@rule(
    message="adaptive thinking is not supported on this model",
    needs=("thinking",),
    models=_refuses("adaptive"),
    covers=("think.adaptive_unsupported",),
    source=_TYPES,
    fix='Send `thinking: {"type": "enabled", "budget_tokens": N}`, or leave `thinking` out.',
)
def unsupported_adaptive_thinking(call: Call) -> Iterable[Facts]:
    """Adaptive thinking, for a model that thinks only with a budget or not at all."""
    return _of_type(call, "adaptive")


@unsupported_adaptive_thinking.broken_by
def let_the_model_choose(draft: Draft, random: Random) -> Draft:
    """Thinking as newer models take it."""
    thinking: JsonObject = {"type": "adaptive"}
    return draft.with_body(thinking=random.choice([thinking, {**thinking, "display": "summarized"}]))


@rule(
    message='"thinking.type.disabled" is not supported for this model. ' + ADAPT,
    needs=("thinking",),
    models=_refuses("disabled", "between_tools", "enabled"),
    covers=("think.disabled_unsupported",),
    source=_TYPES,
    fix="Leave `thinking` out; a low `output_config.effort` keeps it short.",
)
def unsupported_disabled_thinking(call: Call) -> Iterable[Facts]:
    """Thinking turned off, for a model that always thinks."""
    return _of_type(call, "disabled")


@rule(
    message=(
        '"thinking.type.disabled" is not supported for this model. Use "thinking.type.between_tools" for the lowest '
        'thinking setting, or "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'
    ),
    needs=("thinking",),
    models=Scope(
        "models with thinking of type between_tools, but not disabled",
        lambda model: _takes(model, "between_tools") and not _takes(model, "disabled"),
    ),
    covers=("think.disabled_between_tools",),
    source=reported("2026-10-01", "live probes of claude-sonnet-5-5"),
    fix='Send `thinking: {"type": "between_tools"}`.',
)
def unsupported_disabled_thinking_between_tools(call: Call) -> Iterable[Facts]:
    """Thinking turned off, for a model that thinks between tool calls at least."""
    return _of_type(call, "disabled")


@rule(
    message=(
        '"thinking.type.disabled" is not supported for this model. Thinking defaults to adaptive mode when not '
        'specified; use "thinking.type.enabled" with "budget_tokens" for extended thinking.'
    ),
    needs=("thinking",),
    models=Scope(
        "models with thinking of type enabled, but not disabled",
        lambda model: _takes(model, "enabled") and not _takes(model, "disabled", "between_tools"),
    ),
    covers=("think.disabled_mythos_preview",),
    source=_TYPES,
    fix="Leave `thinking` out, or give a budget.",
)
def unsupported_disabled_thinking_with_budget(call: Call) -> Iterable[Facts]:
    """Thinking turned off, for a model that always thinks and takes a budget."""
    return _of_type(call, "disabled")


@unsupported_disabled_thinking.broken_by
@unsupported_disabled_thinking_between_tools.broken_by
@unsupported_disabled_thinking_with_budget.broken_by
def turn_thinking_off(draft: Draft, _random: Random) -> Draft:
    """Thinking is turned off."""
    return draft.with_body(thinking={"type": "disabled"})


@rule(
    message='"thinking.type.between_tools" is not supported for this model.',
    needs=("thinking",),
    models=_refuses("between_tools"),
    covers=("think.between_tools_unsupported",),
    source=reported("2026-10-01", "live probe of claude-opus-5-5; a longer text is likely"),
    fix="Leave `thinking` out, or send a type of `mockclaude models --matrix`.",
)
def unsupported_thinking_between_tools(call: Call) -> Iterable[Facts]:
    """Thinking between tool calls only, for a model that does not know it."""
    return _of_type(call, "between_tools")


@unsupported_thinking_between_tools.broken_by
def think_between_tools(draft: Draft, _random: Random) -> Draft:
    """The lowest setting of another model."""
    return draft.with_body(thinking={"type": "between_tools"})


def _exceeds(call: Call, kind: str, highest: str | None) -> Iterable[Facts]:
    effort = (call.body.get("output_config") or {}).get("effort")
    if highest is None or effort is None or thinking_type(call) != kind:
        return ()
    if EFFORTS.index(effort) <= EFFORTS.index(highest):
        return ()
    return ({"effort": effort, "path": "output_config.effort"},)


@rule(
    message="output_config.effort '{effort}' is not supported when thinking is disabled on this model",
    needs=("thinking",),
    models=having("disabled_max_effort"),
    covers=("think.disabled_effort",),
    source=reported("2026-08", "live reports; thinking troubleshooting page: disabled only at high effort or below"),
    fix="Lower the effort to `high`, or let the model think.",
)
def effort_without_thinking(call: Call) -> Iterable[Facts]:
    """More effort than the model takes while its thinking is disabled."""
    return _exceeds(call, "disabled", call.model.disabled_max_effort)


@rule(
    message="output_config.effort '{effort}' is not supported when thinking is between_tools on this model",
    needs=("thinking",),
    models=having("between_tools_max_effort"),
    source=reported("2026-10-08", "live probes: refused above high; the text is ours, after that of disabled thinking"),
    fix="Lower the effort to `high`, or send adaptive thinking.",
)
def effort_between_tools(call: Call) -> Iterable[Facts]:
    """More effort than the model takes while it thinks only between tool calls."""
    return _exceeds(call, "between_tools", call.model.between_tools_max_effort)


@effort_without_thinking.broken_by
def try_hard_without_thinking(draft: Draft, random: Random) -> Draft:
    """Much effort and no thinking."""
    effort = random.choice(["xhigh", "max"])
    return draft.with_body(thinking={"type": "disabled"}, output_config={"effort": effort})


@effort_between_tools.broken_by
def try_hard_between_tools(draft: Draft, random: Random) -> Draft:
    """Much effort and little thinking."""
    effort = random.choice(["xhigh", "max"])
    return draft.with_body(thinking={"type": "between_tools"}, output_config={"effort": effort})


MANUAL: Final = Scope("models with thinking of type enabled", lambda model: _takes(model, "enabled"))


@rule(
    message=(
        "`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at "
        "https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size"
    ),
    needs=("thinking",),
    models=MANUAL,
    endpoints=WRITING,
    covers=("think.budget_max",),
    source=observed("2026-02-25", "recordings: claude-sonnet-4-5, twice"),
    fix="Raise `max_tokens` above the budget, or lower the budget.",
)
def overlarge_thinking_budget(call: Call) -> Iterable[Facts]:
    """A budget for thinking that leaves no token for the answer; interleaved thinking may have one."""
    thinking = call.body.get("thinking")
    if not thinking or thinking["type"] != "enabled" or INTERLEAVED in call.betas:
        return ()
    return () if call.body["max_tokens"] > thinking["budget_tokens"] else ({"path": "max_tokens"},)


@overlarge_thinking_budget.broken_by
def give_all_tokens_to_thinking(draft: Draft, random: Random) -> Draft:
    """A budget as large as the answer, or larger."""
    most = random.choice([LEAST_BUDGET, 500, 0])
    return without_beta(draft, INTERLEAVED).with_body(
        thinking={"type": "enabled", "budget_tokens": LEAST_BUDGET}, max_tokens=most
    )


@rule(
    message="Thinking may not be enabled when tool_choice forces tool use.",
    needs=("thinking",),
    models=MANUAL,
    covers=("think.tool_choice",),
    source=observed(
        "2026-05",
        "recordings: 22 of manual thinking; adaptive thinking with a forced tool was answered on 2026-08-10, and the "
        "page on thinking with tools says so",
    ),
    fix="Leave the choice of tools to the model (`auto`), or send adaptive thinking.",
)
def forced_tool_with_manual_thinking(call: Call) -> Iterable[Facts]:
    """A tool that must be called, while thinking has a budget."""
    choice = call.body.get("tool_choice")
    is_forced = choice is not None and choice["type"] in {"any", "tool"}
    return ({"path": "tool_choice"},) if is_forced and thinking_type(call) == "enabled" else ()


@forced_tool_with_manual_thinking.broken_by
def force_a_tool_and_thinking(draft: Draft, random: Random) -> Draft:
    """A tool that must be called and a budget for thinking."""
    tool: JsonObject = {"name": "get_time", "input_schema": {"type": "object", "properties": {}}}
    choice = random.choice([{"type": "any"}, {"type": "tool", "name": "get_time"}])
    return with_tool(with_budget(draft, LEAST_BUDGET), tool).with_body(tool_choice={**choice})


THINKING: Final[tuple[Rule[Call], ...]] = (
    unsupported_manual_thinking,
    unsupported_adaptive_thinking,
    unsupported_disabled_thinking,
    unsupported_disabled_thinking_between_tools,
    unsupported_disabled_thinking_with_budget,
    unsupported_thinking_between_tools,
    effort_without_thinking,
    effort_between_tools,
    overlarge_thinking_budget,
    forced_tool_with_manual_thinking,
)
