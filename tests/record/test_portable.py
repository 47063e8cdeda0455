"""A cassette as one piece of data holds what the file and its folder hold."""

import base64
from pathlib import Path

import orjson

from mockclaude.record.cassette import Cassette
from mockclaude.record.portable import interactions_in, portable
from mockclaude.record.recorder import Recorder
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.media import png

from ..engine.recorded import NOON, answer
from .asked import HELLO, asked


def test_media_come_with_it(tmp_path: Path) -> None:
    path, data = tmp_path / "weather.json", base64.b64encode(png(10, 10, pad_to=5000)).decode()
    image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}
    request = asked({**HELLO, "messages": [{"role": "user", "content": [image]}]})
    with Recorder(path) as recorder:
        recorder.append(Interaction(request, NOON, response=answer("{}")))
    assert data not in path.read_text()
    whole = portable(path)
    assert orjson.loads(orjson.dumps(whole)) == whole
    assert interactions_in(orjson.dumps(whole), name="x") == list(Cassette.load(path))
    [one] = interactions_in(orjson.dumps(whole), name="x")
    assert one.request.body == request.body
