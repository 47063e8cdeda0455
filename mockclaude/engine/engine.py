"""Asks the responders in their order and turns the first reply into bytes; never waits, never touches a socket."""

from collections.abc import Callable, Sequence

from mockclaude.call import Call
from mockclaude.clock import Clock
from mockclaude.engine.compose import compose
from mockclaude.engine.default import default_reply
from mockclaude.engine.fault import Fault, HttpError, forestalls
from mockclaude.engine.imposed import imposed
from mockclaude.engine.pace import pace_for
from mockclaude.engine.render import render, spoken_error
from mockclaude.engine.rendition import Rendition, rendition_of
from mockclaude.engine.reply import Reply
from mockclaude.errors import NoReplyError
from mockclaude.meter.prompt_cache import PromptCache
from mockclaude.wire.dice import Dice
from mockclaude.wire.interaction import RawResponse

Responder = Callable[[Call], Reply | RawResponse | None]
"""Answers a call, or leaves it to the next."""


class Engine:
    """Decides what is answered: the scripted responders first, then the default reply."""

    def __init__(self, *, clock: Clock, responders: Sequence[Responder] = ()) -> None:
        self.clock = clock
        self.prompt_cache = PromptCache()
        self.responders = list(responders)

    def respond(self, call: Call, dice: Dice) -> RawResponse:
        """The response to a call; raises `APIError` for a scripted one."""
        fault = imposed(call, dice)
        return self.spoken(self.scripted(call, fault=fault), call, dice, fault=fault)

    def scripted(self, call: Call, *, fault: Fault | None = None) -> Reply | RawResponse | None:
        """What the first responder that answers says, unless the fault forestalls it; `None` when none does."""
        if fault is not None and forestalls(fault):
            from mockclaude.engine.inflict import absent, failed  # only faults need these
            from mockclaude.engine.inflicted import inflicted

            call.findings.append(inflicted(fault))
            return failed(fault, call, now=self.clock()) if isinstance(fault, HttpError) else absent(fault)
        for responder in self.responders:
            answer = responder(call)
            if answer is not None:
                return answer
        return None

    def spoken(
        self,
        answer: Reply | RawResponse | None,
        call: Call,
        dice: Dice,
        *,
        fault: Fault | None = None,
        request_id: str = "",
    ) -> RawResponse:
        """The response that says it, or the default reply, with the fault; raises `APIError` for an error."""
        if answer is None:
            response = self._default(call, dice)
        elif isinstance(answer, RawResponse):
            response = answer
        elif answer.error is not None:
            return spoken_error(answer.error, answer.headers)
        else:
            if answer.fault is not None and fault is None:
                fault = answer.fault
                if forestalls(fault):
                    return self.spoken(self.scripted(call, fault=fault), call, dice)
            response = answer.raw or self._composed(answer, call, dice)
        if fault is None or not response.status or forestalls(fault):
            return response
        from mockclaude.engine.inflict import in_one_piece, inflict
        from mockclaude.engine.inflicted import inflicted

        padding = dice.bits(4) if call.settings.padding else 0
        if answer is None or (isinstance(answer, Reply) and answer.raw is None):
            response = in_one_piece(response)  # chunks of the author's own stay as they are
        disturbed = inflict(fault, response, request_id=request_id, padding=padding)
        if disturbed is not response:
            call.findings.append(inflicted(fault))
        return disturbed

    def _composed(self, reply: Reply, call: Call, dice: Dice) -> RawResponse:
        message = compose(call, reply, dice=dice, now=self.clock(), cache=self.prompt_cache)
        return render(message, reply, call=call, dice=dice)

    def _default(self, call: Call, dice: Dice) -> RawResponse:
        """The reply that needs no script; a request that came before costs only its ids and padding."""
        if call.settings.strict_stubs:
            raise NoReplyError(f"no stub matches {call!r} and only stubs may answer")
        now = self.clock()
        plan = call.plan
        if plan is not None and isinstance(plan.kept, Rendition):
            return plan.kept.response(call, dice=dice, now=now, pace=pace_for(call))
        reply = default_reply(call)
        message = compose(call, reply, dice=dice, now=now, cache=self.prompt_cache)
        if plan is not None:
            plan.kept = rendition_of(call, reply, message)
        return render(message, reply, call=call, dice=dice)
