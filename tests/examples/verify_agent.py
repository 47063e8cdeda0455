from typing import Any

import anthropic

from mockclaude.verify import Endpoint, Tools, agent_adapter, check_client

CLIENT = anthropic.Anthropic(api_key="set below", max_retries=0)


def run(client: anthropic.Anthropic, task: str, tools: Tools) -> str:
    """The agent that is to be proven: it calls tools until the model has enough."""
    messages: list[Any] = [{"role": "user", "content": task}]
    definitions: list[Any] = [tool.definition for tool in tools.values()]
    while True:
        message = client.messages.create(model="claude-opus-5", max_tokens=1000, messages=messages, tools=definitions)
        messages.append({"role": "assistant", "content": message.content})
        if message.stop_reason == "tool_use":
            calls = [block for block in message.content if block.type == "tool_use"]
            messages.append({"role": "user", "content": [result_of(call, tools) for call in calls]})
        elif message.stop_reason != "pause_turn":
            return "".join(block.text for block in message.content if block.type == "text")


def result_of(call: Any, tools: Tools) -> dict[str, Any]:
    result = {"type": "tool_result", "tool_use_id": call.id}
    if call.name not in tools:
        return {**result, "content": f"there is no tool {call.name}", "is_error": True}
    try:
        return {**result, "content": tools[call.name](**call.input)}
    except RuntimeError as error:
        return {**result, "content": str(error), "is_error": True}


def agent(server: Endpoint, task: str, tools: Tools) -> str:
    return run(CLIENT.with_options(base_url=server.url, api_key=server.api_key), task, tools)


report = check_client(agent_adapter(agent), max_examples=10)
assert report["P13"].status == "held"
