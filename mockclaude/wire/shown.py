"""How a text appears where people read it: keys taken out, long data shortened, and no more of it than helps."""

import re
from typing import Final

REDACTED: Final = "[redacted]"
SECRET: Final = re.compile(r"sk-ant-[\w.~+/=-]+")
"""How every key and token of the API begins; source: documentation, 2026-10."""

SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key", "x-auth-token", "x-mockclaude-token"}
)

DATA: Final = re.compile(r"(?:[A-Za-z0-9+/_-]{48,}(?:\r?\n|\\n)?)+[A-Za-z0-9+/_-]*={0,2}")
"""Text that may be base64, in one piece or in lines."""
SIGNS: Final = ("[0-9]", "[a-z]", "[A-Z]")
"""What base64 has side by side, and a name or a number hardly ever."""
LONGEST_NAME: Final = 128
"""Characters of the longest name that the API takes, that of a tool; measured 2026-09."""
BEGINNING: Final = 16
"""Characters of data that are shown."""
READ: Final = 4096
"""Characters of a text of which a quotation is made."""


def without_keys(text: str) -> str:
    """The text with every key replaced."""
    return SECRET.sub(REDACTED, text) if "sk-ant-" in text else text


def shown(text: str) -> str:
    """The text without keys, and of data no more than its beginning."""
    return DATA.sub(_shortened, without_keys(text))


def clipped(text: str, *, length: int) -> str:
    """The beginning of a text as it is shown."""
    clean = without_keys(text[:READ])
    goes_on = len(text) > READ
    beginning = DATA.sub(lambda found: _shortened(found, goes_on=goes_on and found.end() == len(clean)), clean)
    return beginning if len(beginning) <= length and len(text) <= READ else f"{beginning[:length]}…"


def _shortened(found: re.Match[str], *, goes_on: bool = False) -> str:
    """The beginning of data and its length, which is not known of what goes on."""
    data = found[0]
    if len(data) <= LONGEST_NAME and not all(re.search(signs, data) for signs in SIGNS):
        return data
    return f"{data[:BEGINNING]}… ({'over ' * goes_on}{len(data)} characters)"
