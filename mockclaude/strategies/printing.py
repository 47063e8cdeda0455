"""How a failing test prints requests that may weigh megabytes."""

from typing import Final, Protocol

from mockclaude.rules.rule import Draft

SHOWN: Final = 400
"""Characters of a body that are printed."""
UNSAID: Final = frozenset({"x-api-key", "content-type"})


class Printer(Protocol):
    """What Hypothesis prints values with."""

    def text(self, shown: str, /) -> object:
        """Prints a text as it is."""


def clipped(text: bytes) -> str:
    """The beginning of a text that may be long."""
    rest = f"... {len(text)} bytes" if len(text) > SHOWN else ""
    return f"{text[:SHOWN].decode('utf-8', 'replace')}{rest}"


def shown(draft: Draft) -> str:
    """The headers and the beginning of the body."""
    headers = {name: value for name, value in draft.headers.items() if name not in UNSAID}
    return f"{headers} {clipped(draft.request().body)}"
