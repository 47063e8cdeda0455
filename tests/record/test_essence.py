"""Two requests mean the same unless they differ in what counts."""

import gzip
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockclaude.errors import SettingsError
from mockclaude.record.essence import ALL, CONSTANT, DIFFERENCES, Matching
from mockclaude.strategies import requests
from mockclaude.wire.interaction import RawRequest

from .asked import HELLO, asked

USE = {"type": "tool_use", "name": "get_weather", "input": {"city": "Paris", "cache_control": "kept"}}
TURNS = [{"role": "user", "content": "Hello"}]
MARK = {"type": "ephemeral"}
BILLING = {"type": "text", "text": "x-anthropic-billing-header: cc_version=2.1.330; cch=1a2b3;"}
TERSE = {"type": "text", "text": "Be terse."}
WEATHER = {"name": "get_weather", "input_schema": {"type": "object"}}
CLOCK = {"name": "get_time", "input_schema": {"type": "object"}}


def loop(first: str, second: str) -> dict[str, Any]:
    """A conversation in which a tool was called twice, with these ids."""
    uses = [{**USE, "id": first}, {**USE, "id": second}]
    results = [{"type": "tool_result", "tool_use_id": one, "content": "18"} for one in (second, first)]
    turns = [*TURNS, {"role": "assistant", "content": uses}, {"role": "user", "content": results}]
    return {**HELLO, "messages": turns}


def texts(text: str) -> dict[str, Any]:
    return {**HELLO, "system": text, "messages": [{"role": "user", "content": [{"type": "text", "text": text}]}]}


PAIRS: dict[str, tuple[RawRequest, RawRequest]] = {
    "headers": (asked(user_agent="one"), asked(user_agent="two", x_stainless_retry_count="1")),
    "key-order": (asked(HELLO, query="a=1&b=2"), asked(dict(reversed(list(HELLO.items()))), query="b=2&a=1")),
    "defaults": (asked({**HELLO, "stream": False}), asked()),
    "volatile": (
        asked({**HELLO, "metadata": {"user_id": "one"}, "system": [BILLING, TERSE]}),
        asked({**HELLO, "metadata": {"user_id": "two"}, "system": [TERSE]}),
    ),
    "cache-markers": (
        asked({**HELLO, "system": [{**TERSE, "cache_control": MARK}], "tools": [{**WEATHER, "cache_control": MARK}]}),
        asked({**HELLO, "system": [TERSE], "tools": [WEATHER]}),
    ),
    "minted-ids": (asked(loop("toolu_01A", "toolu_01B")), asked(loop("call-1", "call-2"))),
    "added-tools": (asked({**HELLO, "tools": [WEATHER]}), asked({**HELLO, "tools": [WEATHER, CLOCK]})),
    "betas": (asked(anthropic_beta="files-api-2025-04-14"), asked()),
    "dates": (asked(texts("It is 2026-11-23.")), asked(texts("It is 2026-11-24T08:00:00Z."))),
    "max-tokens": (asked(), asked({**HELLO, "max_tokens": 7})),
    "metadata": (asked({**HELLO, "metadata": {"team": "a"}}), asked({**HELLO, "metadata": {"team": "b"}})),
    "model": (asked(), asked({**HELLO, "model": "claude-haiku-4-5"})),
    "query": (asked(query="beta=true"), asked()),
    "sampling": (asked({**HELLO, "temperature": 0.5}), asked({**HELLO, "top_p": 0.9})),
    "system": (asked({**HELLO, "system": "Be terse."}), asked({**HELLO, "system": "Be kind."})),
    "tools": (asked({**HELLO, "tools": [WEATHER]}), asked({**HELLO, "tools": [CLOCK]})),
    "version": (asked(), asked(anthropic_version="2026-10-21")),
}
"""For each difference two requests that differ in it alone."""


