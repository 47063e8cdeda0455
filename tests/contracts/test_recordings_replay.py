"""Every recorded exchange of real programs is found again by its own request, each exactly once."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from mockclaude.engine.deck import playing
from mockclaude.engine.player import Played
from mockclaude.engine.tape import Tape
from mockclaude.record.redaction import DEFAULT
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse

from ..corpus import FOLDER, needs_corpus, rows

pytestmark = [needs_corpus, pytest.mark.slow]

WHEN = datetime(2026, 11, 23, tzinfo=UTC)


def bytes_of(body: Any) -> bytes:
    if body is None:
        return b""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else orjson.dumps(body)


def headers_of(row: dict[str, Any], key: str) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else ", ".join(map(str, value))
        for name, value in (row[key] or {}).items()
    }


def interaction_of(row: dict[str, Any]) -> Interaction:
    """A row of the corpus as a cassette holds it."""
    place = urlsplit(row["path"])
    request = RawRequest(
        row["method"],
        place.path,
        Headers(headers_of(row, "request_headers")),
        bytes_of(row["request_body"]),
        place.query,
    )
    headers = tuple(headers_of(row, "response_headers").items())
    body, streamed = bytes_of(row["response_body"]), row["response_kind"] == "sse"
    response = RawResponse(row["status"], headers, (Chunk(body),), streamed=streamed)
    return DEFAULT.interaction(Interaction(request, WHEN, response=response))


def project_of(row: dict[str, Any]) -> str:
    return str(row["source"]).partition(":")[0]


PROJECTS = sorted(path.stem.replace("__", "/") for path in FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_s_requests_find_their_recordings_in_one_cassette(project: str) -> None:
    taken = [row for row in rows() if project_of(row) == project]
    usable = [row for row in taken if row["request_body"] is not None or row["method"] in {"GET", "DELETE"}]
    interactions = [interaction_of(row) for row in usable]
    player = playing(interactions, Tape("corpus.json"))
    alike = Counter(str(player.index.matching.essence(one.request)) for one in interactions)
    for number, interaction in enumerate(interactions, start=1):
        found = player.find(interaction.request)
        assert isinstance(found, Played), f"#{number}: {found}"
        if alike[str(player.index.matching.essence(interaction.request))] == 1:
            assert found.response == interaction.response
    assert player.unplayed == []
    repeated = sum(count for count in alike.values() if count > 1)
    print(f"\n{project}: {len(usable)} of {len(taken)} rows have a request; {repeated} of them repeat another's")
