"""What a request says of the person it is made for: an id, and nothing that tells who it is."""

import re
from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.rule import WRITING, Draft, Facts, Rule, rule
from mockclaude.wire.evidence import reported

ADDRESS: Final = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
"""An address and nothing else; what else the API takes for one is not known."""


@rule(
    message="metadata.user_id: user_id appears to contain an email address",
    needs=("metadata",),
    endpoints=WRITING,
    source=reported("2026-10", "three public projects that replace such ids because of the refusal, one with its path"),
    fix="Send a hash, or another id that does not tell who the user is.",
)
def address_as_user_id(call: Call) -> Iterable[Facts]:
    """A user whose id is an email address."""
    user_id = (call.body.get("metadata") or {}).get("user_id")
    return ({"path": "metadata.user_id"},) if isinstance(user_id, str) and ADDRESS.fullmatch(user_id) else ()


@address_as_user_id.broken_by
def name_the_user_by_address(draft: Draft, random: Random) -> Draft:
    """The address under which the user signs in."""
    return draft.with_body(metadata={"user_id": random.choice(("ann@example.com", "a.b+c@mail.example.org"))})


METADATA: Final[tuple[Rule[Call], ...]] = (address_as_user_id,)
