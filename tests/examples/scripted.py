import anthropic
from anthropic.types import ToolParam

from mockclaude import MockClaude, after_tool, message, overloaded, text, thinking, tool_use

WEATHER: ToolParam = {"name": "get_weather", "input_schema": {"type": "object", "properties": {"city": {}}}}

with MockClaude() as mock:
    mock.when(after_tool("get_weather")).reply("It is 18 °C in Paris.")
    mock.when(text("weather")).reply(message(thinking("They want the weather."), tool_use("get_weather", city="Paris")))
    mock.reply(overloaded(), "That went through.")

    client = anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key)
    asked = client.messages.create(
        model="claude-opus-5",
        max_tokens=1000,
        tools=[WEATHER],
        messages=[{"role": "user", "content": "How is the weather?"}],
    )
    assert asked.stop_reason == "tool_use"

    with client.messages.stream(
        model="claude-opus-5", max_tokens=1000, messages=[{"role": "user", "content": "Hello"}]
    ) as stream:
        assert stream.get_final_text() == "That went through."
