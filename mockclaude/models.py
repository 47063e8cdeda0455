"""The Claude models as data: what each accepts, what it costs, how long it lives, and who says so.

`models.toml` states every value once, next to its source; a table takes the rest over from another (`like`).
Loading flattens the tables to profiles; sources stay keys until somebody asks for the evidence.
"""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import Any, Final, Literal, NamedTuple, get_args, get_origin

from mockclaude.errors import ModelsError, nearest
from mockclaude.wire.evidence import Evidence, Grade

Lifecycle = Literal["active", "deprecated", "retired"]
Line = Literal["haiku", "sonnet", "opus", "fable", "mythos"]
ThinkingType = Literal["adaptive", "enabled", "disabled", "between_tools"]
ThinkingDefault = Literal["on", "off", "always"]
ThinkingDisplay = Literal["omitted", "summarized"]
Effort = Literal["low", "medium", "high", "xhigh", "max"]
Sampling = Literal["free", "defaults_only"]
FastMode = Literal["yes", "beta", "ignored", "no"]
Tokenizer = Literal["A", "B", "B47"]
ThinkingBinding = Literal["none", "asked", "always"]
ChunkFamily = Literal["fine", "coarse"]
InferenceGeo = Literal["global", "not_available"]

EFFORTS: Final[tuple[Effort, ...]] = get_args(Effort)
"""The levels of effort, weakest first."""


class Price(NamedTuple):
    """US dollars per million tokens."""

    input: float
    output: float
    cache_write_5m: float
    cache_write_1h: float
    cache_read: float


@dataclass(frozen=True, slots=True, repr=False)
class ModelProfile:
    """One model that may answer; `None` means it has no such thing, or that nobody knows.

    `released` is the announced day, `created_at` the one the Models API gives.
    `retires_at` is announced, `retired_on` has happened, `retires_not_before` is a promise.
    `thinking_when_omitted` is "always" where thinking cannot be turned off.
    `disabled_max_effort` and `between_tools_max_effort` are the highest effort at which that thinking type is accepted.
    `batch_output_tokens` is the limit in batches with the beta for 300k output.
    `long_price` holds from more than `long_prompt` input tokens on, cached ones included.
    `fast_mode` is "beta" where a beta header is needed, "ignored" where `speed` is accepted without effect.
    `tool_tokens_*` are the tokens of the hidden tool prompt; `image_max_*` bound an image after downscaling.
    `answer_within_context`: the prompt and `max_tokens` must fit the context window together.
    `always_output_details`: usage tells thinking tokens even of requests that did not ask for thinking.
    `thinking_binding`: thinking belongs to the conversation before it, and is refused after another one: never, where the
    request asks for that (and on accounts since 2026-08-31), or always.
    `chunks` is "fine" for text deltas of about a token, "coarse" for 50 to 110 characters after a short first one.
    `advisor_rank`: whom it may advise: models of its rank and of lower ones; none where its pairs are not known.
    `programmatic_tools`: code that the model runs may call the request's tools.
    """

    id: str
    display_name: str
    released: date
    created_at: date
    advisor_rank: int | None
    always_output_details: bool
    answer_within_context: bool
    batch: bool
    batch_output_tokens: int | None
    between_tools_max_effort: Effort | None
    cache_minimum: int | None
    chunks: ChunkFamily
    citations: bool
    code_execution: bool
    context_edits: frozenset[str]
    context_window: int
    disabled_max_effort: Effort | None
    effort_default: Effort | None
    effort_levels: tuple[Effort, ...]
    fast_mode: FastMode
    fast_price_factor: int | None
    fast_until: date | None
    forced_tool_choice: bool
    image_max_edge: int
    image_max_tokens: int
    inference_geo: InferenceGeo
    long_price: Price | None
    long_prompt: int | None
    max_media: int
    max_output_tokens: int
    max_pdf_pages: int
    prefill: bool
    price: Price
    programmatic_tools: bool
    refused_tool_types: frozenset[str]
    refuses_temperature_with_top_p: bool
    sampling: Sampling
    structured_outputs: bool
    system_role: bool
    thinking_binding: ThinkingBinding
    thinking_display: ThinkingDisplay
    thinking_types: frozenset[ThinkingType]
    thinking_when_omitted: ThinkingDefault
    tokenizer: Tokenizer
    tool_tokens_auto: int
    tool_tokens_forced: int
    web_search: bool
    aliases: tuple[str, ...] = ()
    line: Line | None = None
    deprecated_at: date | None = None
    retires_at: date | None = None
    retired_on: date | None = None
    retires_not_before: date | None = None
    _keys: Mapping[str, str] = field(default_factory=dict, compare=False)
    _sources: Mapping[str, Evidence] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        return f"ModelProfile({self.id!r})"

    def __hash__(self) -> int:
        return hash(self.id)  # as a cache key on every request a profile must cost little

    def lifecycle(self, on: date) -> Lifecycle:
        """Tell what the model is on that day; an announced retirement counts as kept."""
        day = on.date() if isinstance(on, datetime) else on
        end = self.retired_on or self.retires_at
        if end is not None and day >= end:
            return "retired"
        return "deprecated" if self.deprecated_at is not None and day >= self.deprecated_at else "active"

    def evidence(self, attribute: str) -> Evidence:
        """Tell who says so; raises `ModelsError` for what is no attribute."""
        if attribute not in _KINDS:
            raise ModelsError(f"a model has no attribute {attribute!r}{nearest(attribute, _KINDS)}")
        key = self._keys.get(attribute) or (self._keys.get("released") if attribute == "created_at" else None)
        return _UNSTATED if key is None else self._sources[key]


