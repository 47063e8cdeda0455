"""A stub: which calls get which answers, in turn."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from mockclaude.call import Call
from mockclaude.engine.contradiction import declared, refuse
from mockclaude.engine.matcher import Matchable, Matcher, matcher_of
from mockclaude.engine.mismatch import linked, shown
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import Answer, Dynamic, Sayable, reply_of
from mockclaude.engine.template import filled, has_places
from mockclaude.errors import MockClaudeError, ScriptError
from mockclaude.wire.error import APIError


@dataclass(frozen=True, slots=True, eq=False)
class Stub:
    """A matcher and what it answers, in turn; the last answer repeats, unless `times` bounds the calls.

    A stub with a `state` answers only while its scenario is in that state, and `then` is the state after it.
    """

    matcher: Matcher
    answers: tuple[Reply | Dynamic, ...]
    times: int | None = None
    state: str | None = None
    then: str | None = None
    scenario: str = ""
    name: str = ""
    force: bool = False

    def answer(self, call: Call, turn: int, *, now: datetime, label: str = "the stub") -> Reply:
        """What the stub says to its `turn`-th call, counted from 0; raises `ScriptError` for what cannot be said to it."""
        place = min(turn, len(self.answers) - 1)
        answer = self.answers[place]
        where = f"reply {place + 1} of {label}:"
        if isinstance(answer, Reply):
            reply = answer
        else:
            reply = worked_out(answer, call, where=where)
            refuse(declared(reply), force=self.force or reply.force, where=where)
        if reply.templates:
            reply = filled(reply, call, now)
        reply = linked(reply, call)
        if not (self.force or reply.force):
            refuse(shown(reply, call), force=False, where=where)
        return reply if reply.label == label else replace(reply, label=label)

    def labelled(self, label: str) -> "Stub":
        """The same stub, its replies marked with a label."""
        marked = [replace(answer, label=label) if isinstance(answer, Reply) else answer for answer in self.answers]
        return replace(self, answers=tuple(marked))

    def __str__(self) -> str:
        return self.name or str(self.matcher)

    def __repr__(self) -> str:
        return f"<Stub {self.matcher!r} replies={len(self.answers)}>"


def stub(
    matcher: Matchable,
    *answers: Answer,
    times: int | None = None,
    forever: bool = False,
    state: str | None = None,
    then: str | None = None,
    scenario: str = "",
    name: str = "",
    force: bool = False,
) -> Stub:
    """A stub whose answers are checked now; raises `ScriptError` for what no reply of the API could be."""
    if not answers:
        raise ScriptError(f"the stub for {matcher!r} says nothing; give at least one reply")
    if times is not None and forever:
        raise ScriptError(f"times={times} and forever exclude each other")
    if times is not None and times < len(answers):
        raise ScriptError(f"times={times}, but there are {len(answers)} replies; the last would never be said")
    said = [checked(answer, force=force, where=f"reply {place}:") for place, answer in enumerate(answers, start=1)]
    return Stub(matcher_of(matcher), tuple(said), times, state, then, scenario, name, force)


def checked(answer: Answer, *, force: bool = False, where: str = "") -> Reply | Dynamic:
    """The answer as a reply that can be said; one that depends on the call is checked when it comes."""
    if callable(answer) and not isinstance(answer, Matcher):
        return answer
    try:
        reply = reply_of(answer)
    except ScriptError as fault:
        raise ScriptError(f"{where} {fault}".strip()) from None
    refuse(declared(reply), force=force or reply.force, where=where)
    return replace(reply, templates=reply.templates and has_places(reply))


def worked_out(answer: Dynamic, call: Call, *, where: str = "") -> Reply:
    """What a function says to this call; raises `ScriptError` when it fails."""
    name = getattr(answer, "__name__", type(answer).__name__)
    try:
        value: object = answer(call)
    except (MockClaudeError, APIError):
        raise
    except Exception as fault:
        raise ScriptError(f"{where} {name} failed on {call!r}: {type(fault).__name__}: {fault}".strip()) from fault
    if hasattr(value, "__await__"):
        raise ScriptError(f"{where} {name} is asynchronous; expected a plain function of a call".strip())
    try:
        return reply_of(cast("Sayable", value))
    except ScriptError as fault:
        raise ScriptError(f"{where} {name} returned no reply: {fault}".strip()) from None
