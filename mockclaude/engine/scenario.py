"""A scenario: stubs that belong together, and the settings they want."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from mockclaude.engine.stub import Stub
from mockclaude.settings import Settings
from mockclaude.wire.body import Json

START: Final = "start"
"""The state in which every scenario begins."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Stubs that belong together, and the settings they want."""

    name: str
    stubs: tuple[Stub, ...]
    description: str = ""
    settings: Mapping[str, Json] = field(default_factory=dict)

    def settings_over(self, settings: Settings) -> Settings:
        """The settings with those that the scenario sets."""
        return replace(settings, **self.settings)  # type: ignore[arg-type]
