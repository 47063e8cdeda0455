"""Asks the responders in their order and turns the first reply into bytes; never waits, never touches a socket."""

from collections.abc import Callable, Sequence

from mockclaude.call import Call
from mockclaude.clock import Clock
from mockclaude.engine.compose import compose
from mockclaude.engine.default import default_reply
from mockclaude.engine.render import render, spoken_error
from mockclaude.engine.rendition import Rendition, rendition_of
from mockclaude.engine.reply import Reply
from mockclaude.errors import NoReplyError
from mockclaude.wire.dice import Dice
from mockclaude.wire.interaction import RawResponse

Responder = Callable[[Call], Reply | RawResponse | None]
"""Answers a call, or leaves it to the next."""


class Engine:
    """Decides what is answered: the scripted responders first, then the default reply."""

    def __init__(self, *, clock: Clock, responders: Sequence[Responder] = ()) -> None:
        self.clock = clock
        self.responders = list(responders)

    def respond(self, call: Call, dice: Dice) -> RawResponse:
        """The response to a call; raises `APIError` for a scripted one."""
        return self.spoken(self.scripted(call), call, dice)

    def scripted(self, call: Call) -> Reply | RawResponse | None:
        """What the first responder that answers says; `None` when none does."""
        for responder in self.responders:
            answer = responder(call)
            if answer is not None:
                return answer
        return None

    def spoken(self, answer: Reply | RawResponse | None, call: Call, dice: Dice) -> RawResponse:
        """The response that says it, or the default reply; raises `APIError` for an error."""
        if answer is None:
            return self._default(call, dice)
        if isinstance(answer, RawResponse):
            return answer
        if answer.error is not None:
            return spoken_error(answer.error, answer.headers)
        return render(compose(call, answer, dice=dice, now=self.clock()), answer, call=call, dice=dice)

    def _default(self, call: Call, dice: Dice) -> RawResponse:
        """The reply that needs no script; a request that came before costs only its ids and padding."""
        if call.settings.strict_stubs:
            raise NoReplyError(f"no stub matches {call!r} and only stubs may answer")
        now = self.clock()
        plan = call.plan
        if plan is not None and isinstance(plan.kept, Rendition):
            return plan.kept.response(call, dice=dice, now=now)
        reply = default_reply(call)
        message = compose(call, reply, dice=dice, now=now)
        if plan is not None:
            plan.kept = rendition_of(call, reply, message)
        return render(message, reply, call=call, dice=dice)
