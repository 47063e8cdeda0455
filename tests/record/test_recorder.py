"""A recorder has its cassette for itself, writes at once and keeps what was there."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from mockclaude import CassetteError
from mockclaude.record import recorder as module
from mockclaude.record.cassette import Cassette
from mockclaude.record.disk import lock
from mockclaude.record.log import Log, log_of
from mockclaude.record.media import Media
from mockclaude.record.recorder import Recorder
from mockclaude.record.redaction import DEFAULT
from mockclaude.wire.interaction import Headers, RawRequest

from .samples import plain
from .test_cassette import IMAGE, exchange


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "story.json"


def ids(path: Path) -> list[str]:
    return [each.request_id for each in Cassette.load(path)]


def record(path: Path, *numbers: int, rewrite: bool = False) -> None:
    with Recorder(path, rewrite=rewrite) as recorder:
        recorder.extend([exchange(number) for number in numbers])


def abandoned(path: Path, *numbers: int) -> None:
    """What a killed recorder leaves behind."""
    recorder = Recorder(path)
    recorder.extend([exchange(number) for number in numbers])
    assert recorder._log is not None
    recorder._log.close(remove=False)


def test_what_was_recorded_can_be_read_before_the_recorder_is_closed(path: Path) -> None:
    with Recorder(path) as recorder:
        recorder.append(exchange(1))
        assert ids(path) == ["req_1"]
        recorder.append(exchange(2))
        assert ids(path) == ["req_1", "req_2"]
        assert repr(recorder) == f"<Recorder {path} interactions=2>"
        assert not path.exists()
    assert ids(path) == ["req_1", "req_2"]
    assert [each.name for each in path.parent.iterdir()] == ["story.json"]


def test_earlier_interactions_stay_unless_it_rewrites(path: Path) -> None:
    record(path, 1)
    record(path, 2)
    assert ids(path) == ["req_1", "req_2"]
    record(path, 3, rewrite=True)
    assert ids(path) == ["req_3"]


def test_nothing_new_changes_nothing(path: Path) -> None:
    record(path)
    assert not path.exists()
    record(path, 1)
    before = path.stat()
    record(path)
    record(path, rewrite=True)
    assert path.stat() == before


def test_a_rewrite_that_fails_keeps_what_was_there(path: Path) -> None:
    record(path, 1)
    recorder = Recorder(path, rewrite=True)
    recorder.append(exchange(2))
    recorder.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
    assert ids(path) == ["req_1", "req_2"]


def test_a_rewrite_forgets_the_media_that_nothing_names(path: Path) -> None:
    with Recorder(path) as recorder:
        recorder.append(exchange(1, image=IMAGE))
    folder = Media(path).folder
    (folder / "notes.txt").write_text("mine")
    with Recorder(path, rewrite=True) as recorder:
        recorder.append(exchange(2, image={**IMAGE, "data": "A" * 2000}))
    assert len(list(Media(path).files())) == 1
    assert (folder / "notes.txt").exists()
    (folder / "notes.txt").unlink()
    record(path, 3, rewrite=True)
    assert not folder.exists()


def test_a_second_recorder_is_refused_and_told_who_records(path: Path) -> None:
    with Recorder(path) as first:
        with pytest.raises(CassetteError, match=rf"story.json is being recorded by process {os.getpid()}; only one"):
            Recorder(path)
        first.append(exchange(1))
    record(path, 2)
    assert ids(path) == ["req_1", "req_2"]


def test_a_log_that_was_removed_before_it_was_locked_is_not_written(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another recorder may close between the opening of its log and the lock on it."""
    taken: list[BinaryIO] = []

    def late(file: BinaryIO) -> bool:
        if not taken:
            log_of(path).unlink()
        taken.append(file)
        return lock(file)

    monkeypatch.setattr("mockclaude.record.log.lock", late)
    with Recorder(path) as recorder:
        recorder.append(exchange(1))
        assert ids(path) == ["req_1"]
        assert len(taken) == 2


def test_a_folder_that_cannot_be_written_is_named(path: Path, tmp_path: Path) -> None:
    path.parent.write_text("no folder")
    with pytest.raises(
        CassetteError, match=r"story.json cannot be recorded: (?:File exists|Not a directory): .*folder"
    ):
        Recorder(path)


def test_paths_may_be_text(path: Path) -> None:
    with Recorder(str(path)) as recorder:
        recorder.append(exchange(1))
    assert len(Cassette.load(str(path))) == 1


def test_a_closed_recorder_says_so(path: Path) -> None:
    recorder = Recorder(path)
    recorder.close()
    recorder.close()
    with pytest.raises(CassetteError, match=r"the recorder of .*story.json is closed; open another"):
        recorder.append(exchange(1))


def test_threads_may_record_together(path: Path) -> None:
    with Recorder(path) as recorder, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: recorder.append(exchange(number)), range(20)))
    assert sorted(ids(path)) == sorted(f"req_{number}" for number in range(20))


