"""Opens a cassette for playing, and for recording where its mode says so."""

from collections.abc import Callable, Iterable

from mockclaude.engine.player import Player
from mockclaude.engine.tape import CONDUCTS, ONCE, Conduct, Tape
from mockclaude.record.cassette import Cassette
from mockclaude.record.log import log_of
from mockclaude.record.recorder import Recorder
from mockclaude.wire.interaction import Interaction


def opened(tape: Tape, *, kept: Callable[[Interaction], None] | None = None) -> Player:
    """The player of a cassette, which is to be closed; raises `CassetteError`.

    `kept` is told of each interaction that is recorded, as it is kept: without its secrets.
    """
    conduct, redaction = conduct_of(tape), tape.redaction
    recorder = Recorder(tape.file, redaction=redaction, rewrite=conduct.rewrites) if conduct.records else None
    try:
        interactions = recorded(tape, conduct)
    except BaseException:
        if recorder is not None:
            recorder.close()
        raise

    def keep(interaction: Interaction) -> None:
        assert recorder is not None, "a mode that records has a recorder"
        if kept is None:
            recorder.append(interaction)
            return
        clean = redaction.interaction(interaction)
        recorder.append(clean)
        kept(clean)

    return Player(
        interactions,
        tape=tape,
        conduct=conduct,
        cleaned=redaction.request,
        keep=keep,
        end=None if recorder is None else lambda whole: recorder.close(whole=whole),
    )


def playing(interactions: Iterable[Interaction], tape: Tape) -> Player:
    """The player of interactions that are in hand; it never records."""
    return Player(interactions, tape=tape, conduct=CONDUCTS["none"], cleaned=tape.redaction.request)


def conduct_of(tape: Tape) -> Conduct:
    """What the mode does with what is on the disk."""
    if tape.record != "once":
        return CONDUCTS[tape.record]
    return ONCE["file" if tape.file.exists() else "log" if log_of(tape.file).exists() else "nothing"]


def recorded(tape: Tape, conduct: Conduct) -> tuple[Interaction, ...]:
    """The interactions that are to be played."""
    is_there = tape.file.exists() or log_of(tape.file).exists()
    if not conduct.replays or (conduct.records and not is_there):
        return ()
    return Cassette.load(tape.file).interactions
