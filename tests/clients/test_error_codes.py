"""The official SDK reads the codes of our errors as those of the API."""

import anthropic
import pytest

from mockclaude import MockClaude
from mockclaude.engine.presets import REFUSALS
from mockclaude.settings import Settings

CODED = {name: str(data["code"]) for name, data in REFUSALS.items() if "code" in data}


@pytest.mark.parametrize("name", CODED)
def test_the_sdk_reads_the_code_of_an_error(name: str) -> None:
    with MockClaude(Settings(fault=name)) as mock:
        client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0)
        with client, pytest.raises(anthropic.APIStatusError) as raised:
            client.messages.create(
                model="claude-opus-5", max_tokens=10, messages=[{"role": "user", "content": "Hello"}]
            )
    assert raised.value.error_code == CODED[name]
    assert type(raised.value) is not anthropic.APIStatusError
