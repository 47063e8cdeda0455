"""What a rule is: one block of message, source, models, check and breaks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final, Generic, Literal, TypeVar

from mockclaude.call import Call, Endpoint, Intake
from mockclaude.models import ModelProfile
from mockclaude.wire.body import Event, Json, JsonObject, MessageBody
from mockclaude.wire.encoding import dumps
from mockclaude.wire.error import TYPE_OF_STATUS, APIError
from mockclaude.wire.evidence import Evidence
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Headers, RawRequest
from mockclaude.wire.shown import without_keys

Stage = Literal["transport", "shape", "batch", "call", "reply", "stream"]
Facts = Mapping[str, Json]
"""What fills a rule's message. `path` is also the finding's place; `details` becomes `error.details`, `hint` the log's."""

Subject = TypeVar("Subject", Intake, Call, MessageBody, list[Event])


WRITING: Final[tuple[Endpoint, ...]] = ("messages", "batch_rows")
"""Endpoints that write an answer."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The models a rule holds for."""

    label: str
    holds: Callable[[ModelProfile], bool]


EVERY: Final = Scope("every model", lambda _: True)


def lacking(ability: str) -> Scope:
    """Models without an ability, by the name of a `ModelProfile` attribute."""
    return Scope(f"models without {ability}", lambda model: not getattr(model, ability))


def having(ability: str) -> Scope:
    """Models with an ability, by the name of a `ModelProfile` attribute."""
    return Scope(f"models with {ability}", lambda model: bool(getattr(model, ability)))


@dataclass(frozen=True, slots=True)
class Draft:
    """A request that a break changes: headers, and a body as JSON or, once `raw` is set, as bytes."""

    body: JsonObject
    headers: Mapping[str, str] = field(
        default_factory=lambda: {
            "x-api-key": "sk-ant-mock-draft",
            "anthropic-version": "2023-06-01",
            "content-type": "application/json",
        }
    )
    raw: bytes | None = None
    path: str = "/v1/messages"

    def with_body(self, **changes: Json) -> "Draft":
        """The draft with top-level fields set."""
        return replace(self, body={**self.body, **changes})

    def without(self, *names: str) -> "Draft":
        """The draft with top-level fields left out."""
        return replace(self, body={key: value for key, value in self.body.items() if key not in names})

    def with_header(self, name: str, value: str | None) -> "Draft":
        """The draft with a header set, or removed for `None`."""
        headers = {key: kept for key, kept in self.headers.items() if key.lower() != name.lower()}
        if value is not None:
            headers[name.lower()] = value
        return replace(self, headers=headers)

    def request(self) -> RawRequest:
        """The request as it would arrive."""
        body = dumps(self.body) if self.raw is None else self.raw
        return RawRequest("POST", self.path, Headers(self.headers), body)


Break = Callable[[Draft, Random], Draft]
Check = Callable[[Subject], Iterable[Facts]]


@dataclass(eq=False)
class Rule(Generic[Subject]):
    """A named check with the error it raises and the changes that provoke it."""

    id: str
    summary: str
    message: str
    stage: Stage
    source: Evidence
    check: Check[Subject]
    models: Scope = EVERY
    covers: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    versions: frozenset[str] | None = None
    endpoints: frozenset[Endpoint] | None = None
    status: int = 400
    kind: str = "invalid_request_error"
    code: str | None = None
    strict_only: bool = False
    bare: bool = False
    anonymous: bool = False
    shadowed_by: tuple[str, ...] = ()
    fix: str = ""
    breaks: list[Break] = field(default_factory=list)

    def broken_by(self, change: Break) -> Break:
        """Registers a smallest change of a clean draft that offends this rule."""
        self.breaks.append(change)
        return change

    def error(self, facts: Facts) -> APIError:
        """The API's refusal, filled with the facts."""
        details: dict[str, Json] = {"error_code": self.code} if self.code else {}
        given = facts.get("details")
        if isinstance(given, dict):
            details.update(given)
        path = facts.get("path")
        return APIError(
            self.message.format(**facts),
            status=self.status,
            kind=self.kind,
            details=details or None,
            rule=self.id,
            path=path if isinstance(path, str) else None,
            hint=str(facts.get("hint", "")),
            bare=self.bare,
            anonymous=self.anonymous,
        )

    @property
    def hint(self) -> str:
        """What findings and the log add to the API's words."""
        return " (strict only: today's API merges; `--validation live`)" if self.strict_only else ""

    def finding(self, facts: Facts) -> Finding:
        """The same as a finding."""
        return self.finding_of(self.error(facts))

    def finding_of(self, error: APIError) -> Finding:
        """A refusal by this rule as a finding."""
        return Finding(self.id, without_keys(error.message) + self.hint, path=error.path and without_keys(error.path))

    def __repr__(self) -> str:
        return f"<rule {self.id}>"


def rule(
    *,
    message: str,
    source: Evidence,
    stage: Stage = "call",
    covers: tuple[str, ...] = (),
    models: Scope = EVERY,
    needs: tuple[str, ...] = (),
    versions: tuple[str, ...] | None = None,
    endpoints: tuple[Endpoint, ...] | None = None,
    status: int = 400,
    kind: str | None = None,
    code: str | None = None,
    strict_only: bool = False,
    bare: bool = False,
    anonymous: bool = False,
    shadowed_by: tuple[str, ...] = (),
    fix: str = "",
) -> Callable[[Check[Subject]], Rule[Subject]]:
    """Makes a rule of a check: its id is the function's name in kebab case, its summary the docstring.

    `needs` names features of a call of which one must be present; `covers` the entries of the error catalogue
    the rule stands for; `code` is `error.details.error_code`; `shadowed_by` the rules that may win over a break.
    """

    def decorate(check: Check[Subject]) -> Rule[Subject]:
        return Rule(
            id=check.__name__.replace("_", "-"),
            summary=" ".join((check.__doc__ or "").split()),
            message=message,
            stage=stage,
            source=source,
            check=check,
            models=models,
            covers=covers,
            needs=frozenset(needs),
            versions=None if versions is None else frozenset(versions),
            endpoints=None if endpoints is None else frozenset(endpoints),
            status=status,
            kind=kind or TYPE_OF_STATUS.get(status, "invalid_request_error"),
            code=code,
            strict_only=strict_only,
            bare=bare,
            anonymous=anonymous,
            shadowed_by=shadowed_by,
            fix=fix,
        )

    return decorate
