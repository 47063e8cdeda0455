"""The id of a user does not tell who that is."""

import pytest

from mockclaude.rules.metadata import METADATA
from mockclaude.wire.body import Json
from tests.rules.drafts import call_of, draft_of, judged_by


def refusals(metadata: Json) -> list[str]:
    return [error.message for error in judged_by(METADATA, call_of(draft_of().with_body(metadata=metadata)))]


@pytest.mark.parametrize("name", ["ann@example.com", "a.b+c@mail.example.co.uk", "A_1%x@EXAMPLE.ORG"])
def test_an_address_is_no_id(name: str) -> None:
    assert refusals({"user_id": name}) == ["metadata.user_id: user_id appears to contain an email address"]


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"user_id": None},
        {"user_id": ""},
        {"user_id": "user-7"},
        {"user_id": "@ann"},
        {"user_id": "ann@localhost"},
        {"user_id": '{"device_id":"a@b.example.com"}'},
        {"user_id": "ann@example.com\n"},
    ],
)
def test_anything_else_is_an_id(metadata: Json) -> None:
    assert refusals(metadata) == []