def test_every_difference_has_a_pair() -> None:
    assert set(PAIRS) == set(DIFFERENCES)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_counts_or_is_ignored_as_it_is_told(name: str) -> None:
    one, two = PAIRS[name]
    counting, ignoring = Matching(match=(name,)), Matching(ignore=(name,))
    assert str(counting.essence(one)) != str(counting.essence(two))
    assert str(ignoring.essence(one)) == str(ignoring.essence(two))
    by_default = Matching()
    assert (str(by_default.essence(one)) == str(by_default.essence(two))) == DIFFERENCES[name].is_ignored


@pytest.mark.parametrize(
    "other",
    [
        asked({**HELLO, "stream": True}),
        asked({**HELLO, "messages": [{"role": "user", "content": "Hullo"}]}),
        asked(path="/v1/messages/count_tokens"),
        asked()._replace(method="PUT"),
    ],
    ids=["stream", "messages", "path", "method"],
)
def test_what_was_asked_and_how_always_counts(other: RawRequest) -> None:
    ignoring = Matching(ignore=tuple(DIFFERENCES))
    assert ignoring.essence(asked()) != ignoring.essence(other)


def test_the_order_of_ids_counts_though_their_names_do_not() -> None:
    crossed = loop("toolu_01A", "toolu_01B")
    crossed["messages"][-1]["content"].reverse()
    assert Matching().essence(asked(loop("a", "b"))) != Matching().essence(asked(crossed))


def test_the_user_s_own_data_are_never_touched() -> None:
    essence: Any = Matching(ignore=("dates",)).essence(asked(loop("toolu_01A", "toolu_01B")))
    assert essence["body"]["messages"][1]["content"][0]["input"] == USE["input"]


def test_a_coded_body_means_what_it_unfolds_to() -> None:
    packed = asked(gzip.compress(orjson.dumps(HELLO)), content_encoding="gzip")
    assert Matching().essence(packed) == Matching().essence(asked())


def test_a_form_means_the_same_with_another_boundary() -> None:
    def form(boundary: str) -> RawRequest:
        data = f"--{boundary}\r\ncontent-disposition: form-data; name=file\r\n\r\nhi\r\n--{boundary}--\r\n".encode()
        return asked(data, path="/v1/files", content_type=f"multipart/form-data; boundary={boundary}")

    assert Matching().essence(form("one")) == Matching().essence(form("two"))
    assert Matching().essence(form("one")) != Matching().essence(asked(b"other", path="/v1/files"))


def test_credentials_never_are_part_of_it() -> None:
    request = asked(authorization="Bearer sk-ant-api03-second", cookie="session=1")
    assert "sk-ant" not in str(Matching(match=("headers",)).essence(request))
    assert "session" not in str(Matching(match=("headers",)).essence(request))


@settings(max_examples=25)
@given(requests(), st.randoms(use_true_random=False))
def test_a_request_means_the_same_with_its_keys_in_another_order(body: dict[str, Any], random: Any) -> None:
    keys = list(body)
    random.shuffle(keys)
    assert Matching().essence(asked({key: body[key] for key in keys})) == Matching().essence(asked(body))


@settings(max_examples=25)
@given(requests())
def test_what_is_ignored_makes_no_request_another(body: dict[str, Any]) -> None:
    twice = Matching().essence(asked(body))
    for difference in ALL:
        if difference.is_ignored:
            assert difference.without(twice) == twice


def test_an_unknown_difference_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="no difference is called 'cache-marker'; did you mean 'cache-markers'"):
        Matching(ignore=("cache-marker",))
    with pytest.raises(SettingsError, match="model cannot both count and be ignored"):
        Matching(match=("model",), ignore=("model",))


@pytest.mark.parametrize("name", CONSTANT)
def test_what_always_counts_cannot_be_ignored(name: str) -> None:
    with pytest.raises(SettingsError, match=f"'{name}' always counts: "):
        Matching(ignore=(name,))
