import anthropic

from mockclaude.verify import ClientContract, Endpoint, chat_adapter

CLIENT = anthropic.Anthropic(api_key="set below", max_retries=0)


def chat(server: Endpoint, prompt: str) -> str:
    message = CLIENT.with_options(base_url=server.url, api_key=server.api_key).messages.create(
        model="claude-opus-5", max_tokens=1000, messages=[{"role": "user", "content": prompt}]
    )
    return "".join(block.text for block in message.content if block.type == "text")


class TestChat(ClientContract):
    adapter = chat_adapter(chat)
    max_examples = 25
