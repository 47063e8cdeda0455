"""Requests that are accepted by a hair: one step inside a limit, or beside what a rule is about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from mockclaude.models import ModelProfile
from mockclaude.rules.catalogue import RULES, rule_named
from mockclaude.rules.context_edits import CLEAR_THINKING, EDITING
from mockclaude.rules.documents import pdf_block
from mockclaude.rules.edits import CALL, TOOL, turns_of, with_beta, with_tool, with_weather
from mockclaude.rules.images import LIMITS, image_block
from mockclaude.rules.media import attach
from mockclaude.rules.occasion import within
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Rule
from mockclaude.rules.structured import FORMATS as STRING_FORMATS
from mockclaude.rules.support import FAST
from mockclaude.rules.thinking import INTERLEAVED, LEAST_BUDGET
from mockclaude.strategies import served
from mockclaude.strategies.images import FORMATS
from mockclaude.strategies.printing import Printer, shown
from mockclaude.strategies.requests import draw_body
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.image import MediaType
from mockclaude.wire.interaction import RawRequest
from mockclaude.wire.media import image, pdf, webp
from mockclaude.wire.seal import seal

Edit: TypeAlias = Callable[[Draft], Draft]

SEARCH: Final[JsonObject] = {"type": "web_search_20250305", "name": "web_search"}
STRICT: Final[JsonObject] = {
    "name": "t", "strict": True, "input_schema": {"type": "object", "properties": {}, "additionalProperties": False}
}  # fmt: skip
SEARCHING: Final[JsonObject] = {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {}}


def fields(**changes: Json) -> Edit:
    """Sets fields of the body."""
    return lambda draft: draft.with_body(**changes)


def attached(*blocks: JsonObject) -> Edit:
    """Puts blocks behind the last question."""
    return lambda draft: attach(draft, *blocks)


def opened(*turns: JsonObject) -> Edit:
    """Puts turns before the first question."""
    return lambda draft: opened_with(draft, *turns)


def ended(turn: JsonObject) -> Edit:
    """Puts a turn after the last question."""
    return lambda draft: draft.with_body(messages=[*turns_of(draft), turn])


def said(text: str) -> JsonObject:
    """A text block."""
    return {"type": "text", "text": text}


def _picture(side: int, other: int, media_type: MediaType = "image/webp") -> JsonObject:
    return image_block(image(media_type, side, other), media_type=media_type)


@cache
def _heaviest() -> JsonObject:
    return image_block(webp(1, 1, pad_to=LIMITS.image_bytes // 4 * 3))


LONG_WINDOW: Final = 1_000_000
"""The most messages are too many tokens for a smaller one."""


def _most_messages(draft: Draft) -> Draft:
    return opened_with(draft, *[HI, HELLO] * ((LIMITS.messages - len(turns_of(draft))) // 2))


def _searching(draft: Draft) -> Draft:
    return ended(turn_of("assistant", said("0"), SEARCHING))(with_tool(draft, SEARCH))


def _called(name: str) -> Edit:
    call, result = turn_of("assistant", {**CALL, "name": name}), {"type": "tool_result", "tool_use_id": CALL["id"]}
    return lambda draft: opened_with(with_tool(draft, TOOL), HI, call, turn_of("user", result), HELLO)


def _exchange(*calls: JsonObject, answer: Sequence[JsonObject]) -> Edit:
    return lambda draft: opened_with(
        with_weather(draft), HI, turn_of("assistant", *calls), turn_of("user", *answer), HELLO
    )


def _deferred(draft: Draft) -> Draft:
    paused = turn_of("assistant", SEARCHING, CALL), turn_of("user", RESULT)
    return opened_with(with_weather(draft), HI, *paused, turn_of("assistant", FOUND, said("0")))


RESULT: Final[JsonObject] = {"type": "tool_result", "tool_use_id": CALL["id"], "content": "0"}
FOUND: Final[JsonObject] = {"type": "web_search_tool_result", "tool_use_id": SEARCHING["id"], "content": []}
SCHEMAS: Final[Sequence[Json]] = (
    {}, True, {"type": ["string", "null"]}, {"anyOf": [{}]}, {"format": "x", "x-unit": 1}
)  # fmt: skip
NOTHING: Final[Sequence[Json]] = ([], None)
MARKS: Final[Sequence[JsonObject]] = (
    {"defer_loading": True, "cache_control": None},
    {"defer_loading": False, "cache_control": {"type": "ephemeral"}},
)
OTHER: Final[JsonObject] = {**CALL, "id": "toolu_02"}


WORD: Final[JsonObject] = {"type": "string"}
MAYBE_WORD: Final[JsonObject] = {"type": ["string", "null"]}


def _in_format(*values: JsonObject, required: bool = True) -> Edit:
    names = [f"p{number}" for number in range(len(values))]
    closed: JsonObject = {
        "type": "object",
        "properties": dict(zip(names, values, strict=True)),
        "required": [*names] if required else [],
        "additionalProperties": False,
    }
    return fields(output_config={"format": {"type": "json_schema", "schema": closed}})


def _cached(ttl: str) -> JsonObject:
    return {**said("0"), "cache_control": {"type": "ephemeral", "ttl": ttl}}


def _recalled(words: str, signature: str, *later: JsonObject) -> Edit:
    thought: JsonObject = {"type": "thinking", "thinking": words, "signature": signature}
    return opened(HI, turn_of("assistant", thought, said("0")), *later)


CLEAR: Final[JsonObject] = {"type": CLEAR_THINKING, "keep": "all"}
SKILL: Final[JsonObject] = {"type": "anthropic", "skill_id": "pdf"}


def _thinking(model: ModelProfile) -> JsonObject:
    return (
        {"type": "adaptive"}
        if "adaptive" in model.thinking_types
        else {"type": "enabled", "budget_tokens": LEAST_BUDGET}
    )


NEAR: Final[Mapping[str, Callable[[ModelProfile], Sequence[Edit]]]] = {
    "empty-string": lambda _: [lambda draft: with_tool(draft, {**TOOL, "name": "t"})],
    "overlong-string": lambda _: [lambda draft: with_tool(draft, {**TOOL, "name": "t" * 128}), _called("t" * 200)],
    "mismatched-pattern": lambda _: [lambda draft: with_tool(draft, {**TOOL, "name": "aZ0_-"})],
    "out-of-range": lambda model: [
        fields(temperature=value) for value in ((0, 1) if model.sampling == "free" else (1,))
    ],
    "negative-max-tokens": lambda _: [fields(max_tokens=0)],
    "small-thinking-budget": lambda model: [
        fields(max_tokens=1025, thinking={"type": kind, "budget_tokens": 1024})
        for kind in model.thinking_types & {"enabled"}
    ],
    "blank-stop-sequence": lambda _: [fields(stop_sequences=[" 0", "\n\n."]), fields(stop_sequences=[])],
    "too-many-messages": lambda model: [_most_messages] if model.context_window >= LONG_WINDOW else [],
    "empty-user-turn": lambda _: [
        opened(HI, {"role": "assistant", "content": ""}),
        opened(HI, {"role": "assistant", "content": []}),
    ],
    "roles-not-alternating": lambda model: [ended({"role": "system", "content": "0"})] if model.system_role else [],
    "empty-text": lambda _: [opened(turn_of("user", said("0"), said("")), HELLO)],
    "blank-text": lambda _: [attached(said(" ")), opened({"role": "user", "content": "\n"}, HELLO)],
    "empty-system-text": lambda _: [fields(system="")],
    "blank-system-text": lambda _: [fields(system=[said(" "), said("0")])],
    "assistant-prefill": lambda _: [ended({"role": "assistant", "content": []}), _searching],
    "prefill-trailing-whitespace": lambda _: [ended({"role": "assistant", "content": " 0"})],
    "deprecated-sampling": lambda _: [fields(temperature=1), fields(temperature=1.0), fields(top_k=-1)],
    "temperature-with-top-p": lambda _: [fields(temperature=1), fields(top_p=1)],
    "conflicting-domains": lambda _: [
        fields(tools=[{**SEARCH, "allowed_domains": ["0"], "blocked_domains": other}]) for other in NOTHING
    ],
    "duplicate-tool-name": lambda _: [
        lambda draft: with_tool(with_tool(draft, TOOL), {**TOOL, "name": "Get_weather"}),
    ],
    "cached-deferred-tool": lambda _: [fields(tools=[TOOL, {**TOOL, "name": "t", **mark}]) for mark in MARKS],
    "programmatic-tool": lambda _: [
        fields(tools=[{"type": "web_fetch_20260209", "name": "web_fetch", "allowed_callers": ["direct"]}])
    ],
    "only-deferred-tools": lambda _: [
        fields(tools=[TOOL, {**TOOL, "name": "t", "defer_loading": True}]),
        fields(tools=[]),
    ],
    "open-object": lambda _: [fields(tools=[STRICT])],
    "mismatched-property-key": lambda _: [
        fields(tools=[{**TOOL, "input_schema": {"type": "object", "properties": {name: {"properties": {"ü": {}}}}}}])
        for name in ("a.b-c_0", "a" * 64)
    ],
    "malformed-input-schema": lambda _: [
        fields(tools=[{**TOOL, "input_schema": {"type": "object", "properties": {"a": schema}}}]) for schema in SCHEMAS
    ],
    "unused-container": lambda _: [
        fields(container={"skills": []}),
        fields(container="container_01", tools=[{"type": "code_execution_20250825", "name": "code_execution"}]),
    ],
    "tool-choice-without-tools": lambda _: [fields(tool_choice={"type": "none"})],
    "forced-tool-choice": lambda _: [fields(tools=[TOOL], tool_choice={"type": "auto"})],
    "repeated-tool-use-id": lambda _: [
        lambda draft: _exchange(CALL, answer=[RESULT])(_exchange(CALL, answer=[RESULT])(draft))
    ],
    "unanswered-tool-use": lambda _: [
        _exchange(CALL, OTHER, answer=[{**RESULT, "tool_use_id": "toolu_02"}, RESULT, said("0")])
    ],
    "orphan-server-result": lambda _: [_deferred],
    "unanswered-server-tool-use": lambda _: [_deferred],
    "max-tokens-over-model": lambda model: [fields(max_tokens=model.max_output_tokens)],
    "effort-without-thinking": lambda model: [
        fields(thinking={"type": "disabled"}, output_config={"effort": str(model.disabled_max_effort)})
    ],
    "effort-between-tools": lambda model: [
        fields(thinking={"type": "between_tools"}, output_config={"effort": str(model.between_tools_max_effort)})
    ],
    "overlarge-thinking-budget": lambda _: [
        fields(max_tokens=1025, thinking={"type": "enabled", "budget_tokens": 1024}),
        lambda draft: fields(max_tokens=1, thinking={"type": "enabled", "budget_tokens": 1024})(
            draft.with_header("anthropic-beta", INTERLEAVED)
        ),
    ],
    "forced-tool-with-manual-thinking": lambda model: [
        fields(tools=[TOOL], tool_choice={"type": "any"}, thinking={"type": kind})
        for kind in sorted(model.thinking_types & {"adaptive", "disabled"})
    ],
    "low-top-p-with-thinking": lambda model: [
        fields(max_tokens=1025, thinking={"type": "enabled", "budget_tokens": 1024}, top_p=0.95)
        for _ in model.thinking_types & {"enabled"}
    ],
    "unsupported-min-items": lambda _: [_in_format({"type": "array", "minItems": least}) for least in (0, 1)],
    "unsupported-format": lambda _: [_in_format(*[{**WORD, "format": name} for name in sorted(STRING_FORMATS)])],
    "too-many-optional-properties": lambda _: [_in_format(*[WORD] * 24, required=False)],
    "too-many-unions": lambda _: [_in_format(*[MAYBE_WORD] * 16)],
    "too-many-breakpoints": lambda _: [
        opened(turn_of("user", *[_cached("5m")] * 4), HELLO),
        lambda draft: fields(cache_control={"type": "ephemeral"})(
            opened(turn_of("user", *[_cached("5m")] * 3), HELLO)(draft)
        ),
    ],
    "long-breakpoint-after-short": lambda _: [opened(turn_of("user", _cached("1h"), _cached("5m")), HELLO)],
    "conflicting-automatic-breakpoint": lambda _: [
        lambda draft: fields(cache_control={"type": "ephemeral", "ttl": "1h"})(attached(_cached("1h"))(draft)),
    ],
    "undersized-number": lambda _: [
        lambda draft: fields(output_config={"task_budget": {"type": "tokens", "total": 20_000}})(
            with_beta(draft, "task-budgets-2026-03-13")
        ),
    ],
    "clearing-without-thinking": lambda model: [
        lambda draft: fields(max_tokens=1025, thinking=_thinking(model), context_management={"edits": [CLEAR]})(
            with_beta(draft, EDITING)
        )
    ],
    "fast-mode-without-beta": lambda _: [
        fields(speed="standard"),
        lambda draft: fields(speed="fast")(with_beta(draft, FAST)),
    ],
    "skills-without-code": lambda _: [
        fields(container={"skills": [SKILL]}, tools=[{"type": "code_execution_20250825", "name": "code_execution"}]),
    ],
    "empty-thought": lambda _: [_recalled("", "EqQB")],
    "unsigned-thought": lambda _: [_recalled("0", "x")],
    "edited-thought": lambda _: [
        _recalled("0", seal("0", "0", size=240)),
        _recalled("0", seal("1", "0", size=240), HI, HELLO),
    ],
    "forgotten-thought": lambda _: [
        lambda draft: fields(max_tokens=1025, thinking={"type": "enabled", "budget_tokens": 1024})(
            _called("get_weather")(draft)
        )
    ],
    "overweight-image": lambda _: [lambda draft: attach(draft, _heaviest())],
    "undecodable-image": lambda _: [
        attached(image_block(image(media_type, 1, 1) + b"0", media_type=media_type)) for media_type in FORMATS
    ],
    "oversized-image-among-many": lambda _: [
        attached(*[_picture(1, 1)] * LIMITS.many_images, _picture(1, LIMITS.many_image_side)),
        attached(*[_picture(1, 1)] * (LIMITS.many_images - 1), _picture(LIMITS.image_side, 1)),
    ],
    "oversized-image": lambda _: [
        attached(_picture(LIMITS.image_side, side, media_type))
        for side in (1, LIMITS.image_side)
        for media_type in FORMATS
    ],
    "unshrinkable-image": lambda model: [
        attached({**_picture(model.image_max_edge, 1), "transformations": {"oversized_image": "error"}})
    ],
    "url-without-https": lambda _: [
        attached({"type": "image", "source": {"type": "url", "url": "HTTPS://example.com/cat.png"}})
    ],
    "too-many-media": lambda model: [attached(*[_picture(1, 1)] * model.max_media)],
    "overlong-pdf": lambda model: [lambda draft: attach(draft, pdf_block(pdf(model.max_pdf_pages)))],
    "overlong-pdf-for-short-context": lambda model: [lambda draft: attach(draft, pdf_block(pdf(model.max_pdf_pages)))],
}
"""Rule to edits of an accepted request that it still accepts.

