import anthropic


def summarise(text: str) -> str:
    """A part of your application: it knows nothing of tests."""
    message = anthropic.Anthropic().messages.create(
        model="claude-opus-5", max_tokens=100, messages=[{"role": "user", "content": f"Summarise: {text}"}]
    )
    return "".join(block.text for block in message.content if block.type == "text")
