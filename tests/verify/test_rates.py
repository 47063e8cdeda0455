"""A raw client against the server of the same process gets enough examples a second for a property to be cheap."""

from http.client import HTTPConnection
from statistics import median
from time import process_time

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockclaude.strategies.texts import texts
from mockclaude.verify import Endpoint
from mockclaude.verify.asked import asking
from mockclaude.verify.case import Case
from mockclaude.verify.properties.folding import exact, saying
from mockclaude.verify.stage import Stage
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.sse import decode, frame
from mockclaude.wire.stream import events_of, message_of

EXAMPLES = 500
RUNS = 5
WANTED = 500
"""Examples a second on a machine at rest; a third of it must hold anywhere."""


class RawClient:
    """One connection and no more HTTP than that takes."""

    connection: HTTPConnection | None = None

    def stream(self, server: Endpoint, request: JsonObject) -> str:
        if self.connection is None:
            self.connection = HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        headers = {"x-api-key": server.api_key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
        self.connection.request("POST", "/v1/messages", dumps({**request, "stream": True}), headers)
        message = message_of(decode(self.connection.getresponse().read()))
        return "".join([block["text"] for block in message["content"]])

    def close(self) -> None:
        assert self.connection is not None
        self.connection.close()


def streamed(text: str) -> Case:
    message = saying(text)
    return Case(asking("stream", text), (exact(message, [b"".join(map(frame, events_of(message)))]),))


CASES: st.SearchStrategy[Case] = texts().map(streamed)


@pytest.mark.slow
def test_examples_with_a_request_and_a_stream_each_come_fast() -> None:
    rates = []
    with Stage(RawClient()) as stage:

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        @given(CASES)
        def asked(case: Case) -> None:
            said.append(stage.play(case).outcome.said)

        for _ in range(RUNS):
            said: list[str | None] = []
            began = process_time()
            asked()
            rates.append(len(said) / (process_time() - began))
            assert None not in said
        assert stage.play(streamed("0")).outcome.said == "0"
    print(f"a raw client: {median(rates):.0f} examples a second of CPU, runs {[round(rate) for rate in rates]}")
    assert median(rates) > WANTED / 3
