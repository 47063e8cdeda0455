"""One request on its way to an answer: first its bytes (`Intake`), then what they mean (`Call`)."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from mockclaude.models import ModelProfile, Models
from mockclaude.settings import Settings, Validation
from mockclaude.wire.body import Block, Json, RequestBody, Turn, blocks_of
from mockclaude.wire.coding import CodingFault, decoded
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import RawRequest

Endpoint = Literal["messages", "count_tokens"]

VERSIONS: Final = ("2023-01-01", "2023-06-01", "2026-10-21")
"""The published values of `anthropic-version`; source: versioning page, 2026-11, and a refusal that lists them."""


class Intake:
    """A request of which only the bytes are known; body and JSON are read when first asked for.

    `credential` is the key the client sent, from either header: `x-api-key` wins over a bearer token (measured
    2026-10). `version` is empty when the header is missing, `betas` keeps the order of the header.
    """

    __slots__ = (
        "_body", "_coding_fault", "_document", "_is_read", "_json_fault",
        "betas", "credential", "endpoint", "findings", "models", "raw", "settings", "today", "version",
    )  # fmt: skip

    def __init__(self, raw: RawRequest, *, settings: Settings, models: Models, today: date) -> None:
        self.raw = raw
        self.settings = settings
        self.models = models
        self.today = today
        self.findings: list[Finding] = []
        self.endpoint: Endpoint = "count_tokens" if raw.path.rstrip("/").endswith("count_tokens") else "messages"
        header = raw.headers.get
        self.credential = _credential(header("x-api-key"), header("authorization"))
        self.version = header("anthropic-version", "")
        betas = header("anthropic-beta", "")
        self.betas = tuple([name.strip() for name in betas.split(",") if name.strip()]) if betas else ()
        self._is_read = False
        self._body = b""
        self._document: Json = None
        self._coding_fault: CodingFault | None = None
        self._json_fault: str | None = None

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
            limit = self.settings.limits.body_bytes
            self._body = decoded(self.raw.body, codings, limit=limit) if codings else self.raw.body
            self._document = loads(self._body)
        except CodingFault as fault:
            self._coding_fault = fault
            self._json_fault = "the body cannot be decoded"
        except JSONFault as fault:
            self._json_fault = str(fault)


def _credential(key: str | None, authorization: str | None) -> str | None:
    if key is not None:
        return key.strip()
    kind, _, token = (authorization or "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else None


class MergedTurn(NamedTuple):
    """Consecutive items of one role as the API sees them: one turn.

    `place` counts turns, `items` are the places in `messages`, `blocks` the joined content.
    """

    role: str
    place: int
    items: tuple[int, ...]
    blocks: Sequence[Block]


class Call:
    """A request that has the API's shape: its body, its merged turns, the model, version and betas.

    `features` names what occurs in the body: top-level keys, `role:system`, and the type of every block,
    blocks inside tool results included.
    """

    __slots__ = (
        "__weakref__", "_features", "_turns",
        "betas", "body", "credential", "endpoint", "findings", "knows_model", "model", "models", "raw", "settings",
        "today", "version",
    )  # fmt: skip

    def __init__(self, intake: Intake, body: RequestBody, model: ModelProfile, *, knows_model: bool = True) -> None:
        self.raw = intake.raw
        self.endpoint = intake.endpoint
        self.settings = intake.settings
        self.models = intake.models
        self.today = intake.today
        self.credential = intake.credential
        self.version = intake.version
        self.betas = frozenset(intake.betas)
        self.body = body
        self.model = model
        self.knows_model = knows_model
        self.findings = intake.findings
        self._features: frozenset[str] | None = None
        self._turns: tuple[MergedTurn, ...] | None = None

    @property
    def validation(self) -> Validation:
        """How strictly this request is judged."""
        return self.settings.validation

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
        return f"<Call {self.body['model']} turns={len(self.turns)} text={self.text[:60]!r}>"


def _features(body: RequestBody) -> frozenset[str]:
    found = {key for key, value in body.items() if value is not None}
    for item in body["messages"]:
        if item["role"] == "system":
            found.add("role:system")
        content = item.get("content", [])  # a directive-only system item may come without
        if isinstance(content, str):
            found.add("text")
            continue
        for block in content:
            kind = block["type"]
            found.add(kind)
            if kind == "tool_result" and isinstance(inner := block.get("content"), list):
                found.update([nested["type"] for nested in inner])
    return frozenset(found)


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
        blocks = blocks_of(messages[run[0]].get("content", []))
    else:
        blocks = [block for place in run for block in blocks_of(messages[place].get("content", []))]
    return MergedTurn(messages[run[0]]["role"], index, tuple(run), blocks)
