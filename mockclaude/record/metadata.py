"""What a cassette says of itself: when, by which clients, of which models and API versions it was recorded."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

import orjson

from mockclaude import __version__
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.interaction import Interaction

MODEL: Final = re.compile(rb'"model":\s*"([\w.:@/-]{1,100})"')


@dataclass(frozen=True, slots=True)
class Metadata:
    """When the latest interaction was recorded, our version, and what was seen; all of it sorted."""

    recorded: datetime | None = None
    mockclaude: str = __version__
    clients: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()

    def __or__(self, other: "Metadata") -> "Metadata":
        """What both say, by the later version of mockclaude."""
        moments = [moment for moment in (self.recorded, other.recorded) if moment is not None]
        return Metadata(
            max(moments, default=None),
            other.mockclaude,
            tuple(sorted({*self.clients, *other.clients})),
            tuple(sorted({*self.models, *other.models})),
            tuple(sorted({*self.api_versions, *other.api_versions})),
        )


def metadata_of(interactions: Iterable[Interaction]) -> Metadata:
    """What the interactions show."""
    recorded: datetime | None = None
    clients, models, versions = set(), set(), set()
    for interaction in interactions:
        recorded = interaction.began if recorded is None else max(recorded, interaction.began)
        request, response = interaction.request, interaction.response
        clients.add(client_of(request.headers))
        versions.add(request.headers.get("anthropic-version"))
        models.add(_model(request.body))
        models.update([name.decode() for name in MODEL.findall(response.body)[:1]] if response else [])
    return Metadata(
        recorded,
        clients=tuple(sorted(filter(None, clients))),
        models=tuple(sorted(filter(None, models))),
        api_versions=tuple(sorted(filter(None, versions))),
    )


def client_of(headers: Mapping[str, str]) -> str | None:
    """The program and its version that a request names, without the remarks in brackets."""
    return headers.get("user-agent", "").partition(" (")[0].strip() or None


def _model(body: bytes) -> str | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    model = value.get("model") if isinstance(value, dict) else None
    return model if isinstance(model, str) else None


def data_of_metadata(metadata: Metadata) -> JsonObject:
    """The metadata as JSON."""
    moment = metadata.recorded
    return {
        "recorded": None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "mockclaude": metadata.mockclaude,
        "clients": [*metadata.clients],
        "models": [*metadata.models],
        "api_versions": [*metadata.api_versions],
    }


def metadata_from(data: Mapping[str, Json]) -> Metadata:
    """The metadata that its JSON stands for."""
    moment = data["recorded"]
    return Metadata(
        None if moment is None else datetime.fromisoformat(cast("str", moment)),
        str(data["mockclaude"]),
        *[
            tuple([str(each) for each in cast("list[Json]", data[key])])
            for key in ("clients", "models", "api_versions")
        ],
    )
