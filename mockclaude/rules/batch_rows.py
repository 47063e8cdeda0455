"""The rows of a batch as requests: each is what its `params` say under the headers of the batch."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from mockclaude.call import ROW_PATH, Intake
from mockclaude.rules.batches import rows_in
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Headers, RawRequest
from mockclaude.wire.shown import without_keys

OF_THE_BODY: Final = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that speak of the bytes of the batch."""
ALONE: Final = frozenset({"stream", "speed", "fallbacks"})
"""Fields that only a request of its own may have."""


class Row(NamedTuple):
    """One request of a batch: its place from 0, its name, and what is asked."""

    place: int
    custom_id: str
    intake: Intake

    def told(self, findings: Iterable[Finding]) -> list[Finding]:
        """Findings about the row as findings about its batch, which say where the row is and how it is called."""
        start, name = f"requests.{self.place}.params", without_keys(repr(self.custom_id))
        return [
            replace(one, message=f"{one.message} (custom_id {name})", path=f"{start}.{one.path}" if one.path else start)
            for one in findings
        ]


def rows_of(intake: Intake) -> Iterator[Row]:
    """The rows of a batch whose shape was checked."""
    headers = Headers({name: value for name, value in intake.raw.headers.items() if name.lower() not in OF_THE_BODY})
    for place, row in enumerate(rows_in(intake.document)):
        yield Row(place, str(row["custom_id"]), _asked(intake, headers, row))


def _asked(batch: Intake, headers: Mapping[str, str], row: JsonObject) -> Intake:
    raw = RawRequest("POST", ROW_PATH, headers, dumps(row["params"]))
    return Intake(raw, settings=batch.settings, models=batch.models, today=batch.today)


def batch_of(body: JsonObject) -> JsonObject:
    """A batch of which the only row asks for the same, without what only a request of its own may ask for."""
    params: JsonObject = {name: value for name, value in body.items() if name not in ALONE}
    if params.get("max_tokens") == 0:
        params["max_tokens"] = 1
    return {"requests": [{"custom_id": "row-1", "params": params}]}
