"""One request on its way to an answer: first its bytes (`Intake`), then what they mean (`Call`)."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from mockclaude.models import ModelProfile, Models
from mockclaude.settings import Settings, Validation
from mockclaude.wire.body import Block, Json, RequestBody, Turn, blocks_of
from mockclaude.wire.coding import CodingFault, decoded
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import RawRequest
from mockclaude.wire.shown import clipped

Endpoint = Literal["messages", "count_tokens", "batches", "batch_rows"]
"""What is asked: an answer, a count, a batch of answers, or an answer as one row of such a batch."""

PATH: Final = "/v1/messages"
ROW_PATH: Final = "/v1/messages/batches/rows"
"""Where a row is said to come from; nobody can ask there."""
ENDPOINTS: Final[Mapping[str, Endpoint]] = MappingProxyType(
    {"count_tokens": "count_tokens", "batches": "batches", "rows": "batch_rows"}
)
"""Endpoints by the last segment of their path; any other path means messages."""

VERSIONS: Final = ("2023-01-01", "2023-06-01", "2026-10-21")
"""The published values of `anthropic-version`; source: versioning page, 2026-11, and a refusal that lists them."""


class Intake:
    """A request of which only the bytes are known; body and JSON are read when first asked for.

    `credential` is the key the client sent, from either header: `x-api-key` wins over a bearer token (measured
    2026-10). `version` is empty when the header is missing, `betas` keeps the order of the header.
    """

    __slots__ = (
        "_beta_header", "_body", "_coding_fault", "_document", "_is_read", "_json_fault",
        "credential", "findings", "models", "plans", "raw", "settings", "today", "version",
    )  # fmt: skip

    def __init__(
        self,
        raw: RawRequest,
        *,
        settings: Settings,
        models: Models,
        today: date,
        plans: "Plans | None" = None,
    ) -> None:
        self.raw = raw
        self.settings = settings
        self.models = models
        self.today = today
        self.plans = plans
        self.findings: list[Finding] = []
        header = raw.headers.get
        key = header("x-api-key")
        self.credential = _bearer(header("authorization")) if key is None else key.strip()
        self.version = header("anthropic-version", "")
        self._beta_header = header("anthropic-beta", "")
        self._is_read = False
        self._body = b""
        self._document: Json = None
        self._coding_fault: CodingFault | None = None
        self._json_fault: str | None = None

    @property
    def endpoint(self) -> Endpoint:
        """Which of the endpoints that take conversations is meant."""
        path = self.raw.path
        return "messages" if path == PATH else ENDPOINTS.get(path.rstrip("/").rpartition("/")[2], "messages")

    @property
    def most_bytes(self) -> int:
        """How many bytes the endpoint takes."""
        limits = self.settings.limits
        return limits.batch_bytes if self.endpoint == "batches" else limits.body_bytes

    @property
    def betas(self) -> tuple[str, ...]:
        """The values of `anthropic-beta`, in their order."""
        header = self._beta_header
        return tuple([name.strip() for name in header.split(",") if name.strip()]) if header else ()

    @property
    def identity(self) -> Hashable:
        """What decides about the request: equal identities get equal verdicts under one setting."""
        raw = self.raw
        header = raw.headers.get
        return (
            raw.body, raw.path, self.credential, self.version, self._beta_header, header("content-type"),
            header("content-encoding"), self.today,
        )  # fmt: skip

    @property
    def coding_fault(self) -> CodingFault | None:
        """Why the body's content encoding cannot be undone."""
        if not self._is_read:
            self._read()
        return self._coding_fault

    @property
    def body(self) -> bytes:
        """The body with its content encoding undone; empty when that failed."""
        if not self._is_read:
            self._read()
        return self._body

    @property
    def json_fault(self) -> str | None:
        """Why the body is not JSON, in the API's words."""
        if not self._is_read:
            self._read()
        return self._json_fault

    @property
    def document(self) -> Json:
        """The parsed body; `None` when it is not JSON."""
        if not self._is_read:
            self._read()
        return self._document

    def _read(self) -> None:
        self._is_read = True
        codings = self.raw.headers.get("content-encoding")
        try:
            self._body = decoded(self.raw.body, codings, limit=self.most_bytes) if codings else self.raw.body
            self._document = loads(self._body)
        except CodingFault as fault:
            self._coding_fault = fault
            self._json_fault = "the body cannot be decoded"
        except JSONFault as fault:
            self._json_fault = str(fault)


def _bearer(authorization: str | None) -> str | None:
    kind, _, token = (authorization or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


NO_BETAS: Final[frozenset[str]] = frozenset()


class MergedTurn(NamedTuple):
    """Consecutive items of one role as the API sees them: one turn.

    `place` counts turns, `items` are the places in `messages`, `blocks` the joined content.
    """

    role: str
    place: int
    items: tuple[int, ...]
    blocks: Sequence[Block]


class Plan:
    """What requests of one identity share, so that a repeated request is judged once.

    `kept` is what the engine keeps of its answer.
    """

    __slots__ = ("features", "kept", "knows_model", "model", "remarks")

    def __init__(
        self, model: ModelProfile, *, knows_model: bool, features: frozenset[str], remarks: Sequence[Finding]
    ) -> None:
        self.model = model
        self.knows_model = knows_model
        self.features = features
        self.remarks = tuple(remarks)
        self.kept: object = None


class Plans:
    """The plans of small requests that were accepted, never more than so many; for one setting."""

    __slots__ = ("_known", "_most")

    LARGEST: Final = 4096
    """Bytes of a body above which no plan is kept."""

    def __init__(self, *, most: int = 256) -> None:
        self._most = most
        self._known: dict[Hashable, Plan] = {}

    def find(self, intake: Intake) -> Plan | None:
        """The plan of a request that was accepted before."""
        return self._known.get(intake.identity) if len(intake.raw.body) <= self.LARGEST else None

    def keep(self, intake: Intake, plan: Plan) -> None:
        """Keeps the plan of an accepted request; the oldest makes room."""
        if len(intake.raw.body) <= self.LARGEST:
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]
            self._known[intake.identity] = plan

    def __len__(self) -> int:
        return len(self._known)


