"""What the real SDK hears while it is recorded, it hears again from the cassette, byte for byte and event for event."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anthropic
import pytest

from mockclaude import MockClaude, Tape, after_tool, message, rate_limited, text, thinking, tool_use
from mockclaude.record.cassette import Cassette
from mockclaude.wire.media import png

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

KEY = "sk-ant-api03-" + "a" * 40
HELLO: Any = {"model": "claude-opus-5", "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]}
TOOL: Any = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}}}
Heard = list[object]


def body_of(client: anthropic.Anthropic, **body: Any) -> Heard:
    """Status, id and bytes of an answer."""
    answer = client.messages.with_raw_response.create(**{**HELLO, **body})
    return [answer.status_code, answer.headers["request-id"], answer.http_response.content]


def pieces_of(client: anthropic.Anthropic, **body: Any) -> Heard:
    """The bytes of a stream."""
    with client.messages.with_streaming_response.create(**{**HELLO, **body}, stream=True) as answer:
        return [answer.headers["content-type"], b"".join(answer.iter_bytes())]


def events_of(client: anthropic.Anthropic) -> Heard:
    """The events of a stream and the message that they make."""
    with client.messages.stream(**HELLO) as stream:
        return [*[event.model_dump_json() for event in stream], stream.get_final_message().model_dump_json()]


def loop_of(client: anthropic.Anthropic) -> Heard:
    """A tool loop, whose second request repeats the id that the first reply minted."""
    turns: list[Any] = [{"role": "user", "content": "How is the weather?"}]
    asked = client.messages.create(**{**HELLO, "messages": turns, "tools": [TOOL]})
    [use] = [block for block in asked.content if block.type == "tool_use"]
    turns.append({"role": "assistant", "content": [block.model_dump(exclude_unset=True) for block in asked.content]})
    turns.append({"role": "user", "content": [{"type": "tool_result", "tool_use_id": use.id, "content": "18"}]})
    answered = client.messages.create(**{**HELLO, "messages": turns, "tools": [TOOL]})
    return [asked.model_dump_json(), answered.model_dump_json()]


def refusal_of(client: anthropic.Anthropic) -> Heard:
    with pytest.raises(anthropic.BadRequestError) as refused:
        client.messages.create(**{**HELLO, "messages": [*HELLO["messages"], {"role": "assistant", "content": "Hi"}]})
    return [refused.value.message, refused.value.response.content]


def retried(client: anthropic.Anthropic) -> Heard:
    """Two refusals that the SDK retries, and the answer."""
    return body_of(client.with_options(max_retries=2), messages=[{"role": "user", "content": "busy"}])


def cut_of(client: anthropic.Anthropic) -> Heard:
    """A stream that breaks off in the middle."""
    heard: Heard = []
    body = {**HELLO, "messages": [{"role": "user", "content": "cut"}]}
    with (
        pytest.raises(Exception, match=r"peer closed|incomplete|closed") as broken,
        client.messages.stream(**body) as stream,
    ):
        heard.extend([event.model_dump_json() for event in stream])
    return [*heard, type(broken.value).__name__]


def counted(client: anthropic.Anthropic) -> Heard:
    tokens = client.messages.count_tokens(model=HELLO["model"], messages=HELLO["messages"])
    return [tokens.model_dump_json(), *[model.id for model in client.models.list()]]


def error_in(client: anthropic.Anthropic) -> Heard:
    """An error inside a stream that had begun well."""
    with (
        pytest.raises(anthropic.APIStatusError) as broken,
        client.messages.stream(**{**HELLO, "messages": [{"role": "user", "content": "error"}]}) as stream,
    ):
        stream.until_done()
    return [broken.value.status_code, broken.value.message]


PROGRAMS: dict[str, Callable[[anthropic.Anthropic], Heard]] = {
    "json": body_of,
    "stream": pieces_of,
    "events": events_of,
    "tool-loop": loop_of,
    "refusal": refusal_of,
    "retried": retried,
    "cut": cut_of,
    "error-in-stream": error_in,
    "other-endpoints": counted,
}


@pytest.fixture(scope="module")
def upstream() -> Iterator[MockClaude]:
    """What stands in for the API: it says something new each time."""
    with MockClaude() as mock:
        mock.when(after_tool("get_weather")).reply("It is 18 °C.")
        mock.when(text("weather")).reply(message(thinking("Hm."), tool_use("get_weather", city="Paris")))
        mock.when(text("busy")).reply(*[rate_limited(retry_after=0)] * 2, "At last.")
        mock.when(text("cut")).reply(message("This is cut. " * 10, fault="truncated"))
        mock.when(text("error")).reply(message("This fails. " * 10, fault="overloaded_mid_stream"))
        yield mock


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_hears_again_what_was_recorded(tmp_path: Path, upstream: MockClaude, name: str) -> None:
    path, program = tmp_path / "weather.json", PROGRAMS[name]
    with MockClaude(cassette=Tape(path, record="once", upstream=upstream.url)) as mock, client_of(mock) as client:
        recorded = program(client)
    with MockClaude(cassette=path) as mock:
        with client_of(mock) as client:
            replayed = program(client)
        assert mock.world.player is not None
        assert mock.world.player.unplayed == []
    assert replayed == recorded
    assert KEY not in path.read_text()


def client_of(mock: MockClaude) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=mock.url, api_key=KEY, max_retries=0)


def test_the_borders_and_times_of_a_stream_come_back(tmp_path: Path, upstream: MockClaude) -> None:
    path = tmp_path / "weather.json"
    upstream.reply(message("one two three four five six", pace="first=0.02,per_second=200"), times=1)
    with MockClaude(cassette=Tape(path, record="once", upstream=upstream.url)) as mock:
        pieces_of(client_of(mock))
        [one] = mock.journal
        assert one.response is not None
        chunks = one.response.chunks
    [again] = Cassette.load(path)
    assert again.response is not None
    assert [chunk.data for chunk in again.response.chunks] == [chunk.data for chunk in chunks]
    assert [chunk.at for chunk in again.response.chunks] == pytest.approx([chunk.at for chunk in chunks], abs=1e-4)
    assert len(chunks) > 3


@pytest.mark.slow
def test_an_image_of_ten_megabytes_is_recorded_once_and_replayed(tmp_path: Path, upstream: MockClaude) -> None:
    path, data = tmp_path / "weather.json", base64.b64encode(png(1000, 1000, pad_to=7_800_000)).decode()
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    turns = [{"role": "user", "content": [image, {"type": "text", "text": "What is it?"}]}]
    with MockClaude(cassette=Tape(path, record="once", upstream=upstream.url)) as mock:
        recorded = [body_of(client_of(mock), messages=turns) for _ in range(2)]
    assert path.stat().st_size < 100_000
    [file] = [one for one in tmp_path.rglob("*") if one.is_file() and one != path and one.stat().st_size > 1_000_000]
    assert file.read_bytes() == base64.b64decode(data)
    with MockClaude(cassette=path) as mock:
        assert [body_of(client_of(mock), messages=turns) for _ in range(2)] == recorded
