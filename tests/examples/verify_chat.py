import anthropic

from mockclaude.verify import Endpoint, chat_adapter, check_client

CLIENT = anthropic.Anthropic(api_key="set below", max_retries=0)


def ask(client: anthropic.Anthropic, prompt: str) -> str:
    """The function that is to be proven."""
    with client.messages.stream(
        model="claude-opus-5", max_tokens=1000, messages=[{"role": "user", "content": prompt}]
    ) as stream:
        return stream.get_final_text()


def chat(server: Endpoint, prompt: str) -> str:
    return ask(CLIENT.with_options(base_url=server.url, api_key=server.api_key), prompt)


report = check_client(
    chat_adapter(chat),
    max_examples=10,
    known_failures={"P6": "anthropic 2.x returns a stream that breaks off as if it were whole"},
)
assert report["P1"].status == "held"
