from typing import Any

import anthropic
from anthropic.types import ToolParam
from hypothesis import settings

from mockclaude.verify import AgentLoopMachine

CLIENT = anthropic.Anthropic(api_key="set below")
TOOL: ToolParam = {
    "name": "get_weather",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


class Agent:
    """The agent that is to be proven; it remembers its conversation."""

    def __init__(self, client: anthropic.Anthropic) -> None:
        self.client = client
        self.messages: list[Any] = []

    def run(self, task: str) -> str:
        messages = [*self.messages, {"role": "user", "content": task}]
        while True:
            message = self.client.messages.create(
                model="claude-opus-5", max_tokens=1000, messages=messages, tools=[TOOL]
            )
            messages.append({"role": "assistant", "content": message.content})
            calls = [block for block in message.content if block.type == "tool_use"]
            if message.stop_reason != "tool_use":
                if message.stop_reason == "end_turn":
                    self.messages = messages
                return message.stop_reason or ""
            results = [{"type": "tool_result", "tool_use_id": call.id, "content": "18 °C"} for call in calls]
            messages.append({"role": "user", "content": results})


class AgentMachine(AgentLoopMachine):
    tools = (TOOL,)

    def make_agent(self, base_url: str, api_key: str) -> Any:
        return Agent(CLIENT.with_options(base_url=base_url, api_key=api_key)).run


TestAgent = AgentMachine.TestCase
TestAgent.settings = settings(max_examples=5, deadline=None)

if __name__ == "__main__":
    TestAgent().runTest()
