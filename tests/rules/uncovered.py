"""What the table of known errors and the rules do not have in common, each with the reason."""

from collections.abc import Mapping
from typing import Final

UNLISTED: Final[Mapping[str, str]] = {
    "too-many-messages": "documented by SDK 2.12.0 as a limit, without a text",
    "malformed-pdf-base64": "one public report, newer than the table",
    "empty-pdf": "two public reports, newer than the table",
}
"""Rules that stand for no entry of the table."""