def test_what_a_killed_recorder_left_is_read_and_taken_over(path: Path) -> None:
    record(path, 1)
    abandoned(path, 2, 3)
    assert ids(path) == ["req_1", "req_2", "req_3"]
    abandoned(path, 4)
    assert ids(path) == ["req_1", "req_2", "req_3", "req_4"]
    record(path)
    assert ids(path) == ["req_1", "req_2", "req_3", "req_4"]
    assert not log_of(path).exists()


def test_a_line_that_was_being_written_does_not_count(path: Path) -> None:
    abandoned(path, 1)
    with log_of(path).open("ab") as log:
        log.write(b'{"began":"2026-11-23T12:00:00Z","requ')
    assert ids(path) == ["req_1"]
    record(path, 2)
    assert ids(path) == ["req_1", "req_2"]


def test_a_broken_line_in_a_log_is_told_and_nothing_is_touched(path: Path) -> None:
    abandoned(path, 1, 2)
    lines = log_of(path).read_bytes().splitlines(keepends=True)
    log_of(path).write_bytes(b"".join([lines[0], b"{]\n", *lines[2:]]))
    before = log_of(path).read_bytes()
    for attempt in (Cassette.load, Recorder):
        with pytest.raises(CassetteError, match=r"story.json.log:2: this line of a recording's log is broken"):
            attempt(path)
    assert log_of(path).read_bytes() == before


def test_a_log_of_a_later_format_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    log_of(path).write_bytes(b'{"mockclaude_cassette_log":2,"pid":1}\n')
    with pytest.raises(CassetteError, match="is of format 2; this mockclaude reads 1: use a newer one"):
        Recorder(path)
    with pytest.raises(CassetteError, match="is of format 2"):
        Cassette.load(path)


def test_a_broken_cassette_is_not_recorded_over(path: Path) -> None:
    record(path, 1)
    path.write_text("{}")
    with pytest.raises(CassetteError, match="is no cassette"):
        Recorder(path)
    assert path.read_text() == "{}"
    assert [each.name for each in path.parent.iterdir()] == ["story.json"]


def test_between_replacing_the_cassette_and_removing_the_log_nothing_counts_twice(path: Path) -> None:
    abandoned(path, 1)
    log = log_of(path).read_bytes()
    recorder = Recorder(path)
    recorder.append(exchange(2))
    announced: list[bytes] = []

    class Watched(Log):
        def close(self, *, remove: bool) -> None:
            announced.append(log_of(path).read_bytes())
            super().close(remove=remove)

    assert recorder._log is not None
    recorder._log.__class__ = Watched
    recorder.close()
    assert announced[0].startswith(log)
    log_of(path).write_bytes(announced[0])  # as if the process had been killed before it removed the log
    assert ids(path) == ["req_1", "req_2"]
    abandoned(path, 3)
    assert ids(path) == ["req_1", "req_2", "req_3"]
    record(path, 4)
    assert ids(path) == ["req_1", "req_2", "req_3", "req_4"]


def test_a_disk_that_is_full_loses_only_what_it_has_no_room_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Recorder(path) as recorder:
        recorder.append(exchange(1))

        def full(descriptor: int, data: memoryview) -> int:
            written: int = write(descriptor, data[:10])
            if len(data) > 10:
                raise OSError(28, "No space left on device")
            return written

        write = os.write
        with monkeypatch.context() as patched:
            patched.setattr("mockclaude.record.log.os.write", full)
            with pytest.raises(CassetteError, match="cannot be written: No space left"):
                recorder.append(exchange(2))
        recorder.append(exchange(3))
    assert ids(path) == ["req_1", "req_3"]


def test_a_cassette_that_cannot_be_replaced_keeps_its_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(path)
    recorder.append(exchange(1))
    with monkeypatch.context() as patched:
        patched.setattr(module, "replace_file", _full)
        with pytest.raises(CassetteError, match=r"story.json cannot be written: No space left on device; .* kept in"):
            recorder.close()
    assert ids(path) == ["req_1"]
    record(path, 2)
    assert ids(path) == ["req_1", "req_2"]


def _full(path: Path, data: bytes) -> None:
    raise OSError(28, "No space left on device")


def test_no_secret_is_written_anywhere(path: Path) -> None:
    own = DEFAULT.also(patterns=["tiger7"])
    interaction = exchange(1, password="hunter2", text="my tiger7")
    interaction.request = RawRequest(
        "POST", "/v1/tiger7", Headers({"x-api-key": "hunter2"}), interaction.request.body, "key=tiger7"
    )
    with Recorder(path, redaction=own) as recorder:
        recorder.append(interaction)
        written = log_of(path).read_bytes()
    written += path.read_bytes()
    assert not any(secret in written for secret in (b"tiger7", b"hunter2"))
    assert plain(Cassette.load(path).interactions[0]) == plain(own.interaction(interaction))