class Models:
    """The models that are known, newest first; never changed after loading."""

    __slots__ = ("_by_name", "_profiles", "default")

    def __init__(self, profiles: Iterable[ModelProfile], *, default: ModelProfile) -> None:
        self.default = default
        self._profiles = tuple(sorted(profiles, key=lambda profile: -profile.created_at.toordinal()))
        self._by_name = {profile.id: profile for profile in self._profiles}
        for profile in self._profiles:
            for alias in profile.aliases:
                other = self._by_name.setdefault(alias, profile)
                if other is not profile:
                    raise ModelsError(f"{alias!r}, an alias of {profile.id!r}, already names {other.id!r}")

    @classmethod
    def load(cls, *extra: str | PathLike[str]) -> "Models":
        """Read the shipped models and lay the tables of further TOML files over them; raises `ModelsError`."""
        book = _Book()
        for path in (Path(__file__).with_name("models.toml"), *map(Path, extra)):
            book.add(path)
        return cls(map(book.profile, book.models), default=book.profile(_DEFAULT))

    def find(self, name: str) -> ModelProfile | None:
        """Find the model of that id or alias."""
        return self._by_name.get(name)

    def nearest(self, name: str) -> str | None:
        """Find the id or alias most like a misspelt one; the order of the words does not count."""
        known = {_sorted_words(other): other for other in reversed(self._by_name)}
        return next((known[match] for match in get_close_matches(_sorted_words(name), known, n=1)), None)

    def __iter__(self) -> Iterator[ModelProfile]:
        return iter(self._profiles)

    def __len__(self) -> int:
        return len(self._profiles)

    def __repr__(self) -> str:
        return f"Models({', '.join(profile.id for profile in self)})"


def _sorted_words(name: str) -> str:
    return "-".join(sorted(name.replace(".", "-").split("-")))


class _Kind(NamedTuple):
    """What a file may give for an attribute, and how it is kept."""

    expected: str
    fits: Callable[[Any], bool]
    keep: Callable[[Any], object] = lambda value: value


_PLAIN: Final[Mapping[object, _Kind]] = {
    bool: _Kind("true or false", lambda value: isinstance(value, bool)),
    int: _Kind("a whole number from 0 on", lambda value: type(value) is int and value >= 0),
    str: _Kind("a text", lambda value: isinstance(value, str)),
    date: _Kind("a date such as 2026-11-23", lambda value: type(value) is date),
    Price: _Kind(
        "five numbers: input, output, cache write 5m, cache write 1h, cache read",
        lambda value: isinstance(value, list) and len(value) == 5 and all(type(item) in {int, float} for item in value),
        lambda value: Price(*map(float, value)),
    ),
}


def _kind(annotation: object) -> _Kind:
    """Derive what a file may give from the type of the attribute."""
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return _Kind(f"one of {', '.join(arguments)}", lambda value: value in arguments)
    if NoneType in arguments:
        expected, fits, keep = _kind(next(argument for argument in arguments if argument is not NoneType))
        return _Kind(
            f'{expected}, or "none"',
            lambda value: value == "none" or fits(value),
            lambda value: None if value == "none" else keep(value),
        )
    known = get_args(arguments[0])

    def fits_all(value: object) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) and (item in known or not known) for item in value)

    def keep_all(value: list[str]) -> object:
        return frozenset(value) if origin is frozenset else tuple(word for word in known or value if word in value)

    return _Kind(f"a list of {', '.join(known) or 'names'}", fits_all, keep_all)


_NOT_STATED: Final = {"id", "_keys", "_sources"}
_KINDS: Final = {item.name: _kind(item.type) for item in fields(ModelProfile) if item.name not in _NOT_STATED}
ATTRIBUTES: Final = tuple(_KINDS)
"""What is known of a model: the names that `evidence` takes."""
_NEVER_INHERITED: Final = {
    "aliases", "display_name", "line", "released", "created_at",
    "deprecated_at", "retires_at", "retired_on", "retires_not_before",
}  # fmt: skip
_UNSTATED: Final = Evidence("assumed", "", "no source states it")
_UNKNOWN_RELEASE: Final = date(1970, 1, 1)  # as in the Models API where nobody knows the day
_DEFAULT: Final = "default"
_FAMILY: Final = "families."

