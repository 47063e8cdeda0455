"""What a user may set: how strictly requests are judged, the limits, and what answers without a script."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Final, Literal, get_args

from mockclaude.errors import SettingsError, nearest

Validation = Literal["strict", "live", "off"]
ReplyMode = Literal["prose", "echo", "faker"]
Policy = Literal["refuse", "accept"]
Mode = Literal["none", "once", "new_episodes", "all", "rewrite"]
"""When a cassette is recorded, in vcrpy's words."""
Repeat = Literal["never", "last"]
"""What answers a request that is asked more often than it was recorded: nothing, or the last of its replies."""

MIB: Final = 1024 * 1024
API: Final = "https://api.anthropic.com"
"""Where the real API is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The API's numbers; sizes in bytes, sides in pixels.

    `media` and `pdf_pages` are the model's own (100 or 600) unless given, and so is `prompt_tokens` (its context window).
    Source: documentation, errors and vision pages, 2026-10; image bytes count base64 text.
    """

    body_bytes: int = 32 * MIB
    image_bytes: int = 10 * MIB
    image_side: int = 8000
    many_images: int = 20
    many_image_side: int = 2000
    media: int | None = None
    pdf_pages: int | None = None
    prompt_tokens: int | None = None
    messages: int = 100_000
    batch_bytes: int = 256 * MIB
    batch_requests: int = 100_000

    def override(self, items: Iterable[str]) -> "Limits":
        """The same limits with `NAME=VALUE` items applied; raising `image_bytes` raises `body_bytes` with it."""
        changes: dict[str, int] = {}
        for item in items:
            name, _, text = item.partition("=")
            name = name.strip().replace("-", "_")
            known = [field.name for field in fields(self)]
            if name not in known:
                raise SettingsError(f"unknown limit {name!r}{nearest(name, known)}; known: {', '.join(known)}")
            if not text.strip().isdigit():
                raise SettingsError(f"limit {name} is {text!r}; expected a whole number, as in {name}=100")
            changes[name] = int(text)
        image, body = changes.get("image_bytes", 0), changes.get("body_bytes", self.body_bytes)
        if "body_bytes" not in changes and image > self.image_bytes:
            changes["body_bytes"] = max(body, image + self.body_bytes - self.image_bytes)
        return replace(self, **changes)


PRESETS: Final[Mapping[str, Limits]] = MappingProxyType(
    {
        "api": Limits(),
        "guide-2026-05": Limits(image_bytes=100 * MIB, body_bytes=128 * MIB),
    }
)
"""`guide-2026-05` is the guide our first users started from: it names 100 MB for an image."""


def preset(name: str) -> Limits:
    """The limits of a preset; raises `SettingsError`."""
    if name not in PRESETS:
        raise SettingsError(f"unknown preset {name!r}{nearest(name, PRESETS)}; known: {', '.join(PRESETS)}")
    return PRESETS[name]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a workspace may be told; frozen, change it with `dataclasses.replace`.

    `seed` fixes every random choice; without one, ids differ from run to run and texts do not.
    `keys` are the only accepted credentials when given. `fault`, `chaos` and `pace` are texts such as `overloaded`,
    `overloaded=0.1,reset=0.05` and `first=0.3,per_second=40`, for answers that say nothing else.
    `batch_seconds` is how long a batch takes by the clock; with 0 it has ended when it is next looked at.
    """

    validation: Validation = "strict"
    limits: Limits = field(default_factory=Limits)
    unknown_models: Policy = "refuse"
    retired: Policy = "accept"
    reply: ReplyMode = "prose"
    padding: bool = True
    seed: int | None = None
    strict_stubs: bool = False
    keys: frozenset[str] | None = None
    fault: str | None = None
    chaos: str | None = None
    pace: str | None = None
    batch_seconds: float = 0.0

    def __post_init__(self) -> None:
        choices = {"validation": Validation, "unknown_models": Policy, "retired": Policy, "reply": ReplyMode}
        for name, values in choices.items():
            value, known = getattr(self, name), get_args(values)
            if value not in known:
                hint = nearest(str(value), known)
                raise SettingsError(f"{name} is {value!r}{hint}; expected one of {', '.join(known)}")
        if not 0 <= self.batch_seconds < float("inf"):
            raise SettingsError(f"batch_seconds is {self.batch_seconds!r}; expected a number of seconds from 0 on")


def validation_named(value: str) -> Validation:
    """The setting of that name; raises `SettingsError`."""
    for known in get_args(Validation):
        if value == known:
            return known  # type: ignore[no-any-return]
    raise SettingsError(f"validation is {value!r}; expected one of {', '.join(get_args(Validation))}")
