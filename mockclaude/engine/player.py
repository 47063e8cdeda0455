"""Plays the interactions of a cassette: finds the one that a request means, each in its turn.

Only what was recorded before plays: what a session records for itself is asked upstream each time, so that requests
which repeat get a recording each.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Condition, Lock, get_ident
from typing import Final, NamedTuple, cast

from mockclaude.engine.index import Index
from mockclaude.engine.tape import Conduct, Tape
from mockclaude.errors import CassetteError
from mockclaude.wire.interaction import Interaction, RawRequest, RawResponse

PATIENCE: Final = 5.0
"""Seconds that a record waits for the answers that are under way when it is closed."""


class Miss(NamedTuple):
    """No recording answers a request; the text says why, what came nearest, and the way out."""

    text: str


class Played(NamedTuple):
    """The recording that answers a request, its place in the cassette from 1, and its response at the wanted times."""

    number: int
    interaction: Interaction
    response: RawResponse


class Player:
    """The interactions of one cassette for one world; may be asked by several threads at once.

    `cleaned` takes the secrets out of a request, as they were taken out of the recorded ones. `keep` records one,
    and `end` closes the record, told whether it is whole; both are shared by all players of the cassette.
    """

    def __init__(
        self,
        interactions: Iterable[Interaction],
        *,
        tape: Tape,
        conduct: Conduct,
        cleaned: Callable[[RawRequest], RawRequest],
        keep: Callable[[Interaction], None] | None = None,
        end: Callable[[bool], None] | None = None,
        index: Index | None = None,
        under_way: "UnderWay | None" = None,
    ) -> None:
        self.tape = tape
        self.conduct = conduct
        self._keep = keep
        self._end = end
        self._under_way = under_way or UnderWay()
        self.index = index or Index(tuple(interactions), tape.matching)
        self._cleaned = cleaned
        self._lock = Lock()
        self.counts = [0] * len(self.index.interactions)

    def again(self) -> "Player":
        """Another player of the same cassette, at its beginning."""
        return Player(
            (),
            tape=self.tape,
            conduct=self.conduct,
            cleaned=self._cleaned,
            keep=self._keep,
            end=self._end,
            index=self.index,
            under_way=self._under_way,
        )

    def rewind(self) -> None:
        """Lets every recording be played anew."""
        with self._lock:
            self.counts = [0] * len(self.counts)

    def find(self, request: RawRequest) -> Played | Miss:
        """The next recording of this request, or why there is none."""
        request = self._cleaned(request)
        asked = self.index.matching.essence(request)
        places = self.index.places(asked, request)
        with self._lock:
            place = next((place for place in places if not self.counts[place]), None)
            if place is None and places and self.tape.repeat == "last":
                place = places[-1]
            if place is not None:
                self.counts[place] += 1
        if place is None:
            from mockclaude.engine.miss import missed  # only a miss pays for its explanation

            return Miss(missed(asked, request, self.index, played=places, tape=self.tape))
        interaction = self.index.interactions[place]
        return Played(place + 1, interaction, timed(cast("RawResponse", interaction.response), self.tape.scale))

    @contextmanager
    def recording(self) -> Iterator[None]:
        """While an answer is on its way that is to be kept: `close` waits for it, for a while."""
        under_way = self._under_way
        with under_way.changed:
            under_way.count += 1
            under_way.thread = get_ident()
        try:
            yield
        finally:
            with under_way.changed:
                under_way.count -= 1
                under_way.changed.notify_all()

    def keep(self, interaction: Interaction) -> None:
        """Records an interaction; safe when this returns. Raises `CassetteError` where it is lost."""
        assert self._keep is not None, "a mode that records has a recorder"
        try:
            self._keep(interaction)
        except CassetteError:
            with self._under_way.changed:
                self._under_way.lost += 1
            raise

    @property
    def lost(self) -> int:
        """How many interactions could not be recorded, by any player of the cassette."""
        return self._under_way.lost

    def close(self, *, whole: bool = True) -> None:
        """Closes the record, if there is one, when the answers that are under way have been kept.

        Unless it is `whole`, a record that was to take the place of an earlier one stands behind that.
        """
        if self._end is None:
            return
        under_way = self._under_way
        with under_way.changed:
            if under_way.thread != get_ident():  # else they wait for this
                under_way.changed.wait_for(lambda: not under_way.count, timeout=PATIENCE)
        self._end(whole and not self.lost)

    @property
    def unplayed(self) -> list[int]:
        """The numbers of the interactions that were not asked for, from 1."""
        return [place + 1 for place, count in enumerate(self.counts) if not count]

    def __len__(self) -> int:
        return len(self.index.interactions)

    def __repr__(self) -> str:
        played = sum(map(bool, self.counts))
        return f"<Player {self.tape.file} {self.tape.record} interactions={len(self)} played={played}>"


class UnderWay:
    """How many answers are being recorded, the thread that does it, and how many were lost."""

    def __init__(self) -> None:
        self.changed = Condition()
        self.count = 0
        self.thread = 0
        self.lost = 0


def timed(response: RawResponse, scale: float) -> RawResponse:
    """The response with the times of its chunks multiplied."""
    if scale == 1:
        return response
    chunks = tuple([chunk._replace(at=chunk.at * scale) for chunk in response.chunks])
    return response._replace(chunks=chunks)
