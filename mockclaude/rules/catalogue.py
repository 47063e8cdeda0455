"""All rules, in the order in which the API reports faults, and the two ways to run them.

Order: size, credentials, version, betas, encoding and JSON; then the fields of the body in the API's own order; then
what a batch is as a whole, or the conversation, the model, what the model supports, pairing, caching and media. One fault per response.
Source of the order of fields: 137 calls measured 2026-08-31; the rest is assumed where nothing was measured.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, cast

from mockclaude.call import Call, Endpoint, Intake, Plan
from mockclaude.errors import MockClaudeError, nearest
from mockclaude.models import ModelProfile
from mockclaude.rules import batches, shape
from mockclaude.rules.advisors import ADVISORS
from mockclaude.rules.batch_rows import Row, rows_of
from mockclaude.rules.binding import BINDING
from mockclaude.rules.body import BODY, body_too_large
from mockclaude.rules.caching import CACHED_TEXT, CACHING
from mockclaude.rules.codes import CODED
from mockclaude.rules.containers import CONTAINER
from mockclaude.rules.context_edits import CONTEXT_EDITS
from mockclaude.rules.counting import COUNTING
from mockclaude.rules.documents import DOCUMENTS
from mockclaude.rules.headers import HEADERS
from mockclaude.rules.images import IMAGES
from mockclaude.rules.input_schemas import INPUT_SCHEMAS
from mockclaude.rules.limits import COUNT, MODEL, OUTPUT
from mockclaude.rules.mcp import MCP
from mockclaude.rules.metadata import METADATA
from mockclaude.rules.pairing import PAIRING
from mockclaude.rules.prefill import PREFILL
from mockclaude.rules.roles import BLOCKS, TURNS
from mockclaude.rules.rule import Rule
from mockclaude.rules.sampling import SAMPLING
from mockclaude.rules.server_pairing import SERVER_PAIRING
from mockclaude.rules.structured import STRUCTURED
from mockclaude.rules.support import SUPPORT
from mockclaude.rules.system_turns import SYSTEM_TURNS
from mockclaude.rules.text import TEXT
from mockclaude.rules.thinking import THINKING
from mockclaude.rules.thoughts import THOUGHT
from mockclaude.rules.tool_changes import TOOL_CHANGES
from mockclaude.rules.tool_choice import TOOL_CHOICE
from mockclaude.rules.tools import TOOL_RULES
from mockclaude.rules.turn_scoped import TURN_SCOPED
from mockclaude.rules.versions import VERSIONED
from mockclaude.settings import Validation
from mockclaude.wire.body import RequestBody
from mockclaude.wire.finding import Finding

TRANSPORT: Final[tuple[Rule[Intake], ...]] = (body_too_large, *HEADERS, *BODY)
BATCH: Final[tuple[Rule[Intake], ...]] = batches.WHOLE
CALL: Final[tuple[Rule[Call], ...]] = (
    *batches.IN_ROWS,
    *COUNT,
    *SYSTEM_TURNS,
    *TURN_SCOPED,
    *TURNS,
    *BLOCKS,
    *VERSIONED,
    *CACHED_TEXT,
    *TEXT,
    *CONTAINER,
    *METADATA,
    *MODEL,
    *CODED,
    *TOOL_RULES,
    *MCP,
    *ADVISORS,
    *INPUT_SCHEMAS,
    *TOOL_CHANGES,
    *TOOL_CHOICE,
    *PREFILL,
    *THINKING,
    *CONTEXT_EDITS,
    *SUPPORT,
    *SAMPLING,
    *STRUCTURED,
    *PAIRING,
    *SERVER_PAIRING,
    *THOUGHT,
    *BINDING,
    *CACHING,
    *COUNTING,
    *IMAGES,
    *DOCUMENTS,
    *OUTPUT,
)

ALL: Final[tuple[Rule[Any], ...]] = (*TRANSPORT, *shape.RULES, *BATCH, *CALL)
RULES: Final[dict[str, Rule[Any]]] = {rule.id: rule for rule in ALL}
"""Every rule that can refuse a request, by id."""

ALWAYS_REFUSED: Final = frozenset({"model", "messages", "max_tokens", "stream"})
"""Without these fields, or with another type in them, no call can be made of a request, whatever the setting."""


def rule_named(name: str) -> Rule[Any]:
    """The rule of that id; raises `MockClaudeError` with the nearest one."""
    if name not in RULES:
        raise MockClaudeError(f"no rule is called {name!r}{nearest(name, RULES)}; `mockclaude rules` lists them all")
    return RULES[name]


def validate(intake: Intake) -> Call:
    """The request as a call; raises the first refusal as `APIError`.

    Under `off` only what cannot become a call is refused, and everything else becomes a finding of the call.
    """
    plans = intake.plans
    plan = None if plans is None else plans.find(intake)
    if plan is not None:
        intake.findings.extend(plan.remarks)
        return Call(intake, _body(intake), plan.model, knows_model=plan.knows_model, plan=plan)
    call = judged(intake)
    if plans is not None and intake.settings.validation != "off":
        call.plan = Plan(call.model, knows_model=call.knows_model, features=call.features, remarks=intake.findings)
        plans.keep(intake, call.plan)
    return call


def judged(intake: Intake) -> Call:
    """The request as a call, judged anew."""
    is_sound = is_well_formed(intake)
    call = call_of(intake, sound=is_sound)
    if intake.settings.validation == "off":
        if is_sound:
            intake.findings.extend(_broken(call))
        return call
    for broken in applicable(call.model, call.version, call.validation, call.endpoint, call.features):
        for facts in broken.check(call):
            raise broken.error(facts)
    return call


def is_well_formed(intake: Intake) -> bool:
    """Whether the head and the shape of a request are sound; raises the first refusal, and what `off` lets pass is found."""
    off = intake.settings.validation == "off"
    _refuse_or_find(intake, () if intake.endpoint == "batch_rows" else TRANSPORT)
    faults = shape.faults(intake)
    refused = [fault for fault in faults if not off or fault.is_fatal]
    if refused:
        raise refused[0].rule.error(refused[0].facts)
    intake.findings.extend([fault.rule.finding(fault.facts) for fault in faults])
    return not faults


def _refuse_or_find(intake: Intake, rules: Iterable[Rule[Intake]]) -> None:
    """Raises the first refusal; under `off` what is not needed becomes a finding instead."""
    off = intake.settings.validation == "off"
    for rule in rules:
        for facts in rule.check(intake):
            if off and rule.id not in NEEDED:
                intake.findings.append(rule.finding(facts))
                break
            raise rule.error(facts)


def validate_batch(intake: Intake) -> list[Row]:
    """The rows of a batch, which are yet to be judged; raises what the batch itself is refused for."""
    is_well_formed(intake)
    _refuse_or_find(intake, BATCH)
    return list(rows_of(intake))


def accept(intake: Intake) -> None:
    """Raises the first refusal of a request, or of the first row of a batch that has one."""
    if intake.endpoint == "batches":
        for row in validate_batch(intake):
            validate(row.intake)
    else:
        validate(intake)


def audit(intake: Intake) -> list[Finding]:
    """Everything that is wrong with a request, in the order of the rules; remarks included."""
    transport = () if intake.endpoint == "batch_rows" else TRANSPORT
    found = [rule.finding(facts) for rule in transport for facts in rule.check(intake)]
    if intake.json_fault or not isinstance(intake.document, dict):
        return found + intake.findings
    faults = shape.faults(intake)
    if faults:
        return found + [fault.rule.finding(fault.facts) for fault in faults] + intake.findings
    if intake.endpoint == "batches":
        found += [rule.finding(facts) for rule in BATCH for facts in rule.check(intake)]
        return found + [told for row in rows_of(intake) for told in row.told(audit(row.intake))] + intake.findings
    return found + list(_broken(call_of(intake))) + intake.findings


def _broken(call: Call) -> Iterator[Finding]:
    for rule in applicable(call.model, call.version, call.validation, call.endpoint, call.features):
        for facts in rule.check(call):
            yield rule.finding(facts)


def call_of(intake: Intake, *, sound: bool = True) -> Call:
    """The call of a request whose shape was checked; an unsound body keeps only what has the shape of a message."""
    body = _body(intake) if sound else cast("RequestBody", shape.salvage(intake.document))
    model = intake.models.find(body["model"])
    return Call(intake, body, model or intake.models.default, knows_model=model is not None)


def _body(intake: Intake) -> RequestBody:
    """The parsed body; a system item that only gives a directive may come without content, and gets none."""
    body = cast("RequestBody", intake.document)
    if intake.betas:
        for item in body["messages"]:
            item.setdefault("content", [])
    return body


@lru_cache(maxsize=4096)
def applicable(
    model: ModelProfile, version: str, validation: Validation, endpoint: Endpoint, features: frozenset[str]
) -> tuple[Rule[Call], ...]:
    """The rules that such a call can break."""
    return tuple(
        [
            rule
            for rule in CALL
            if (validation != "live" or not rule.strict_only)
            and (not rule.needs or not rule.needs.isdisjoint(features))
            and (rule.versions is None or version in rule.versions)
            and (rule.endpoints is None or endpoint in rule.endpoints)
            and rule.models.holds(model)
        ]
    )


NEEDED: Final = frozenset(
    {
        "body-too-large", "missing-key", "invalid-key", "invalid-access-token", "missing-version", "invalid-version", "malformed-encoding",
        "unsupported-encoding", "body-too-large-after-decoding", "malformed-json", "body-not-an-object",
    }
)  # fmt: skip
"""Transport rules that hold under every setting: without them no call can be read."""
