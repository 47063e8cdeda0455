"""Content codings are undone piece by piece, each piece at its time; what cannot be undone says why."""

import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.record.uncoded import Unreadable, uncoded
from mockclaude.wire.interaction import Chunk


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:3]) + gzip.compress(data[3:]),
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "identity": lambda data: data,
    "gzip, deflate": lambda data: zlib.compress(gzip.compress(data)),
}


def cut(data: bytes, places: list[int]) -> tuple[Chunk, ...]:
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return tuple([Chunk(data[start:end], float(number)) for number, (start, end) in enumerate(pairwise(ends))])


@pytest.mark.parametrize("coding", CODERS)
@given(body=st.binary(min_size=1), places=st.lists(st.integers(0, 99), max_size=5))
def test_a_coding_is_undone_wherever_the_chunks_are_cut(coding: str, body: bytes, places: list[int]) -> None:
    chunks = cut(CODERS[coding](body), places)
    plain = uncoded(chunks, coding)
    assert b"".join([chunk.data for chunk in plain]) == body
    assert [chunk.at for chunk in plain] == [chunk.at for chunk in chunks]


@pytest.mark.parametrize(("coding", "library"), [("br", "brotli"), ("zstd", "zstandard")])
def test_the_codings_of_libraries_are_undone_where_there_is_one(coding: str, library: str) -> None:
    module = pytest.importorskip(library, reason=f"{library} is not installed")
    body = b"event: ping\ndata: {}\n\n" * 50
    packed = module.compress(body)
    assert b"".join([chunk.data for chunk in uncoded(cut(packed, [5, 9]), coding)]) == body
    with pytest.raises(Unreadable, match=f"the body is not in '{coding}', although it says so"):
        uncoded((Chunk(packed[:4] + b"\xff" * 20),), coding)


@pytest.mark.parametrize("coding", ["br", "zstd"])
def test_without_a_library_the_way_out_is_told(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr("mockclaude.record.uncoded.import_module", missing)
    with pytest.raises(Unreadable, match=rf"'{coding}' cannot be undone here; install mockclaude\[codings\], or ask"):
        uncoded((Chunk(b"\x28\xb5\x2f\xfd\xff"),), coding)


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "lzw"])
def test_what_was_decoded_before_stays(coding: str) -> None:
    chunks = (Chunk(b'{"a":'), Chunk("\u00e9}".encode(), 1.0))
    assert uncoded(chunks, coding) == chunks


def test_a_body_that_breaks_off_gives_what_can_be_read() -> None:
    packed = gzip.compress(b"a" * 1000 + bytes(range(256)))
    [plain] = uncoded((Chunk(packed[:-20]),), "gzip")
    assert plain.data.startswith(b"a" * 1000)


@pytest.mark.parametrize(
    ("body", "coding", "told"),
    [
        (b"\x1f\x8b\x07" + bytes(20), "gzip", "the body is not in 'gzip'"),
        (b"\xff" * 20, "deflate", "the body is not in 'deflate'"),
        (b"\xff", "lzw", "the content-encoding 'lzw' is not known"),
        (gzip.compress(bytes(10_001), 1), "gzip", "a body in 'gzip' unfolds to more than 10000 bytes"),
    ],
    ids=["gzip", "deflate", "lzw", "bomb"],
)
def test_what_cannot_be_undone_says_why(body: bytes, coding: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockclaude.record.uncoded.LARGEST", 10_000)
    with pytest.raises(Unreadable, match=told):
        uncoded((Chunk(body),), coding)
