"""The client without an SDK takes what the API says, passes over what a later one adds, and never asks again."""

from typing import Any

import pytest

from mockclaude.verify import Outcome, playing
from mockclaude.verify.adapters.gateway import gateway_adapter
from mockclaude.verify.adapters.plain import PlainClient
from mockclaude.verify.asked import question
from mockclaude.wire.body import Json
from mockclaude.wire.stream import StreamFault


async def asked(answer: dict[str, Json], form: str, client: PlainClient | None = None) -> Outcome:
    client = client or PlainClient()
    with playing([answer, {"text": "again"}]) as server:
        try:
            outcome: Any = await getattr(client, form)(server, question())
        finally:
            await client.close()
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize("form", ["send", "stream"])
async def test_a_message_is_whole_in_both_forms(form: str) -> None:
    outcome = await asked({"content": ["Hi ", {"type": "tool_use", "name": "f", "input": {"a": [1]}}]}, form)
    assert outcome.message is not None
    content: Any = outcome.message["content"]
    assert [(block["type"], block.get("text"), block.get("input")) for block in content] == [
        ("text", "Hi ", None),
        ("tool_use", None, {"a": [1]}),
    ]
    assert outcome.deltas is None if form == "send" else "".join(outcome.deltas or ()) == "Hi "


@pytest.mark.parametrize("what", ["event", "delta"])
async def test_it_passes_over_what_it_does_not_know(what: str) -> None:
    assert (await asked({"text": "Hi", "fault": {"kind": "unknown", "what": what}}, "stream")).said == "Hi"


@pytest.mark.parametrize("form", ["send", "stream"])
async def test_a_refusal_is_shown_with_all_that_it_says(form: str) -> None:
    error = (await asked({"error": {"status": 529}}, form)).error
    assert error is not None
    assert (error.status, error.type, error.message) == (529, "overloaded_error", "Overloaded")
    assert str(error.request_id).startswith("req_")


async def test_a_page_of_a_proxy_is_shown_as_it_is() -> None:
    error = (await asked({"fault": "bad_gateway"}, "stream")).error
    assert error is not None
    assert (error.status, error.type) == (502, None)
    assert "502 Bad Gateway" in error.message


async def test_an_error_inside_a_stream_is_an_error() -> None:
    error = (await asked({"text": "Hi", "fault": "overloaded_mid_stream"}, "stream")).error
    assert error is not None
    assert (error.status, error.type) == (None, "overloaded_error")


async def test_a_stream_that_breaks_off_is_no_message() -> None:
    with pytest.raises(
        StreamFault, match="the stream ended after 6 events; expected 'message_delta' or 'message_stop'"
    ):
        await asked({"text": "Hi", "fault": "no_message_stop"}, "stream")


async def test_a_gateway_is_started_once_and_asked_in_place_of_the_api() -> None:
    started: list[str] = []

    def start(api: str) -> str:
        started.append(api)
        return f"{api}/"

    client = gateway_adapter(start)
    with playing([{"text": "Hi"}]) as server:
        assert [(await client.send(server, question())).said for _ in range(2)] == ["Hi", "Hi"]
        await client.close()
    assert started == [server.url]
    assert repr(client) == "<GatewayClient start>"
