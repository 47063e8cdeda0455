"""A cassette is told as an HTTP archive that others can read, and comes back from it exactly."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from mockclaude.record.exporters.har import har_of
from mockclaude.record.importers.har import of_har
from mockclaude.wire.interaction import Interaction

from ..samples import INTERACTIONS
from ..test_cassette import exchange


def entry(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """An object of the specification; besides what it knows, only names that begin with an underscore may stand."""
    known = {**required, **optional, "comment": {"type": "string"}}
    return {
        "type": "object",
        "properties": known,
        "required": list(required),
        "patternProperties": {"^_": {}},
        "additionalProperties": False,
    }


TEXT, COUNT, TIME = {"type": "string"}, {"type": "integer"}, {"type": "number", "minimum": -1}
PAIRS = {"type": "array", "items": entry({"name": TEXT, "value": TEXT})}
COOKIES = {"type": "array", "items": entry({"name": TEXT, "value": TEXT}, path=TEXT, domain=TEXT)}
MESSAGE = {"httpVersion": TEXT, "cookies": COOKIES, "headers": PAIRS, "headersSize": COUNT, "bodySize": COUNT}
POSTED = entry({"mimeType": TEXT}, text=TEXT, params={"type": "array"})
CONTENT = entry({"size": COUNT, "mimeType": TEXT}, text=TEXT, encoding=TEXT, compression=COUNT)
HAR = entry(
    {
        "log": entry(
            {
                "version": {"const": "1.2"},
                "creator": entry({"name": TEXT, "version": TEXT}),
                "entries": {
                    "type": "array",
                    "items": entry(
                        {
                            "startedDateTime": {"type": "string", "format": "date-time"},
                            "time": {"type": "number", "minimum": 0},
                            "request": entry(
                                {"method": TEXT, "url": TEXT, "queryString": PAIRS, **MESSAGE}, postData=POSTED
                            ),
                            "response": entry(
                                {
                                    "status": COUNT,
                                    "statusText": TEXT,
                                    "content": CONTENT,
                                    "redirectURL": TEXT,
                                    **MESSAGE,
                                }
                            ),
                            "cache": entry({}),
                            "timings": entry(
                                {"send": TIME, "wait": TIME, "receive": TIME}, dns=TIME, connect=TIME, ssl=TIME
                            ),
                        },
                        serverIPAddress=TEXT,
                        connection=TEXT,
                        pageref=TEXT,
                    ),
                },
            },
            pages={"type": "array"},
            browser=entry({"name": TEXT, "version": TEXT}),
        )
    }
)
"""Written from the public specification of HAR 1.2, not from what we write."""
FORM = Draft202012Validator(HAR)


@given(INTERACTIONS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_interaction_fits_the_specification_and_comes_back(interaction: Interaction) -> None:
    archive = json.loads(json.dumps(har_of([interaction])))
    FORM.validate(archive)
    if not interaction.request.path.startswith("/v1/"):
        return
    found = of_har(archive, otherwise=interaction.began)
    if interaction.response is None:
        assert [each.reason for each in found.skipped] == ["it has no answer"]
        return
    [back] = found.interactions
    assert (back.request.method, back.request.body, back.request.query) == (
        interaction.request.method,
        interaction.request.body,
        interaction.request.query,
    )
    assert (dict(back.request.headers), back.began) == (dict(interaction.request.headers), interaction.began)
    assert back.response == interaction.response


def test_what_a_browser_shows() -> None:
    archive: Any = har_of([exchange(1)])
    [told] = archive["log"]["entries"]
    assert told["request"]["url"] == "https://api.anthropic.com/v1/messages"
    assert told["request"]["postData"]["mimeType"] == "application/octet-stream"
    assert (told["response"]["statusText"], told["time"], told["timings"]["wait"]) == ("OK", 500.0, 500.0)


def test_the_specification_of_this_test_refuses_what_is_none(tmp_path: Path) -> None:
    archive: Any = har_of([exchange(1)])
    archive["log"]["entries"][0]["own"] = 1
    assert not FORM.is_valid(archive)
