"""The contract as files that need no Python: every rule with the request that offends it, the models, the streams.

`contracts/` is written from the code and compared with it by a test; a file of `errors/` is the rule's evidence.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import pybase64

from mockclaude.errors import MockClaudeError
from mockclaude.models import ATTRIBUTES, ModelProfile, Models
from mockclaude.rules.catalogue import NEEDED, RULES
from mockclaude.rules.folding import fold, unfold
from mockclaude.rules.occasion import Occasion, is_of_rows, occasion_of, shipped
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import loads
from mockclaude.wire.stream import BLOCK_STATES, TRANSITIONS

REQUEST_ID: Final = "{request_id}"
"""Stands for the id that every answer has for itself."""

GZIP: Final = 31


def folder() -> Path:
    """Where the files are: beside the package in a checkout, inside it once it is installed."""
    package = Path(__file__).parent.parent
    beside = package.parent / "contracts"
    return beside if (beside / "catalogue.json").is_file() else package / "_data" / "contracts"


def files() -> dict[str, str]:
    """Every file of the contract by its path, made from the code."""
    made = {f"errors/{rule.id}.json": error_file(rule) for rule in RULES.values()}
    made |= {"catalogue.json": catalogue_file(), "models.json": models_file(shipped()), "sse.json": sse_file()}
    return {path: json.dumps(value, indent=2, ensure_ascii=False) + "\n" for path, value in sorted(made.items())}


def export(target: Path) -> list[str]:
    """Writes the files and removes those of rules that are gone; returns the paths that changed."""
    made = files()
    gone = [path for path in target.glob("errors/*.json") if f"errors/{path.name}" not in made]
    changed = [f"errors/{path.name}" for path in gone]
    for path in gone:
        path.unlink()
    for name, text in made.items():
        path = target / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            changed.append(name)
    return changed


def error_file(rule: Rule[Any]) -> JsonObject:
    """The smallest request that offends a rule, and the exact answer; raises `MockClaudeError` without one."""
    occasion = occasion_of(rule)
    if occasion is None:
        raise MockClaudeError(f"no break of {rule.id} leads to it; expected one that the rule itself refuses")
    return {
        "format": "mockclaude-error/1",
        "rule": rule.id,
        "summary": rule.summary,
        "evidence": {**asdict(rule.source)},
        "settings": settings_file(occasion.settings),
        "change": " ".join((occasion.change.__doc__ or "").split()),
        "request": request_file(occasion.draft),
        "response": response_file(occasion),
    }


def settings_file(settings: Settings) -> JsonObject:
    """What differs from the defaults."""
    plain = Settings()
    return {
        field.name: getattr(settings, field.name)
        for field in fields(settings)
        if getattr(settings, field.name) != getattr(plain, field.name)
    }


def request_file(draft: Draft) -> JsonObject:
    """A request: its body as JSON, as text, as text that is sent in gzip, or as base64; long repetitions folded."""
    head: JsonObject = {"method": "POST", "path": draft.path, "headers": {**draft.headers}}
    if draft.raw is None:
        return {**head, "json": fold(draft.body)}
    for name, read in (("gzip", _ungzipped), ("text", _text)):
        text = read(draft.raw)
        if text is not None:
            return {**head, name: fold(text)}
    return {**head, "base64": pybase64.b64encode_as_string(draft.raw)}


def body_of(request: Mapping[str, Json]) -> bytes:
    """The bytes of a request's body as `request_file` wrote it."""
    if "json" in request:
        return json.dumps(unfold(request["json"]), separators=(",", ":"), ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
    if "base64" in request:
        return pybase64.b64decode(str(request["base64"]))
    name = "gzip" if "gzip" in request else "text"
    data = str(unfold(request[name])).encode()
    return data if name == "text" else zlib.compress(data, wbits=GZIP)


def _ungzipped(raw: bytes) -> str | None:
    text = b""
    while raw:
        inflate = zlib.decompressobj(GZIP)
        try:
            text += inflate.decompress(raw)
        except zlib.error:
            return None
        raw = inflate.unused_data
    return _text(text) if text else None


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def response_file(occasion: Occasion) -> JsonObject:
    """The answer to a request, but for its id; where a batch is accepted, what its results say of its row."""
    if is_of_rows(occasion.rule):
        return {"status": 200, "result": occasion.error.result()}
    return {"status": occasion.error.status, "body": loads(occasion.error.envelope(REQUEST_ID))}


def rule_file(rule: Rule[Any]) -> JsonObject:
    """Everything a rule says of itself."""
    return {
        "id": rule.id,
        "stage": rule.stage,
        "summary": rule.summary,
        "status": rule.status,
        "type": rule.kind,
        "error_code": rule.code,
        "message": rule.message,
        "fix": rule.fix,
        "models": rule.models.label,
        "versions": None if rule.versions is None else [*sorted(rule.versions)],
        "endpoints": None if rule.endpoints is None else [*sorted(rule.endpoints)],
        "needs": [*sorted(rule.needs)],
        "strict_only": rule.strict_only,
        "always": rule.id in NEEDED,
        "shadowed_by": [*rule.shadowed_by],
        "evidence": {**asdict(rule.source)},
        "example": f"errors/{rule.id}.json",
    }


def catalogue_file() -> JsonObject:
    """All rules, in the order in which the API reports faults; those of shape go by the order of the fields."""
    return {"format": "mockclaude-catalogue/1", "rules": [rule_file(rule) for rule in RULES.values()]}


def models_file(models: Models) -> JsonObject:
    """All models with every attribute, and who says so."""
    return {"format": "mockclaude-models/1", "models": {model.id: _model(model) for model in models}}


def _model(model: ModelProfile) -> JsonObject:
    sources: dict[str, list[Json]] = {}
    for name in ATTRIBUTES:
        sources.setdefault(str(model.evidence(name)), []).append(name)
    attributes = {name: _plain(getattr(model, name)) for name in ATTRIBUTES}
    return {**attributes, "evidence": cast("Json", sources)}


def _plain(value: object) -> Json:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return value._asdict() if hasattr(value, "_asdict") else list(value)
    return cast("Json", value)


def sse_file() -> JsonObject:
    """The grammar of a stream as an automaton."""
    return {
        "format": "mockclaude-sse/1",
        "start": "start",
        "ends": ["end", "failed"],
        "anywhere": {"ping": "keeps the state", "error": "failed"},
        "symbols": {
            "content_block_start": "`start ` and the kind that `blocks` gives for the type of the block, else `whole`",
            "content_block_delta": "the type of its delta",
            "other events": "their type",
        },
        "blocks": {**BLOCK_STATES},
        "transitions": {state: {**following} for state, following in TRANSITIONS.items()},
    }
