"""The stubs that a world answers from: declared in order, asked in order, each with its count of calls."""

from collections import deque
from collections.abc import Iterator
from threading import RLock

from mockclaude.call import Call
from mockclaude.clock import Clock
from mockclaude.engine.match import any_call
from mockclaude.engine.matcher import Matchable
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import Answer
from mockclaude.engine.scenario import START, Scenario
from mockclaude.engine.stub import Stub, stub
from mockclaude.errors import ScriptError


class Declared:
    """A stub in its book: its number there, and how often it has answered."""

    def __init__(self, stub: Stub, number: int, book: "Stubs") -> None:
        self.label = f"stub #{number} ({stub})"
        self.stub = stub.labelled(self.label)
        self.number = number
        self.call_count = 0
        self._book = book

    @property
    def is_exhausted(self) -> bool:
        """Whether it has given all answers it may give."""
        return self.stub.times is not None and self.call_count >= self.stub.times

    def remove(self) -> None:
        """Takes the stub out of its book."""
        self._book.remove(self.number)

    def __str__(self) -> str:
        return self.label

    def __repr__(self) -> str:
        return f"<{self} calls={self.call_count}>"


class Stubs:
    """The stubs of one world. The first declared that matches answers, those that are exhausted step aside.

    Safe to declare in one thread while another answers.
    """

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._declared: list[Declared] = []
        self._queue: deque[Declared] = deque()
        self._states: dict[str, str] = {}
        self._count = 0
        self._lock = RLock()

    def __call__(self, call: Call) -> Reply | None:
        """The reply of the stub that answers the call, labelled with the stub; raises `ScriptError` where it cannot."""
        with self._lock:
            chosen = self._chosen(call)
            if chosen is None:
                return None
            turn = chosen.call_count
            chosen.call_count += 1
            if chosen.stub.then is not None:
                self._states[chosen.stub.scenario] = chosen.stub.then
        return chosen.stub.answer(call, turn, now=self._clock(), label=chosen.label)

    def when(self, matcher: Matchable, *, state: str | None = None) -> "When":
        """Begins a stub: `stubs.when(text("weather")).reply("18 C")`."""
        return When(self, matcher, state=state)

    def reply(self, *answers: Answer, times: int | None = None, forever: bool = False, force: bool = False) -> Declared:
        """Declares a stub for every call."""
        return self.when(any_call()).reply(*answers, times=times, forever=forever, force=force)

    def next(self, *answers: Answer, force: bool = False) -> list[Declared]:
        """Answers the next calls, one each, before any stub is asked."""
        queued = [stub(any_call(), answer, times=1, force=force, name="next") for answer in answers]
        with self._lock:
            numbered = [self._numbered(one) for one in queued]
            self._queue.extend(numbered)
        return numbered

    def add(self, new: Stub) -> Declared:
        """Declares a stub behind all others."""
        with self._lock:
            declared = self._numbered(new)
            self._declared.append(declared)
        return declared

    def load(self, scenario: Scenario) -> list[Declared]:
        """Declares the stubs of a scenario, in place of those it had before."""
        with self._lock:
            places = [place for place, one in enumerate(self._declared) if one.stub.scenario == scenario.name]
            place = places[0] if places else len(self._declared)
            new = [self._numbered(one) for one in scenario.stubs]
            kept = [one for one in self._declared if one.stub.scenario != scenario.name]
            self._declared = [*kept[:place], *new, *kept[place:]]
            self._states.pop(scenario.name, None)
        return new

    def remove(self, number: int) -> None:
        """Takes a stub out; raises `ScriptError` when there is none of that number."""
        with self._lock:
            found = next((one for one in self if one.number == number), None)
            if found is None:
                known = ", ".join(f"#{one.number}" for one in self) or "none"
                raise ScriptError(f"there is no stub #{number}; declared: {known}")
            if found in self._queue:
                self._queue.remove(found)
            else:
                self._declared.remove(found)

    def clear(self) -> None:
        """Takes all stubs out and begins every scenario anew; numbers count from one again."""
        with self._lock:
            self._declared.clear()
            self._queue.clear()
            self._states.clear()
            self._count = 0

    def rewind(self) -> None:
        """Keeps the stubs and forgets what they answered: counts and states begin anew."""
        with self._lock:
            for one in self._declared:
                one.call_count = 0
            self._states.clear()

    @property
    def unused(self) -> list[Declared]:
        """The stubs that no call has reached."""
        return [one for one in self if one.call_count == 0]

    def state(self, scenario: str = "") -> str:
        """The state that a scenario is in."""
        return self._states.get(scenario, START)

    def no_match(self, call: Call) -> str:
        """Why nothing answers the call, with the nearest stub."""
        nearest = self.nearest(call)
        return (
            f"no stub matches this call; nearest: {nearest}"
            if nearest
            else "no stub matches this call: none is declared"
        )

    def nearest(self, call: Call) -> str:
        """The stub that came nearest to the call and what kept it from answering; empty where there are none."""
        with self._lock:
            best = max(self._declared, key=lambda one: (one.stub.matcher.closeness(call), -one.number), default=None)
        if best is None:
            return ""
        reason = best.stub.matcher.explain(call)
        if reason:
            return f"{best} failed on {reason}"
        if best.is_exhausted:
            return f"{best} is used up: it answered {best.call_count} of {best.stub.times} calls"
        return f"{best} waits for the state {best.stub.state!r}; the state is {self.state(best.stub.scenario)!r}"

    def __iter__(self) -> Iterator[Declared]:
        return iter([*self._queue, *self._declared])

    def __len__(self) -> int:
        return len(self._queue) + len(self._declared)

    def __repr__(self) -> str:
        return f"<Stubs {', '.join(map(str, self)) or 'none'}>"

    def _chosen(self, call: Call) -> Declared | None:
        if self._queue:
            return self._queue.popleft()
        for one in self._declared:
            if not one.is_exhausted and self._is_in_state(one.stub) and one.stub.matcher.test(call):
                return one
        return None

    def _is_in_state(self, stub: Stub) -> bool:
        return stub.state is None or stub.state == self._states.get(stub.scenario, START)

    def _numbered(self, stub: Stub) -> Declared:
        self._count += 1
        return Declared(stub, self._count, self)


class When:
    """A stub of which only the calls it is for are known."""

    def __init__(self, book: Stubs, matcher: Matchable, *, state: str | None = None) -> None:
        self._book = book
        self._matcher = matcher
        self._state = state

    def reply(
        self,
        *answers: Answer,
        times: int | None = None,
        forever: bool = False,
        then: str | None = None,
        name: str = "",
        force: bool = False,
    ) -> Declared:
        """Declares what the calls are answered, in turn; the last answer repeats, unless `times` bounds the calls."""
        return self._book.add(
            stub(
                self._matcher,
                *answers,
                times=times,
                forever=forever,
                state=self._state,
                then=then,
                name=name,
                force=force,
            )
        )

    def __repr__(self) -> str:
        return f"when({self._matcher!r})"
