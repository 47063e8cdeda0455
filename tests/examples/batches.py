from dataclasses import replace

import anthropic

from mockclaude import FixedClock, MockClaude, overloaded, text

with MockClaude(clock=FixedClock()) as mock:
    mock.settings = replace(mock.settings, batch_seconds=60)
    mock.when(text("weather")).reply("18 °C")
    mock.when(text("news")).reply(overloaded())
    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)

    batch = client.messages.batches.create(
        requests=[
            {
                "custom_id": word,
                "params": {
                    "model": "claude-opus-5",
                    "max_tokens": 50,
                    "messages": [{"role": "user", "content": f"The {word}, please."}],
                },
            }
            for word in ("weather", "news")
        ]
    )
    while client.messages.batches.retrieve(batch.id).processing_status != "ended":
        mock.clock.tick(10)

    results = {row.custom_id: row.result for row in client.messages.batches.results(batch.id)}
    assert results["weather"].type == "succeeded"
    assert results["weather"].message.usage.service_tier == "batch"
    assert results["news"].type == "errored"
    mock.assert_contract()
