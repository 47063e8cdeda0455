"""Reads what a world remembers, once its test is over: calls, models, tokens, and what was wrong."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from mockclaude.calls import calls_of
from mockclaude.models import Models
from mockclaude.pytest_plugin.told import NOTHING, Offence, Told
from mockclaude.rules.catalogue import RULES
from mockclaude.rules.remarks import REMARKS
from mockclaude.usage import usage_of
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.shown import without_keys
from mockclaude.workspace import BAD_SCRIPT, LOST, UNANSWERED, UNMATCHED, UNRECORDED, Workspace

TOKENS: Final = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
OWN: Final = frozenset({UNMATCHED, BAD_SCRIPT, UNRECORDED, UNANSWERED, LOST})
"""Findings about the script or the cassette: what the mock answers with HTTP 418."""


def told_by(world: Workspace, *, models: Models, api_version: str | None = None) -> Told:
    """What a world remembers; the texts hold no keys."""
    if not world.journal and not world.stubs:
        return NOTHING
    interactions = list(world.journal)
    violations = Counter([one for entry in interactions for one in entry.findings if one.severity == "violation"])
    calls = calls_of(interactions, models=models)
    usage = usage_of(calls, models=models)
    asked = [without_keys(call.model) for call in calls]
    return Told(
        calls=len(asked),
        models=dict(Counter(name for name in asked if name)),
        tokens={name: getattr(usage, name) for name in TOKENS} if usage.calls else {},
        offences=[_offence(finding, count) for finding, count in violations.items() if finding.rule not in OWN],
        unanswered=[without_keys(finding.message) for finding in violations if finding.rule in OWN],
        unused_stubs=[str(one) for one in world.stubs.unused if not one.stub.scenario],
        forgotten=world.journal.forgotten,
        wrong_versions=[] if api_version is None else _wrong_versions(interactions, expected=api_version),
    )


def _wrong_versions(interactions: Iterable[Interaction], *, expected: str) -> list[str]:
    """The requests to the API that named another version."""
    sent = [
        (entry.request.path, entry.request.headers.get("anthropic-version", "none"))
        for entry in interactions
        if entry.request.path.startswith("/v1/")
    ]
    return list(dict.fromkeys(f"{path} with {version}" for path, version in sent if version != expected))


def _offence(finding: Finding, count: int) -> Offence:
    known = RULES.get(finding.rule) or REMARKS.get(finding.rule)
    fix = known.fix if known else ""
    return Offence(
        rule=finding.rule,
        message=without_keys(finding.message),
        path=finding.path,
        fix=fix or f"`mockclaude explain {finding.rule}` tells more",
        count=count,
    )
