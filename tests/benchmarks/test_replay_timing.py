"""How late the chunks of replayed streams are when they leave as recorded; the figure is printed, a ratio asserted."""

import asyncio
import os
import statistics
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import pytest

from mockclaude.record.recorder import Recorder
from mockclaude.wire.interaction import Chunk, Interaction, RawResponse

from ..cli.test_serve import served
from ..record.asked import HELLO, asked
from .load import request

pytestmark = pytest.mark.slow

STREAMS = 100
EVENTS = 60
STEP = 0.025
"""Seconds between two events: 40 a second, as a fast model speaks."""
LATE = 0.6
"""The share of a step that 95 of 100 chunks may be late, at rest."""


async def lateness(url: str, data: bytes) -> list[float]:
    """How long after its recorded time each event of one stream came, counted from the head."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(data)
    await reader.readuntil(b"\r\n\r\n")
    began = perf_counter()  # the head leaves at once, and the times count from there
    found = []
    for number in range(1, EVENTS + 1):
        await reader.readuntil(b"}\n\n")
        found.append(perf_counter() - began - number * STEP)
    writer.close()
    return found


async def all_late(url: str, data: bytes) -> list[float]:
    return [late for stream in await asyncio.gather(*[lateness(url, data) for _ in range(STREAMS)]) for late in stream]


def test_recorded_times_are_kept_by_a_hundred_streams_at_once(tmp_path: Path) -> None:
    if os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1):
        pytest.skip(f"the machine is disturbed: load {os.getloadavg()[0]:.1f}")
    event = b'event: ping\ndata: {"type": "ping"}\n\n'
    chunks = tuple([Chunk(event, number * STEP) for number in range(1, EVENTS + 1)])
    response = RawResponse(200, (("content-type", "text/event-stream"),), chunks, streamed=True)
    path = tmp_path / "weather.json"
    with Recorder(path) as recorder:
        recorder.append(Interaction(asked(), datetime.now(UTC), response=response))
    options = ("--cassette", str(path), "--timing", "recorded", "--repeat", "last")
    with served("serve", "--port", "0", *options) as server:
        found = asyncio.run(all_late(server.url, request(asked(HELLO).body)))
    cuts = statistics.quantiles(found, n=100)
    print(
        f"\n{len(found)} chunks: p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms late"
    )
    assert cuts[0] > -LATE * STEP, "none is early, but for a head that was late"
    assert cuts[94] < LATE * STEP
