"""A case is plain data: what is written reads back as the same case, to the byte."""

import json

import pytest
from hypothesis import given, settings

from mockclaude.errors import SettingsError
from mockclaude.verify.asked import asking
from mockclaude.verify.case import APART, MANY, Case, Exact, case_of
from mockclaude.verify.properties import PROPERTIES
from mockclaude.verify.property import Client
from mockclaude.wire.interaction import Chunk

ABLE = Client(frozenset({"send", "stream", "agent", "cancel"}), skips_waits=True)


@pytest.mark.parametrize("one", PROPERTIES, ids=lambda one: one.id)
def test_every_case_of_a_property_reads_back_from_json(one: object) -> None:
    from mockclaude.verify.property import Property

    assert isinstance(one, Property)

    @settings(max_examples=10, database=None, deadline=None, derandomize=True)
    @given(one.cases(ABLE))
    def reads_back(case: Case) -> None:
        assert case_of(json.loads(json.dumps(case.data()))) == case

    reads_back()


def test_bytes_that_cut_a_character_are_kept() -> None:
    case = Case(asking("stream"), (Exact((b"\xc3", b"\xa9\n\n"), "reset"),), cuts=("utf8[0]",), together=True)
    assert case.data()["answers"] == [{"stream": [{"base64": "ww=="}, {"base64": "qQoK"}], "ending": "reset"}]
    assert case_of(case.data()) == case


def test_each_chunk_leaves_in_a_write_of_its_own() -> None:
    response = Exact((b"a", b"b"), "close").response(streamed=True)
    assert response.chunks == (Chunk(b"a"), Chunk(b"", APART), Chunk(b"b", APART))
    assert (response.streamed, response.ending) == (True, "close")
    many = Exact((b"a",) * (MANY + 1)).response(streamed=True)
    assert {chunk.at for chunk in many.chunks} == {0.0}, "so many are not waited for"


def test_who_asks_for_no_stream_gets_the_message() -> None:
    response = Exact((b"data: x",), "close", {"id": "msg_0"}).response(streamed=False)
    assert (response.body, response.streamed, response.ending) == (b'{"id":"msg_0"}', False, "complete")


def test_what_is_no_case_is_refused() -> None:
    with pytest.raises(SettingsError, match="this is no case of the client kit: KeyError"):
        case_of({"calls": [{}], "answers": []})


def test_a_case_is_shown_in_one_line() -> None:
    case = Case(asking("stream"), (Exact((b"ab", b"c"), "close"), {"text": "x" * 200}))
    shown = repr(case)
    assert shown.startswith("<Case stream {'model': 'claude-opus-5', ")
    assert "-> 3 bytes in 2 writes, close; {'text': 'xxx" in shown
    assert shown.endswith("… (212 characters)>")
