"""What only some models take: effort, speed, a geography, output formats, citations."""

from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.models import EFFORTS
from mockclaude.rules.edits import without_beta
from mockclaude.rules.media import attach, media_of
from mockclaude.rules.rule import Draft, Facts, Rule, Scope, lacking, rule
from mockclaude.wire.body import JsonObject
from mockclaude.wire.evidence import documented, observed, reported


def _effort(call: Call) -> str | None:
    return (call.body.get("output_config") or {}).get("effort")


def _named(call: Call) -> str:
    """The model as refusals call it: by its resolved id."""
    return call.model.id if call.knows_model else call.body["model"]


@rule(
    message="This model does not support the effort parameter.",
    needs=("output_config",),
    models=lacking("effort_levels"),
    covers=("eff.unsupported",),
    source=reported("2026-09", "public reports of claude-haiku-4-5 and claude-sonnet-4-5; effort page"),
    fix="Leave `output_config.effort` out for this model.",
)
def unsupported_effort(call: Call) -> Iterable[Facts]:
    """An effort, for a model that has one only."""
    return () if _effort(call) is None else ({"path": "output_config.effort"},)


@rule(
    message="This model does not support effort level '{level}'. Supported levels: {levels}.",
    needs=("output_config",),
    models=Scope("models with some levels of effort", lambda model: 0 < len(model.effort_levels) < len(EFFORTS)),
    covers=("eff.level",),
    source=observed("2026-04-16", "recording: claude-opus-4-6 with xhigh"),
    fix="Choose one of the levels that the message names.",
)
def unsupported_effort_level(call: Call) -> Iterable[Facts]:
    """A level of effort that the model does not have."""
    level, levels = _effort(call), call.model.effort_levels
    if level is None or level in levels:
        return ()
    return ({"level": level, "levels": ", ".join(sorted(levels)), "path": "output_config.effort"},)


@unsupported_effort.broken_by
def ask_for_effort(draft: Draft, random: Random) -> Draft:
    """Some effort."""
    return draft.with_body(output_config={"effort": random.choice(EFFORTS)})


@unsupported_effort_level.broken_by
def ask_for_extra_effort(draft: Draft, _random: Random) -> Draft:
    """The level that came last."""
    return draft.with_body(output_config={"effort": "xhigh"})


@rule(
    message="'{model}' does not support the `speed` parameter.",
    needs=("speed",),
    models=Scope("models without fast mode", lambda model: model.fast_mode == "no"),
    covers=("model.speed",),
    source=reported("2026-06", "two public reports of claude-opus-4-7, one of which quotes the wire"),
    fix="Leave `speed` out, or name a model with fast mode (`mockclaude models --matrix`).",
)
def unsupported_speed(call: Call) -> Iterable[Facts]:
    """Fast mode, for a model that has none."""
    return ({"model": _named(call), "path": "speed"},) if call.body.get("speed") == "fast" else ()


@unsupported_speed.broken_by
def ask_for_speed(draft: Draft, _random: Random) -> Draft:
    """Fast mode is asked for."""
    return draft.with_body(speed="fast")


FAST: Final = "fast-mode-2026-02-01"


@rule(
    message="speed: Extra inputs are not permitted",
    needs=("speed",),
    models=Scope("models with fast mode in beta", lambda model: model.fast_mode == "beta"),
    source=reported(
        "2026-09-25",
        "live probe, while all fast modes needed the beta, and three public reports; docs: fast mode page, which asks "
        "for the beta on these models still",
    ),
    fix=f"Name `{FAST}` in `anthropic-beta`.",
)
def fast_mode_without_beta(call: Call) -> Iterable[Facts]:
    """Fast mode without its beta, for a model that has it in beta only."""
    is_fast = call.body.get("speed") == "fast"
    return ({"path": "speed"},) if is_fast and FAST not in call.betas else ()


