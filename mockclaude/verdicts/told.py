"""Verdicts in words that suffice to act: what was done, by which call, and the way out."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from mockclaude.verdicts.contract import Breach
from mockclaude.verdicts.resilience import Lapse
from mockclaude.wire.shown import clipped, shown

MOST: Final = 10
"""Faults that one failure tells of."""
LONG: Final = 400
"""Characters of a message that are told."""


def told_breaches(breaches: Sequence[Breach]) -> str:
    """The rules that were broken, request by request."""
    requests = len({breach.request for breach in breaches})
    lines = [f"{_counted(requests, 'request')} broke the API's contract:"]
    for request, found in groupby(breaches[:MOST], key=lambda breach: breach.request):
        lines.append(f"  {request}")
        for breach in found:
            finding = breach.finding
            at = f" at {finding.path}" if finding.path else ""
            lines.append(f"    {finding.rule}{at}: {clipped(finding.message, length=LONG)}")
            lines.append(f"      {breach.fix or 'See what it is about'} (`mockclaude explain {finding.rule}`)")
    return shown("\n".join([*lines, *_left_out(len(breaches))]))


def told_lapses(lapses: Sequence[Lapse], calls: Iterable[object]) -> str:
    """What the client should not have done, and the calls that it was done by."""
    lines = [f"the client did {_counted(len(lapses), 'thing')} that it should not:"]
    for lapse in lapses[:MOST]:
        lines += [f"  {clipped(str(lapse), length=LONG)}", f"    {lapse.fix}"]
    lines += _left_out(len(lapses))
    concerned = {number for lapse in lapses for number in lapse.calls}
    listed = [f"  {call!r}" for number, call in enumerate(calls, start=1) if number in concerned]
    return shown("\n".join([*lines, "the calls:", *listed[:MOST], *_left_out(len(listed))]))


def told_forgotten(forgotten: int) -> str:
    """Why no verdict can be given where nothing speaks against the client in what is left; empty where all is there."""
    if not forgotten:
        return ""
    return (
        f"no verdict: the journal has forgotten the oldest {_counted(forgotten, 'request')}, and nothing is wrong with those"
        " that it remembers; give the verdict earlier, and begin anew with reset() after it"
    )


def _left_out(count: int) -> list[str]:
    return [f"  … and {count - MOST} more"] if count > MOST else []


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' * (count != 1)}"
