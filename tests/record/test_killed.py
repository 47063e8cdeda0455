"""A recorder that is killed at any moment loses no interaction that it has said to be finished."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from mockclaude.record.cassette import Cassette
from mockclaude.record.log import log_of
from mockclaude.record.recorder import Recorder
from mockclaude.wire.interaction import Interaction

from .samples import plain
from .test_cassette import IMAGE, exchange

PARENT = """
import os, sys
from pathlib import Path
from mockclaude.record.recorder import Recorder
from tests.record.test_killed import numbered

forked = []
for line in sys.stdin:
    for child in forked:
        os.waitpid(child, 0)
    forked.clear()
    path, first, last = line.split()
    child = os.fork()
    if child == 0:
        print("pid", os.getpid(), flush=True)
        with Recorder(Path(path)) as recorder:
            for number in range(int(first), int(last)):
                recorder.append(numbered(number))
                print("finished", number, flush=True)
        print("closed", 0, flush=True)
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # its id stays its own until the next line
    print("gone", 0, flush=True)
    forked.append(child)
"""
"""Forks a recorder for each line: interpreters take long to start."""
ROOT = Path(__file__).parent.parent.parent
EACH = 5
MANY = 12
"""Rounds on one cassette, so that it grows but does not take long to read."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork, nor kill with SIGKILL")


def numbered(number: int) -> Interaction:
    """The interaction of a number: small or large, with an image or without."""
    image = {"image": {**IMAGE, "data": "iVBORw0K" * (200 + number % 7)}} if number % 3 == 0 else {}
    return exchange(number, text="x" * (number * 7919 % 60_000), **image)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """In memory where that is possible: who is killed loses nothing that the system holds, and disks may be slow."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as made:
        yield Path(made)


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe, text=True, cwd=ROOT) as process:
        yield process
        process.stdin.close()  # type: ignore[union-attr]


def recorded_until_killed(
    parent: subprocess.Popen[str], path: Path, first: int, random: Random
) -> tuple[list[int], bool]:
    """Numbers that a recorder finished before it was killed at a random moment; whether it came to its end before."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(f"{path} {first} {first + EACH}\n")
    parent.stdin.flush()
    finished: list[int] = []
    stop = random.choice([EACH, random.randrange(EACH)])  # half of them while it closes
    pid, ended = 0, False
    for line in parent.stdout:
        word, number = line.split()
        if word == "gone":
            break
        if word == "pid":
            pid = int(number)
        elif word == "closed":
            ended = True
        else:
            finished.append(int(number))
        if len(finished) == stop:
            for _ in range(random.randrange(40_000)):
                pass  # so that it is killed in the middle of what it does next
            os.kill(pid, signal.SIGKILL)
            stop = -1
    return finished, ended


def numbers_in(path: Path) -> list[int]:
    """The numbers of what a cassette holds, each of which is compared with what was recorded."""
    numbers = []
    for interaction in Cassette.load(path):
        numbers.append(int(interaction.request_id.removeprefix("req_")))
        assert plain(interaction) == plain(numbered(numbers[-1]))
    return numbers


@pytest.mark.parametrize("times", [10, pytest.param(50, marks=pytest.mark.slow)])
def test_however_often_it_is_killed_every_finished_interaction_is_whole(
    folder: Path, parent: subprocess.Popen[str], times: int
) -> None:
    random = Random(4)
    killed = rounds = 0
    finished: set[int] = set()
    while killed < times:
        path = folder / f"{rounds // MANY}.json"
        if rounds % MANY == 0:
            finished.clear()
        numbers, ended = recorded_until_killed(parent, path, rounds * EACH, random)
        finished.update(numbers)
        rounds += 1
        killed += not ended
        assert rounds < 4 * times, f"killed only {killed} times"
        if finished:
            found = numbers_in(path)
            assert found == sorted(set(found)), "each once, in its order"
            assert finished <= set(found)
        if rounds % MANY == 0:
            Recorder(path).close()
            assert not log_of(path).exists()
            assert set(numbers_in(path)) >= finished