@fast_mode_without_beta.broken_by
def ask_for_speed_without_the_beta(draft: Draft, _random: Random) -> Draft:
    """Fast mode, and no beta."""
    return without_beta(draft, FAST).with_body(speed="fast")


@rule(
    message="'{model}' does not support inference_geo.",
    needs=("inference_geo",),
    models=Scope("models without a choice of geography", lambda model: model.inference_geo == "not_available"),
    source=reported("2026-10-09", "three public reports of claude-haiku-4-5, the first of 2026-07-16"),
    fix="Leave `inference_geo` out for models before 4.6.",
)
def unsupported_geo(call: Call) -> Iterable[Facts]:
    """A geography, for a model that runs anywhere."""
    return ({"model": _named(call), "path": "inference_geo"},)


@unsupported_geo.broken_by
def choose_a_geography(draft: Draft, random: Random) -> Draft:
    """A geography that newer models know."""
    return draft.with_body(inference_geo=random.choice(["global", "us"]))


def _has_format(call: Call) -> bool:
    return bool((call.body.get("output_config") or {}).get("format") or call.body.get("output_format"))


@rule(
    message="'{model}' does not support output format.",
    needs=("output_config", "output_format"),
    models=lacking("structured_outputs"),
    source=observed("2026-02", "recordings: claude-sonnet-4-20250514 and claude-3-5-haiku-20241022, six"),
    fix="Name a model with structured outputs, or have the model call a tool with that schema.",
)
def unsupported_output_format(call: Call) -> Iterable[Facts]:
    """An output format, for a model that follows none."""
    return ({"model": _named(call), "path": "output_config.format"},) if _has_format(call) else ()


FORMAT: Final[JsonObject] = {
    "type": "json_schema", "schema": {"type": "object", "properties": {}, "additionalProperties": False}
}  # fmt: skip


@unsupported_output_format.broken_by
def give_an_output_format(draft: Draft, _random: Random) -> Draft:
    """The answer is to follow a schema."""
    return draft.with_body(output_config={"format": FORMAT})


def _cites(call: Call) -> Iterable[str]:
    """The places of documents that are to be cited."""
    for found in media_of(call).documents:
        citations = found.block.get("citations")
        if isinstance(citations, dict) and citations.get("enabled") is True:
            yield found.path.partition(".document")[0]


@rule(
    message="'{model}' does not support citations.",
    needs=("document",),
    models=lacking("citations"),
    source=observed("2025-06", "recordings: claude-3-haiku-20240307, two"),
    fix="Name a newer model, or leave `citations` out of the document.",
)
def unsupported_citations(call: Call) -> Iterable[Facts]:
    """A document to be cited, for a model that does not cite."""
    return [{"model": _named(call), "path": path} for path in _cites(call)]


CITED: Final[JsonObject] = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "The grass is green."},
    "citations": {"enabled": True},
}


@unsupported_citations.broken_by
def attach_a_document_to_be_cited(draft: Draft, _random: Random) -> Draft:
    """A text whose sentences are to be cited."""
    return attach(draft, CITED)


@rule(
    message="citations are not supported with output_config.format",
    needs=("document",),
    source=documented(
        "2026-01", "structured outputs page: citations and an output format answer 400; the text is ours"
    ),
    fix="Leave the citations out, or ask for the form of the answer in words.",
)
def citations_with_output_format(call: Call) -> Iterable[Facts]:
    """A document to be cited in an answer that follows a schema."""
    return [{"path": path} for path in _cites(call)] if _has_format(call) else ()


@citations_with_output_format.broken_by
def cite_in_an_output_format(draft: Draft, _random: Random) -> Draft:
    """A text to be cited, and a schema for the answer."""
    return attach(draft.with_body(output_config={"format": FORMAT}), CITED)


SUPPORT: Final[tuple[Rule[Call], ...]] = (
    unsupported_effort,
    unsupported_effort_level,
    unsupported_speed,
    fast_mode_without_beta,
    unsupported_geo,
    unsupported_output_format,
    unsupported_citations,
    citations_with_output_format,
)
