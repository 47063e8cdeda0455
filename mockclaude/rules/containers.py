"""Containers, in which the model's code runs: what a request may say of one that nothing would use."""

from collections.abc import Iterable
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import reported

CODE: Final = frozenset({"code_execution", "bash_code_execution", "text_editor_code_execution"})
CODELESS: Final = frozenset(
    {
        "custom", "bash_20250124", "text_editor_20250124", "text_editor_20250429", "text_editor_20250728",
        "memory_20250818", "web_search_20250305", "web_fetch_20250910",
    }
)  # fmt: skip
"""Types of tools that never run code in a container; later tools for the web do, to filter what they found."""


def _may_run_code(call: Call) -> bool:
    for tool in call.body.get("tools", ()):
        if (tool.get("type") or "custom") not in CODELESS:
            return True
        callers = cast("JsonObject", tool).get("allowed_callers")
        if isinstance(callers, list) and callers != ["direct"]:
            return True
    return "server_tool_use" in call.features and any(
        block["type"] == "server_tool_use" and block["name"] in CODE for turn in call.turns for block in turn.blocks
    )


@rule(
    message="container: Container identifier can only be provided when using the code execution tool",
    needs=("container",),
    covers=("top.container_unused",),
    source=reported("2026-08-31", "live probe of claude-sonnet-5; two independent public reports 2026-09"),
    fix="Leave `container` out, or declare a `code_execution` tool.",
)
def unused_container(call: Call) -> Iterable[Facts]:
    """A container by its id in a request where nothing can run code."""
    container = call.body.get("container")
    named = container.get("id") if isinstance(container, dict) else container
    is_used = named is None or "thread" in call.features or _may_run_code(call)
    return () if is_used else ({"path": "container"},)


@unused_container.broken_by
def name_a_container(draft: Draft, random: Random) -> Draft:
    """A container of an earlier request, without the tools that would run in it."""
    name = "container_01DUWjeFPcZi9R3b5ykYTuFx"
    containers: tuple[Json, ...] = (name, {"id": name})
    return draft.without("tools", "tool_choice").with_body(container=random.choice(containers))


@rule(
    message="container: skills can only be used when a code execution tool is enabled",
    needs=("container",),
    source=reported("2026-06", "five independent public reports, one of a skill that runs no code at all"),
    fix="Declare a `code_execution` tool.",
)
def skills_without_code(call: Call) -> Iterable[Facts]:
    """Skills in a request where nothing can run code."""
    container = call.body.get("container")
    skills = container.get("skills") if isinstance(container, dict) else None
    is_used = not skills or "thread" in call.features or _may_run_code(call)
    return () if is_used else ({"path": "container.skills"},)


@skills_without_code.broken_by
def bring_a_skill(draft: Draft, random: Random) -> Draft:
    """A skill, without the tools that would run it."""
    skill: JsonObject = {"type": "anthropic", "skill_id": random.choice(("xlsx", "pptx", "docx", "pdf"))}
    return draft.without("tools", "tool_choice").with_body(container={"skills": [skill]})


CONTAINER: Final[tuple[Rule[Call], ...]] = (unused_container, skills_without_code)