Sources: limits of the vision, PDF and errors pages, 2026-10; lenient answers in live probes, 2026-08 to 2026-10.
"""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A request that is accepted, and the rule that it nearly breaks."""

    rule: str
    draft: Draft

    @property
    def body(self) -> JsonObject:
        """The body as JSON."""
        return self.draft.body

    @property
    def request(self) -> RawRequest:
        """The request as it arrives."""
        return self.draft.request()

    def __repr__(self) -> str:
        return f"NearMiss({self.rule!r}, {shown(self.draft)})"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))


def near_misses(*, rules: Iterable[str] | None = None) -> st.SearchStrategy[NearMiss]:
    """Requests that are accepted by a hair, for each rule of which such a request is known.

    Some weigh 10 MB, one has 100,000 messages; `rules` keeps them out.
    """
    wanted = [rule_named(name) for name in (NEAR if rules is None else rules)]
    if not wanted:
        raise ValueError("no rule is named; leave `rules` out for all")
    unknown = [rule.id for rule in wanted if rule.id not in NEAR]
    if unknown:
        raise ValueError(f"of {unknown[0]} no near miss is known; known: {', '.join(NEAR)}")
    chosen = [rule for rule in RULES.values() if rule in wanted]

    @st.composite
    def drawn(draw: st.DrawFn) -> NearMiss:
        rule = draw(st.sampled_from(chosen))
        model, name = draw(_names(rule))
        edit = draw(st.sampled_from(NEAR[rule.id](model)))
        return NearMiss(rule.id, edit(Draft(draw_body(draw, model, (), name=name))))

    return drawn()


@cache
def _names(rule: Rule[Any]) -> st.SearchStrategy[tuple[ModelProfile, str]]:
    return st.sampled_from(served.names_of([model for model in within(rule) if NEAR[rule.id](model)]))