class Call:
    """A request that has the API's shape: its body, its merged turns, the model, version and betas.

    `features` names what occurs in the body: top-level keys, `role:system`, `strict` for strict tools, `cached`
    for cache breakpoints, and the type of every block, blocks inside tool results included.
    """

    __slots__ = ("__weakref__", "_features", "_turns", "body", "intake", "knows_model", "model", "plan")

    def __init__(
        self,
        intake: Intake,
        body: RequestBody,
        model: ModelProfile,
        *,
        knows_model: bool = True,
        plan: Plan | None = None,
    ) -> None:
        self.intake = intake
        self.body = body
        self.model = model
        self.knows_model = knows_model
        self.plan = plan
        self._features = None if plan is None else plan.features
        self._turns: tuple[MergedTurn, ...] | None = None

    @property
    def raw(self) -> RawRequest:
        """The request as it came."""
        return self.intake.raw

    @property
    def endpoint(self) -> Endpoint:
        """Which endpoint is asked."""
        return self.intake.endpoint

    @property
    def settings(self) -> Settings:
        """The settings it is judged by."""
        return self.intake.settings

    @property
    def models(self) -> Models:
        """The models there are."""
        return self.intake.models

    @property
    def today(self) -> date:
        """The day of the call, by the clock."""
        return self.intake.today

    @property
    def credential(self) -> str | None:
        """The key the client sent."""
        return self.intake.credential

    @property
    def version(self) -> str:
        """The value of `anthropic-version`."""
        return self.intake.version

    @property
    def betas(self) -> frozenset[str]:
        """The betas the client asked for."""
        names = self.intake.betas
        return frozenset(names) if names else NO_BETAS

    @property
    def findings(self) -> list[Finding]:
        """What was noticed about the request; the journal keeps it."""
        return self.intake.findings

    @property
    def validation(self) -> Validation:
        """How strictly this request is judged."""
        return self.intake.settings.validation

    @property
    def is_streaming(self) -> bool:
        """Whether the client asked for a stream; only the body decides."""
        return self.body.get("stream") is True

    @property
    def features(self) -> frozenset[str]:
        """What occurs in the body."""
        if self._features is None:
            self._features = _features(self.body)
        return self._features

    @property
    def turns(self) -> tuple[MergedTurn, ...]:
        """The conversation with consecutive items of one role merged, as the API does before it checks them."""
        if self._turns is None:
            self._turns = _turns(self.body["messages"])
        return self._turns

    @property
    def dialogue(self) -> tuple[MergedTurn, ...]:
        """The turns without system items."""
        if "role:system" not in self.features:
            return self.turns
        return tuple([turn for turn in self.turns if turn.role != "system"])

    @property
    def text(self) -> str:
        """The text of the last user turn."""
        for turn in reversed(self.turns):
            if turn.role == "user":
                return "\n".join([block["text"] for block in turn.blocks if block["type"] == "text"])
        return ""

    def __repr__(self) -> str:
        return f"<Call {self.body['model']} turns={len(self.turns)} text={clipped(self.text, length=60)!r}>"


def _features(body: RequestBody) -> frozenset[str]:
    found = {key for key, value in body.items() if value is not None}
    if "tools" in found or "system" in found:
        found.update(_prefix_features(body))
    for item in body["messages"]:
        if item["role"] == "system":
            found.add("role:system")
        content = item["content"]
        if isinstance(content, str):
            found.add("text")
            continue
        for block in content:
            kind = block["type"]
            found.add(kind)
            if block.get("cache_control"):
                found.add("cached")
            if kind == "tool_result" and isinstance(inner := block.get("content"), list):
                found.update([nested["type"] for nested in inner])
    return frozenset(found)


def _prefix_features(body: RequestBody) -> Iterator[str]:
    """What occurs in the tools and in the system prompt."""
    for tool in body.get("tools") or ():
        if tool.get("strict"):
            yield "strict"
        if tool.get("cache_control"):
            yield "cached"
    system = body.get("system")
    if isinstance(system, list) and any(block.get("cache_control") for block in system):
        yield "cached"


def _turns(messages: Sequence[Turn]) -> tuple[MergedTurn, ...]:
    merged: list[MergedTurn] = []
    run: list[int] = []
    for place, item in enumerate(messages):
        run.append(place)
        if place + 1 == len(messages) or messages[place + 1]["role"] != item["role"]:
            merged.append(_merge(messages, run, len(merged)))
            run = []
    return tuple(merged)


def _merge(messages: Sequence[Turn], run: Sequence[int], index: int) -> MergedTurn:
    if len(run) == 1:
        blocks = blocks_of(messages[run[0]]["content"])
    else:
        blocks = [block for place in run for block in blocks_of(messages[place]["content"])]
    return MergedTurn(messages[run[0]]["role"], index, tuple(run), blocks)
