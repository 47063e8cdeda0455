"""Recordings answer the requests they were made of, each in its turn."""

import threading
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine.player import Player
from mockclaude.wire.interaction import Chunk, Interaction

from ..record.asked import HELLO, asked
from .recorded import answer, body_of, miss_of, player_of, recorded, said

TOOL = {"name": "get_weather", "input_schema": {"type": "object"}}
OTHER = {"name": "get_time", "input_schema": {"type": "object"}}


@given(st.lists(st.sampled_from("abc"), max_size=12), st.randoms(use_true_random=False))
def test_every_request_gets_its_own_answers_in_their_order(texts: list[str], random) -> None:
    interactions = [recorded(said(text), answer(f"{text}{place}")) for place, text in enumerate(texts)]
    player = player_of(interactions)
    order = texts.copy()
    random.shuffle(order)
    found = [body_of(player.find(said(text))) for text in order]
    for text in "abc":
        expected = [f"{text}{place}" for place, one in enumerate(texts) if one == text]
        assert [one for one in found if one.startswith(text)] == expected
    assert player.unplayed == []
    for text in "abc":
        assert miss_of(player.find(said(text)))


def test_a_request_that_comes_once_more_is_a_miss_unless_the_last_answer_repeats() -> None:
    interactions = [recorded(said("a"), answer(text)) for text in ("one", "two")]
    strict, lenient = player_of(interactions), player_of(interactions, repeat="last")
    for player in (strict, lenient):
        assert [body_of(player.find(said("a"))) for _ in range(2)] == ["one", "two"]
    assert miss_of(strict.find(said("a"))) == (
        "POST /v1/messages is asked once more than weather.json has recorded it: #1, #2 match and were all"
        " played; the way out: repeat the last answer (--repeat last), or record what is missing (--mode new_episodes)"
    )
    assert [body_of(lenient.find(said("a"))) for _ in range(3)] == ["two"] * 3


def test_parallel_requests_get_every_recording_once() -> None:
    player = player_of([recorded(said("a"), answer(str(place))) for place in range(200)])
    found: list[str] = []

    def ask() -> None:
        found.extend([body_of(player.find(said("a"))) for _ in range(50)])

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(found) == Counter([str(place) for place in range(200)])


def test_each_world_begins_at_the_beginning() -> None:
    player = player_of([recorded(said("a"), answer("one"))])
    other = player.again()
    assert [body_of(one.find(said("a"))) for one in (player, other)] == ["one", "one"]
    player.rewind()
    assert body_of(player.find(said("a"))) == "one"
    assert (player.unplayed, other.unplayed, player.again().unplayed) == ([], [], [1])


def test_secrets_are_taken_out_before_requests_are_compared() -> None:
    player = player_of([recorded(said("my key is [redacted]"), answer("ok"))])
    assert body_of(player.find(said("my key is sk-ant-api03-another"))) == "ok"


@pytest.mark.parametrize("scale", [0.0, 1.0, 0.5])
def test_recorded_times_are_scaled(scale: float) -> None:
    response = answer("")._replace(chunks=(Chunk(b"a", 0.2), Chunk(b"b", 0.4)))
    player = player_of([recorded(said("a"), response)], timing="none" if not scale else f"x{scale}")
    found = player.find(said("a"))
    assert not isinstance(found, str)
    assert body_of(found) == "ab"
    assert [chunk.at for chunk in found.response.chunks] == [0.2 * scale, 0.4 * scale]  # type: ignore[union-attr]


def test_a_recording_that_lost_its_headers_answers_any_version() -> None:
    bare = asked()._replace(headers={"content-type": "application/json"})
    player = player_of([recorded(bare, answer("bare")), recorded(asked(), answer("whole"))])
    found = [body_of(player.find(request)) for request in (asked(anthropic_version="2026-10-21"), asked())]
    assert found == ["bare", "whole"]


def test_a_refused_request_without_a_version_is_no_such_recording() -> None:
    bare = asked()._replace(headers={})
    player = player_of([recorded(bare, answer("version: header is required", status=400))])
    assert miss_of(player.find(asked()))
    assert body_of(player.find(bare)) == "version: header is required"


def test_added_tools_may_be_ignored_but_none_may_be_missing() -> None:
    interactions = [recorded(asked({**HELLO, "tools": [TOOL]}), answer("ok"))]
    assert miss_of(player_of(interactions).find(asked({**HELLO, "tools": [TOOL, OTHER]})))
    player = player_of(interactions, ignore=("added-tools",), repeat="last")
    assert body_of(player.find(asked({**HELLO, "tools": [OTHER, TOOL]}))) == "ok"
    assert miss_of(player.find(asked({**HELLO, "tools": [OTHER]})))
    assert miss_of(player.find(asked()))


def test_what_was_never_answered_answers_nothing() -> None:
    assert miss_of(player_of([Interaction(asked(), recorded(asked(), None).began)]).find(asked()))


def test_it_shows_how_far_it_is() -> None:
    player: Player = player_of([recorded(said("a"), answer("one")), recorded(said("b"), answer("two"))])
    player.find(said("b"))
    assert repr(player) == "<Player weather.json none interactions=2 played=1>"
    assert (len(player), player.unplayed) == (2, [1])
