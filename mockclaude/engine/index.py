"""Where in a cassette the recordings of a request stand, by what each means."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from mockclaude.record.essence import ADDED_TOOLS, Matching, lacking
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.interaction import Interaction, RawRequest

UNTOLD: Final = lacking({"version", "betas"})
"""Recordings from elsewhere may have lost these headers: no request without a version ever succeeded."""


class Index:
    """The interactions of a cassette, found by what a request means."""

    def __init__(self, interactions: Sequence[Interaction], matching: Matching) -> None:
        self.interactions = interactions
        self.matching = matching
        self._whole: dict[bytes, list[int]] = {}
        self._untold: dict[bytes, list[int]] = {}
        for place, interaction in enumerate(interactions):
            if interaction.response is None:
                continue
            asked = matching.essence(interaction.request)
            if is_untold(interaction):
                self._untold.setdefault(digest(UNTOLD(asked)), []).append(place)
            else:
                self._whole.setdefault(digest(asked), []).append(place)

    def places(self, asked: JsonObject, request: RawRequest) -> list[int]:
        """The places of all recordings that this request means, in their order."""
        found = self._whole.get(digest(asked), [])
        if self._untold:
            found = sorted(found + self._untold.get(digest(UNTOLD(asked)), []))
        if ADDED_TOOLS in self.matching.ignore:
            offered = tools_of(request)
            found = [place for place in found if tools_of(self.interactions[place].request) <= offered]
        return found


def is_untold(interaction: Interaction) -> bool:
    """Whether the recording has lost the version that its request must have had."""
    response = interaction.response
    return response is not None and response.status < 400 and "anthropic-version" not in interaction.request.headers


def tools_of(request: RawRequest) -> frozenset[bytes]:
    """The tools that a request offers."""
    body = Matching().essence(request)["body"]
    tools = body.get("tools") if isinstance(body, dict) else None
    return frozenset([dumps(tool) for tool in tools]) if isinstance(tools, list) else frozenset()


def digest(asked: JsonObject) -> bytes:
    """A short name of what a request means."""
    return blake2b(dumps(asked), digest_size=16).digest()
