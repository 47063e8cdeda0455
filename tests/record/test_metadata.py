"""A cassette says when, by which clients, of which models and versions it was recorded."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mockclaude import __version__
from mockclaude.clock import EPOCH
from mockclaude.record.metadata import Metadata, client_of, data_of_metadata, metadata_from, metadata_of
from mockclaude.record.text import parsed, pretty
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

from .samples import INTERACTIONS

NAMES = st.lists(st.text(min_size=1), max_size=3).map(lambda names: tuple(sorted(set(names))))
METADATA = st.builds(
    Metadata, st.none() | st.datetimes(timezones=st.just(EPOCH.tzinfo)), st.just("1"), NAMES, NAMES, NAMES
)


@given(METADATA)
def test_it_is_the_same_when_read_back(metadata: Metadata) -> None:
    data = parsed(pretty(data_of_metadata(metadata)))
    assert isinstance(data, dict)
    assert metadata_from(data) == metadata


@given(st.lists(INTERACTIONS, max_size=4), st.integers(0, 4))
def test_parts_say_together_what_the_whole_says(interactions: list[Interaction], place: int) -> None:
    first, rest = metadata_of(interactions[:place]), metadata_of(interactions[place:])
    assert first | rest == metadata_of(interactions)


def test_what_is_seen_in_requests_and_answers() -> None:
    def seen(agent: str, asked: bytes, answered: bytes, version: str, late: int) -> Interaction:
        request = RawRequest("POST", "/", Headers({"user-agent": agent, "anthropic-version": version}), asked)
        return Interaction(request, EPOCH + timedelta(late), response=RawResponse(200, (), (Chunk(answered),)))

    assert metadata_of(
        [
            seen("Anthropic/Go 1.16.0", b'{"model":"b"}', b'data: {"message":{"model":"b-1"}}', "2023-06-01", 2),
            seen("claude-cli/2.1 (external, cli)", b'{"model":5}', b"", "2026-10-21", 1),
            seen("", b"[", b'{"model": "a"}', "2023-06-01", 0),
        ]
    ) == Metadata(
        EPOCH + timedelta(2),
        __version__,
        ("Anthropic/Go 1.16.0", "claude-cli/2.1"),
        ("a", "b", "b-1"),
        ("2023-06-01", "2026-10-21"),
    )
    assert client_of({}) is None
