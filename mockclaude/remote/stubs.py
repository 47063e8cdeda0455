"""Stubs of a server in another process."""

from typing import cast

from mockclaude.engine.data import data_of_stub
from mockclaude.engine.matcher import Matchable
from mockclaude.engine.say import Sayable
from mockclaude.engine.stub import stub
from mockclaude.remote.line import Line
from mockclaude.wire.body import JsonObject


class RemoteWhen:
    """A stub of which only the calls it is for are known."""

    def __init__(self, line: Line, matcher: Matchable, *, state: str | None = None) -> None:
        self._line = line
        self._matcher = matcher
        self._state = state

    def reply(
        self,
        *answers: Sayable,
        times: int | None = None,
        forever: bool = False,
        then: str | None = None,
        name: str = "",
        force: bool = False,
    ) -> "RemoteStub":
        """Declares what the calls are answered, in turn; the last answer repeats, unless `times` bounds the calls."""
        made = stub(
            self._matcher,
            *answers,
            times=times,
            forever=forever,
            state=self._state,
            then=then,
            name=name,
            force=force,
        )
        [declared] = stubs_of(self._line, self._line.ask("POST", "/stubs", data_of_stub(made)))
        return declared

    def __repr__(self) -> str:
        return f"when({self._matcher!r})"


class RemoteStub:
    """A stub that a server has declared: its number there, and how often it has answered by now."""

    def __init__(self, line: Line, view: JsonObject) -> None:
        self._line = line
        self.number = cast("int", view["id"])
        self.label = cast("str", view["label"])

    @property
    def call_count(self) -> int:
        """How often it has answered; raises `ScriptError` when it was taken out."""
        return cast("int", self._view()["call_count"])

    @property
    def is_exhausted(self) -> bool:
        """Whether it has given all answers it may give."""
        return self._view()["is_exhausted"] is True

    def remove(self) -> None:
        """Takes the stub out."""
        self._line.ask("DELETE", f"/stubs/{self.number}")

    def __str__(self) -> str:
        return self.label

    def __repr__(self) -> str:
        return f"<{self}>"

    def _view(self) -> JsonObject:
        return self._line.ask("GET", f"/stubs/{self.number}")


def stubs_of(line: Line, answer: JsonObject) -> list[RemoteStub]:
    """The stubs that an answer tells of."""
    return [RemoteStub(line, view) for view in cast("list[JsonObject]", answer["stubs"])]
