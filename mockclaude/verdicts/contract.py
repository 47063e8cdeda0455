"""Whether the requests that were made keep the API's contract: every rule over every request, answered or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from mockclaude.call import Intake
from mockclaude.calls import RecordedCall, calls_of
from mockclaude.errors import SettingsError
from mockclaude.models import Models
from mockclaude.rules.catalogue import RULES, audit
from mockclaude.settings import Settings, Validation
from mockclaude.verdicts.left_out import left_out
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Headers, Interaction, RawRequest
from mockclaude.wire.shown import REDACTED

JUDGED: Final = frozenset({"/v1/messages", "/v1/messages/count_tokens", "/v1/messages/batches"})
STAND_INS: Final = {"x-api-key": "sk-ant-mock-judged", "authorization": "Bearer sk-ant-mock-judged"}
"""What stands for keys that were taken out, so that a request that had one is not told that it lacks it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a request broke: the request in a word, what is wrong where, and how to mend it."""

    request: str
    finding: Finding
    fix: str
    number: int | None = None

    def __str__(self) -> str:
        return f"{self.request}: {self.finding}"


def breaches(
    interactions: Iterable[Interaction],
    *,
    settings: Settings,
    models: Models,
    validation: Validation = "strict",
    ignore: Iterable[str] = (),
) -> list[Breach]:
    """The rules that requests broke, answered or not; raises `SettingsError` for one to ignore that nobody knows.

    A request is judged as it is remembered, and a retired model is one that the API no longer has, served or not.
    What refused it then is told too, since some rules ask for what no journal keeps: its key, or a body over the limit.
    """
    if validation == "off":
        raise SettingsError("validation is 'off'; a verdict needs something to judge by: expected strict or live")
    ignored = left_out(ignore, RULES, kind="rule", way_out="`mockclaude rules` lists them all")
    judged = replace(settings, validation=validation, keys=None, retired="refuse")
    entries = list(interactions)
    names = {id(call.interaction): call for call in calls_of(entries, models=models)}
    return [
        _breach(entry, names.get(id(entry)), finding)
        for entry in entries
        if entry.request.method == "POST" and entry.request.path in JUDGED
        for finding in _broken(entry, judged, models)
        if finding.rule not in ignored
    ]


def is_whole(interaction: Interaction) -> bool:
    """Whether the request's body is remembered; the journal lets go of old ones when it has no room."""
    request, response = interaction.request, interaction.response
    was_sent = "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
    return bool(request.body) or not was_sent or (response is not None and bool(response.chunks))


def _broken(interaction: Interaction, settings: Settings, models: Models) -> Iterator[Finding]:
    told = [one for one in interaction.findings if one.severity == "violation" and one.rule in RULES]
    if is_whole(interaction) and (interaction.request.body or not told):
        request = _with_keys(interaction.request)
        intake = Intake(request, settings=settings, models=models, today=interaction.began.date())
        found = [one for one in audit(intake) if one.severity == "violation"]
    else:
        found = []
    known = {one.rule for one in found}
    yield from found
    yield from [one for one in told if one.rule not in known and _still_holds(one, settings)]


def _still_holds(finding: Finding, settings: Settings) -> bool:
    """Whether a refusal of its time counts under the setting by which the verdict is given."""
    return settings.validation == "strict" or not RULES[finding.rule].strict_only


def _with_keys(request: RawRequest) -> RawRequest:
    fields = {
        name: STAND_INS.get(name.lower(), value) if value == REDACTED else value
        for name, value in request.headers.items()
    }
    return request._replace(headers=Headers(fields))


def _breach(interaction: Interaction, call: RecordedCall | None, finding: Finding) -> Breach:
    name = repr(interaction) if call is None else repr(call)
    return Breach(name, finding, RULES[finding.rule].fix, None if call is None else call.number)
