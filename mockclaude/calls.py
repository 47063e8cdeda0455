"""What was asked, as a test reads it: the calls of a world, and what each was answered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, cast, overload

from mockclaude import wire
from mockclaude.call import Call, Intake
from mockclaude.engine.conversation import user_text
from mockclaude.engine.match import any_call
from mockclaude.engine.matcher import Matchable, Matcher, clipped, matcher_of, quoted
from mockclaude.engine.verdict import PATH, call_in, expected
from mockclaude.errors import MockClaudeError
from mockclaude.models import Models
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject, MessageBody, RequestBody
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Interaction, RawResponse
from mockclaude.wire.shown import shown
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import StreamFault, message_of

SHOWN: Final = 10
"""Calls that one failure lists."""


class NoCallError(MockClaudeError, LookupError):
    """A test reads a call, or a part of one, that there is not."""


class RecordedCall:
    """A conversation that was asked, and what it was answered; `number` counts from 1."""

    def __init__(self, interaction: Interaction, number: int, models: Models) -> None:
        self.interaction = interaction
        self.number = number
        self._models = models

    @property
    def body(self) -> RequestBody:
        """The request's JSON; raises `NoCallError` where that is no object."""
        document = self._intake.document
        if not isinstance(document, dict):
            raise NoCallError(f"{self!r} has no JSON object for a body: {self._intake.json_fault or 'another value'}")
        return cast("RequestBody", document)

    @property
    def request(self) -> "wire.MessagesRequest":
        """The typed view of the request; raises pydantic's `ValidationError` where the request has not its shape."""
        context = {"betas": frozenset(self._intake.betas)}
        return wire.MessagesRequest.model_validate(self.body, context=context)

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers, keys taken out."""
        return self.interaction.request.headers

    @property
    def text(self) -> str:
        """The text of the last user turn that has any; empty where there is none."""
        return "" if self.call is None else user_text(self.call)

    @property
    def model(self) -> str:
        """The model that was asked for, as the request names it; empty where it names none."""
        document = self._intake.document
        named = document.get("model") if isinstance(document, dict) else None
        return named if isinstance(named, str) else ""

    @property
    def is_streaming(self) -> bool:
        """Whether a stream was asked for."""
        return self.call is not None and self.call.is_streaming

    @property
    def response(self) -> RawResponse | None:
        """The bytes of the answer and when they left; `None` when the client was gone before."""
        return self.interaction.response

    @property
    def status(self) -> int | None:
        """The answer's HTTP status."""
        return None if self.response is None else self.response.status

    @property
    def message(self) -> "wire.Message":
        """The typed view of the answer, a stream folded into its message; raises `NoCallError` where it is none."""
        if self.answer is None:
            raise NoCallError(f"{self!r} was not answered with a message")
        return wire.Message.model_validate(self.answer)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed: the rule that refused the request, and remarks."""
        return tuple(self.interaction.findings)

    @property
    def stub(self) -> str | None:
        """The stub that answered."""
        return self.interaction.stub

    @cached_property
    def call(self) -> Call | None:
        """The request as matchers and rules see it; `None` where it cannot be read as a conversation."""
        return call_in(self.interaction, settings=Settings(), models=self._models)

    def matches(self, matcher: Matchable) -> bool:
        """Whether a stub with this matcher would take the call."""
        return self.call is not None and matcher_of(matcher).matches(self.call)

    def explain(self, matcher: Matcher) -> str:
        """Why the call does not match; empty when it does."""
        return "it cannot be read" if self.call is None else matcher.explain(self.call)

    def __repr__(self) -> str:
        asked = " ".join([part for part in (self.model, quoted(clipped(self.text))) if part])
        return f"<call #{self.number} {asked} -> {self._outcome()}>"

    @cached_property
    def _intake(self) -> Intake:
        interaction = self.interaction
        return Intake(interaction.request, settings=Settings(), models=self._models, today=interaction.began.date())

    @cached_property
    def answer(self) -> MessageBody | None:
        """The message that answered as plain data, a stream folded; `None` where no whole message did."""
        if self.response is None or self.response.status != 200:
            return None
        try:
            if self.response.streamed:
                return message_of(decode(self.response.body))
            found = loads(self.response.body)
        except (StreamFault, JSONFault):
            return None
        return cast("MessageBody", found) if isinstance(found, dict) and found.get("type") == "message" else None

    def _outcome(self) -> str:
        if self.response is None:
            return "no answer"
        if self.answer is not None:
            return str(self.answer["stop_reason"])
        kind = _error_of(self.response.body).get("type", "broken off" if self.status == 200 else "no message")
        rules = [finding.rule for finding in self.findings if finding.severity == "violation"]
        return " ".join([str(self.response.status), str(kind), *[f"({rule})" for rule in rules[-1:]]])


class Calls(Sequence[RecordedCall]):
    """The conversations that were asked of a world up to now, oldest first; refused ones are among them."""

    def __init__(self, calls: Iterable[RecordedCall] = ()) -> None:
        self._calls = tuple(calls)

    @property
    def call_count(self) -> int:
        """How many there are."""
        return len(self._calls)

    @property
    def last(self) -> RecordedCall:
        """The newest; raises `NoCallError` when there is none."""
        if not self._calls:
            raise NoCallError("no call was made; expected at least one")
        return self._calls[-1]

    def matching(self, matcher: Matchable) -> "Calls":
        """Those that a stub with this matcher would take."""
        wanted = matcher_of(matcher)
        return Calls([call for call in self._calls if call.matches(wanted)])

    def assert_called(
        self,
        matcher: Matchable | None = None,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
    ) -> None:
        """Fails unless as many calls match as expected: at least one when no number is given."""
        __tracebackhide__ = True
        wanted = any_call() if matcher is None else matcher_of(matcher)
        meant = expected(times=times, at_least=at_least, at_most=at_most)
        found = self if matcher is None else self.matching(wanted)
        if meant.holds(len(found)):
            return
        what = "" if matcher is None else f" matching {wanted!r}"
        near = self.nearest(wanted) if len(found) < meant.at_least else ""
        told = f"expected {meant}{what}, got {len(found)}{f'; nearest: {near}' if near else ''}"
        raise AssertionError(shown(f"{told}{self._difference(wanted) if near else ''}{self._listed()}"))

    def nearest(self, matcher: Matcher) -> str:
        """The call that came nearest to a matcher without matching, and why it does not; empty where there is none."""
        best = self._nearest(matcher)
        return "" if best is None else f"call #{best.number} failed on {best.explain(matcher)}"

    def _nearest(self, matcher: Matcher) -> RecordedCall | None:
        missed = [call for call in self._calls if call.call is not None and not call.matches(matcher)]
        return max(missed, key=lambda call: matcher.closeness(cast("Call", call.call)), default=None)

    def _difference(self, matcher: Matcher) -> str:
        """What was expected against the call that came nearest, part by part."""
        best = self._nearest(matcher)
        lines = () if best is None or best.call is None else matcher.difference(best.call)
        return "".join([f"\n  {line}" for line in lines])

    def _listed(self) -> str:
        if not self._calls:
            return ""
        lines = [f"\n  {call!r}" for call in self._calls[-SHOWN:]]
        left_out = len(self._calls) - len(lines)
        return "\nthe calls:" + (f"\n  … {left_out} before these" if left_out else "") + "".join(lines)

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[RecordedCall]:
        return iter(self._calls)

    @overload
    def __getitem__(self, place: int) -> RecordedCall: ...
    @overload
    def __getitem__(self, place: slice) -> "Calls": ...
    def __getitem__(self, place: int | slice) -> "RecordedCall | Calls":
        return Calls(self._calls[place]) if isinstance(place, slice) else self._calls[place]

    def __repr__(self) -> str:
        return f"<Calls {', '.join(map(repr, self._calls)) or 'none'}>"


def calls_of(interactions: Iterable[Interaction], *, models: Models) -> Calls:
    """The conversations among the interactions; what else was asked is left out."""
    asked = [one for one in interactions if one.request.method == "POST" and one.request.path == PATH]
    return Calls([RecordedCall(one, number, models) for number, one in enumerate(asked, start=1)])


def _error_of(body: bytes) -> JsonObject:
    """The error in an envelope."""
    try:
        found = loads(body)
    except JSONFault:
        return {}
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}
