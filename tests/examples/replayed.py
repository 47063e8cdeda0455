import tempfile
from pathlib import Path

import anthropic

from mockclaude import MockClaude, Tape

cassette = Path(tempfile.mkdtemp()) / "weather.json"


def ask(mock: MockClaude) -> str:
    client = anthropic.Anthropic(base_url=mock.url, api_key="sk-ant-api03-a-real-one")
    with client.messages.stream(
        model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": "How is the weather?"}]
    ) as stream:
        return stream.get_final_text()


with (
    MockClaude() as api,  # leave `upstream` out, and it is the real API
    MockClaude(cassette=Tape(cassette, record="once", upstream=api.url)) as mock,
):
    recorded = ask(mock)

with MockClaude(cassette=cassette) as mock:  # from now on without a network and without a key
    assert ask(mock) == recorded

assert "sk-ant-api03" not in cassette.read_text()
