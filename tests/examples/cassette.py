import tempfile
from pathlib import Path

import anthropic

from mockclaude import Cassette, MockClaude, Recorder, Redaction

path = Path(tempfile.mkdtemp()) / "weather.json"

with MockClaude() as mock, Recorder(path, redaction=Redaction().also(patterns=["customer-[0-9]+"])) as recorder:
    mock.reply("It is 18 °C.")
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)
    client.messages.create(
        model="claude-opus-5", max_tokens=50, messages=[{"role": "user", "content": "Tell customer-77 the weather."}]
    )
    recorder.extend(mock.journal)

cassette = Cassette.load(path)
[interaction] = cassette.interactions
assert cassette.metadata.models == ("claude-opus-5",)
assert mock.api_key not in path.read_text()
assert b"Tell [redacted] the weather." in interaction.request.body