_Stated = dict[str, tuple[object, str]]  # attribute -> value and key of its source


class _Book:
    """The tables of one or more files, on their way to profiles."""

    def __init__(self) -> None:
        self.models: list[str] = []
        self._sources: dict[str, Evidence] = {}
        self._tables: dict[str, _Stated] = {}
        self._likes: dict[str, tuple[str, str]] = {}
        self._flat: dict[str, _Stated] = {}

    def add(self, path: Path) -> None:
        """Lay a file over what is known so far."""
        try:
            file = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise ModelsError(f"cannot read the models file {path}: {error.strerror}") from error
        except ValueError as error:
            raise ModelsError(f"the models file {path} is not TOML: {error}") from error
        self._sources[str(path)] = Evidence("assumed", "", f"models file {path.name}")
        for key, source in _table(f"{path}: [sources]", file.pop("sources", {})).items():
            self._sources[key] = _evidence(f"{path}: [sources] {key}", source)
        for name, table in _table(f"{path}: [families]", file.pop("families", {})).items():
            self._lay(path, _FAMILY + name, table)
        for name, table in file.items():
            if name != _DEFAULT and name not in self._tables:
                self.models.append(name)
            self._lay(path, name, table)

    def profile(self, name: str) -> ModelProfile:
        """Make a profile of what holds for a table."""
        flat = self._flattened(name)
        values: dict[str, Any] = {"display_name": name, "released": _UNKNOWN_RELEASE}
        values |= {attribute: value for attribute, (value, _) in flat.items()}
        values.setdefault("created_at", values["released"])
        keys = {attribute: key for attribute, (_, key) in flat.items()}
        return ModelProfile(id=name, **values, _keys=keys, _sources=self._sources)

    def _lay(self, path: Path, name: str, table: object) -> None:
        where = f"{path}: [{name}]"
        given = dict(_table(where, table))
        if "like" in given:
            self._likes[name] = (str(given.pop("like")), f"{where} like")
        common = self._source(f"{where} source", given.pop("source", str(path)))
        stated = self._tables.setdefault(name, {})
        for attribute, value in given.items():
            kind = _KINDS.get(attribute)
            if kind is None:
                hint = nearest(attribute, [*_KINDS, "like", "source"])
                raise ModelsError(f"{where} has an unknown key {attribute!r}{hint}")
            stated[attribute] = self._stated(f"{where} {attribute}", value, kind=kind, common=common)

    def _stated(self, where: str, value: object, *, kind: _Kind, common: str) -> tuple[object, str]:
        if isinstance(value, list) and len(value) == 2 and isinstance(value[1], str) and kind.fits(value[0]):
            return kind.keep(value[0]), self._source(where, value[1])
        if kind.fits(value):
            return kind.keep(value), common
        raise ModelsError(f"{where} is {value!r}; expected {kind.expected}")

    def _source(self, where: str, key: object) -> str:
        if isinstance(key, str) and key in self._sources:
            return key
        raise ModelsError(f"{where}: no source is called {key!r}{nearest(str(key), self._sources)}")

    def _flattened(self, name: str, trail: tuple[str, ...] = ()) -> _Stated:
        """Lay a table over the one it is like."""
        if name in self._flat:
            return self._flat[name]
        like, where = self._likes.get(name, (_DEFAULT, ""))
        if name in trail:
            raise ModelsError(f"{where} goes in a circle: {' -> '.join((*trail, name))}")
        inherited: _Stated = {}
        if name != _DEFAULT:
            parent = like if like in self._tables else f"{_FAMILY}{like}"
            if parent not in self._tables:
                known = [table.removeprefix(_FAMILY) for table in self._tables]
                raise ModelsError(f"{where} names no known table: {like!r}{nearest(like, known)}")
            inherited = self._flattened(parent, (*trail, name))
        taken = {attribute: pair for attribute, pair in inherited.items() if attribute not in _NEVER_INHERITED}
        self._flat[name] = taken | self._tables[name]
        return self._flat[name]


def _table(where: str, value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise ModelsError(f"{where} is {value!r}; expected a table")


def _evidence(where: str, value: object) -> Evidence:
    match value:
        case ["observed" | "documented" | "reported" | "assumed" as grade, date() as on, str(source)]:
            return Evidence(grade, on.isoformat(), source)
    raise ModelsError(f'{where} is {value!r}; expected [one of {", ".join(get_args(Grade))}, date, "where"]')
