"""How many examples a second the strategies make, by the time of the processor."""

from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockclaude.mock import MockClaude
from mockclaude.strategies import (
    Wire,
    fault_sequences,
    messages,
    requests,
    scripts,
    streams,
    texts,
    tools,
    violations,
    wires,
)

from ..server.line import HELLO, Line, request

EXAMPLES = 1000
RUNS = 3
WANTED: list[tuple[str, st.SearchStrategy[Any], int]] = [
    ("requests", requests(), 800),
    ("violations", violations(), 600),
    ("messages", messages(), 500),
    ("streams", streams(), 300),
    ("wires", wires(), 300),
    ("tools", tools(), 400),
    ("scripts", scripts(faults=fault_sequences()), 300),
]
"""On a machine at rest; a third of it must hold anywhere."""


def rate_of(strategy: st.SearchStrategy[Any], use: Callable[[Any], object] = lambda _: None) -> float:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value: object) -> None:
        use(value)
        drawn.append(value is not None)

    rates = []
    for _ in range(RUNS):
        drawn: list[bool] = []
        began = process_time()
        draw()
        rates.append(len(drawn) / (process_time() - began))
    return median(rates)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "strategy", "wanted"), WANTED)
def test_examples_come_fast(name: str, strategy: st.SearchStrategy[Any], wanted: int) -> None:
    rate = rate_of(strategy)
    print(f"{name}(): {rate:.0f} examples a second")
    assert rate > wanted / 3


@pytest.mark.slow
def test_a_client_of_a_server_in_the_same_process_is_examined_fast() -> None:
    with MockClaude() as mock, Line(mock.url) as line:
        mock.reply("Hi")

        def ask(text: str) -> None:
            body = {**HELLO, "messages": [{"role": "user", "content": text}]}
            assert line.ask(request(body)).status == 200

        def play(wire: Wire) -> None:
            mock.next(wire)
            line.write(request({**HELLO, "stream": True}))
            line.head()
            assert len(line.chunks()) == len(wire.chunks)

        asked, played = rate_of(texts(), ask), rate_of(wires(), play)
    print(f"a raw client: {asked:.0f} examples a second, with a wire each {played:.0f}")
    assert asked > 500 / 3
    assert played > 150 / 3
