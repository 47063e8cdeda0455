"""A miss names the nearest recording, what differs, and a way out that helps."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockclaude.engine.player import Played
from mockclaude.record.essence import DIFFERENCES

from ..record.asked import HELLO, asked
from ..record.test_essence import PAIRS
from .recorded import answer, miss_of, player_of, recorded, said

RECORD = "record what is missing (--mode new_episodes)"


def test_it_names_the_nearest_and_the_first_differences() -> None:
    player = player_of([recorded(said(text), answer("ok")) for text in ("Hello", "How is the weather in Paris?")])
    assert miss_of(player.find(said("How is the weather in Rome?", max_tokens=50))) == (
        "no interaction of weather.json matches POST /v1/messages; nearest: #1 POST /v1/messages\n"
        "  max_tokens: recorded 100, asked 50\n"
        '  messages[0].content: recorded "Hello", asked "How is the weather in Rome?"\n'
        f"the way out: {RECORD}"
    )


def test_long_texts_are_shown_from_where_they_differ() -> None:
    player = player_of([recorded(said("word " * 1000 + "Paris is nice" + " etc." * 1000), answer("ok"))])
    text = miss_of(player.find(said("word " * 1000 + "Rome is nice" + " etc." * 1000)))
    assert '  messages[0].content: recorded "…word word word Paris is nice' in text
    assert 'asked "…word word word Rome is nice' in text
    assert len(text) < 500


@pytest.mark.parametrize("name", [name for name, one in DIFFERENCES.items() if not one.is_ignored])
def test_what_would_help_is_named_and_helps(name: str) -> None:
    one, two = PAIRS[name]
    interactions = [recorded(one, answer("ok"))]
    text = miss_of(player_of(interactions).find(two))
    assert f"ignore {name} (--ignore {name})" in text
    assert isinstance(player_of(interactions, ignore=(name,)).find(two), Played)


@settings(max_examples=40)
@given(st.sampled_from(sorted(PAIRS)), st.sampled_from(sorted(PAIRS)))
def test_every_way_out_that_is_named_leads_out(one: str, other: str) -> None:
    request, recording = PAIRS[one][1], PAIRS[other][0]
    found = player_of([recorded(recording, answer("ok"))]).find(request)
    if not isinstance(found, Played):
        for name in re.findall(r"--ignore ([\w-]+)", found.text):
            assert isinstance(player_of([recorded(recording, answer("ok"))], ignore=(name,)).find(request), Played)


def test_a_difference_that_was_made_to_count_can_be_ignored_again() -> None:
    one, two = PAIRS["cache-markers"]
    assert "--ignore cache-markers" in miss_of(
        player_of([recorded(one, answer("ok"))], match=("cache-markers",)).find(two)
    )


def test_keys_and_data_are_never_shown() -> None:
    def with_image(data: str, text: str) -> dict[str, object]:
        image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
        return {**HELLO, "messages": [{"role": "user", "content": [image, {"type": "text", "text": text}]}]}

    player = player_of([recorded(asked(with_image("iVBORw0KGgo" * 100, "one sk-ant-api03-hidden")), answer("ok"))])
    text = miss_of(
        player.find(asked(with_image("/9j/4AAQSkZ" * 100, "two sk-ant-api03-hidden"), path="/v1/sk-ant-api03-hidden"))
    )
    assert "source.data: recorded (1100 characters of data), asked (1100 characters of data)" in text
    assert "hidden" not in text
    assert "iVBORw0KGgo" not in text


def test_what_is_added_or_missing_is_told_shortly() -> None:
    tool = {"name": "get_weather", "input_schema": {"type": "object"}}
    player = player_of([recorded(asked(), answer("ok"))])
    text = miss_of(
        player.find(
            asked({**HELLO, "tools": [tool], "messages": [*HELLO["messages"], {"role": "assistant", "content": []}]})
        )
    )
    assert "  tools: recorded nothing, asked 1 items" in text
    assert '  messages[1]: recorded nothing, asked an object ("assistant")' in text


def test_many_differences_are_counted_and_few_told() -> None:
    tools = [{"name": f"tool_{place}", "input_schema": {"type": "object"}} for place in range(150)]
    others = [{**tool, "name": f"other_{place}"} for place, tool in enumerate(tools)]
    player = player_of([recorded(asked({**HELLO, "tools": tools}), answer("ok"))])
    text = miss_of(player.find(asked({**HELLO, "tools": others})))
    assert text.count("recorded ") == 4
    assert "and 96 or more further differences" in text
    assert "--ignore tools" in text


def test_an_empty_cassette_says_so() -> None:
    assert miss_of(player_of([]).find(asked())) == (
        "weather.json holds no interaction, so none answers POST /v1/messages; the way out: --mode new_episodes"
    )


def test_the_nearest_of_thousands_is_found_in_bounded_time() -> None:
    player = player_of([recorded(said(f"text {place}", max_tokens=place), answer("ok")) for place in range(2000)])
    assert "nearest: #1235 " in miss_of(player.find(said("other", max_tokens=1234)))
