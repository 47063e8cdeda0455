"""The body of a batch: rows that have a name each, and the request of each row, which is judged when its turn comes.

Source: every refusal of a batch was captured 2026-09-02. That other keys are let pass is assumed.
"""

from collections.abc import Mapping
from typing import Final

from mockclaude.rules.grammar import LONG_STRING, NOT_AN_OBJECT, OBJECT, PATTERN, Context, Flaw, Form, needed, text
from mockclaude.rules.structures import array, record
from mockclaude.wire.body import Json

LONGEST: Final = 64
CUSTOM_ID: Final = "^[a-zA-Z0-9_-]{1,64}$"
OFFENCES: Final[Mapping[str, str]] = {LONG_STRING: "overlong-custom-id", PATTERN: "malformed-custom-id"}
"""What is an offence of its own in the name of a row; a batch can be made in spite of these."""

_NAME: Final = text(longest=LONGEST, pattern=CUSTOM_ID)


def _name(value: Json, context: Context) -> list[Flaw] | None:
    flaws = _NAME.check(value, context)
    return flaws and [flaw._replace(offence=OFFENCES.get(flaw.offence, flaw.offence)) for flaw in flaws]


_ROW: Final = record(
    {"custom_id": needed(Form(_name)), "params": needed(OBJECT)}, otherwise=NOT_AN_OBJECT, is_closed=False
)
BATCH: Final = record({"requests": needed(array(_ROW))}, is_closed=False)
