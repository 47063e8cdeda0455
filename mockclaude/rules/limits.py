"""What there is at most: items of a conversation, models that answer, tokens a model writes."""

from collections.abc import Iterable
from functools import lru_cache
from random import Random
from typing import Final, cast

from mockclaude.call import Call
from mockclaude.meter.text import TEXT_COST
from mockclaude.meter.tokens import count_input
from mockclaude.models import ModelProfile, Models
from mockclaude.rules.edits import model_of
from mockclaude.rules.media import NEEDS
from mockclaude.rules.opening import HELLO, HI, opened_with
from mockclaude.rules.rule import WRITING, Draft, Facts, Rule, Scope, having, rule
from mockclaude.wire.body import JsonObject, RequestBody
from mockclaude.wire.evidence import documented, observed, reported
from mockclaude.wire.finding import Finding

ENDING: Final = Scope(
    "models with a day of retirement", lambda model: model.retired_on is not None or model.retires_at is not None
)


@rule(
    message="too many messages: {count} > {limit}",
    source=documented("2026-11", "SDK 2.12.0: at most 100,000 messages in a request; the text is ours"),
    fix="Send fewer; `--limit messages=N` moves the limit.",
)
def too_many_messages(call: Call) -> Iterable[Facts]:
    """A conversation of more items than the API takes."""
    count, limit = len(call.body["messages"]), call.settings.limits.messages
    return () if count <= limit else ({"count": count, "limit": limit, "path": "messages"},)


@too_many_messages.broken_by
def repeat_the_conversation(draft: Draft, _random: Random) -> Draft:
    """One exchange said fifty thousand times before the conversation."""
    return opened_with(draft, *[HI, HELLO] * 50_000)


@rule(
    message="model: {model}",
    status=404,
    covers=("model.unknown",),
    source=observed("2026-08-17", "recordings 2024-02 to 2026-08 and live probes"),
    fix="Name a model of `mockclaude models`, add one with `--models FILE`, or use `--unknown-models accept`.",
)
def unknown_model(call: Call) -> Iterable[Facts]:
    """A model that does not exist."""
    if call.knows_model or call.settings.unknown_models == "accept":
        return ()
    name = call.body["model"]
    near = call.models.nearest(name)
    return ({"model": name, "path": "model", "hint": f"Did you mean {near!r}?" if near else ""},)


@unknown_model.broken_by
def misspell_the_model(draft: Draft, random: Random) -> Draft:
    """Names as they are guessed: a wrong order of words, another vendor's, a blank."""
    return draft.with_body(model=random.choice(["claude-4-5-haiku", "claude-haiku-4-5-latest", "gpt-4o", " "]))


@rule(
    message="model: {model}",
    status=404,
    models=ENDING,
    covers=("model.unknown",),
    source=observed("2026-07-13", "recordings: claude-sonnet-4-20250514 and four others after their retirement"),
    fix="Name a model that is still served, or leave `--retired refuse` out.",
)
def retired_model(call: Call) -> Iterable[Facts]:
    """A model that no longer answers; served with a remark unless retired models are to be refused."""
    if call.model.lifecycle(call.today) != "retired":
        return ()
    if call.settings.retired == "refuse":
        return ({"model": call.body["model"], "path": "model"},)
    end = call.model.retired_on or call.model.retires_at
    remark = Finding("retired-model", f"{call.model.id} was retired on {end}; the API answers 404", "remark", "model")
    if remark not in call.findings:
        call.findings.append(remark)
    return ()


@lru_cache(maxsize=1)
def _long_retired() -> tuple[ModelProfile, ...]:
    return tuple([model for model in Models.load() if model.retired_on is not None])


@retired_model.broken_by
def name_a_retired_model(draft: Draft, random: Random) -> Draft:
    """The same request to a model of an earlier year."""
    model = random.choice(_long_retired())
    return draft.with_body(model=random.choice([model.id, *model.aliases]))


@rule(
    message="max_tokens: {count} > {limit}, which is the maximum allowed number of output tokens for {model}",
    endpoints=WRITING,
    covers=("lim.max_tokens",),
    source=observed("2026-09", "captures: claude-opus-5 128000, claude-haiku-4-5 64000 with its dated id"),
    fix="Ask for no more tokens than the model writes.",
)
def max_tokens_over_model(call: Call) -> Iterable[Facts]:
    """More output tokens than the model can write."""
    count, limit = call.body["max_tokens"], _most_output(call)
    if count <= limit:
        return ()
    model = call.model.id if call.knows_model else call.body["model"]
    return ({"count": count, "limit": limit, "model": model, "path": "max_tokens"},)


LONG_BATCHES: Final = "output-300k-2026-03-24"
"""The beta by which some models write more in batches; source: models overview and API reference, 2026-11."""


def _most_output(call: Call) -> int:
    long = call.model.batch_output_tokens if call.endpoint == "batch_rows" and LONG_BATCHES in call.betas else None
    return long or call.model.max_output_tokens


@max_tokens_over_model.broken_by
def ask_for_too_many_tokens(draft: Draft, random: Random) -> Draft:
    """More than any model writes."""
    return draft.with_body(max_tokens=random.choice([128_001, 200_000, 10**9]))


TOLERANCE: Final = 1.2
"""How much an estimate may err: of recorded prompts beyond 300 tokens none was overrated by more."""
MOST_PER_BYTE: Final = 4
"""More tokens than any byte of a request's text is rated at."""
OVERHEAD: Final = 20_000
"""More tokens than the prompts that the API adds for its own tools."""


def _window(call: Call) -> int:
    limit = call.settings.limits.prompt_tokens
    return call.model.context_window if limit is None else limit


def _surely(call: Call, count: int) -> float:
    """The tokens that a prompt has at least; a window that is set is compared with the estimate itself."""
    return count if call.settings.limits.prompt_tokens is not None else count / TOLERANCE


def _prompt(call: Call, room: int) -> int:
    """The estimated tokens of a prompt; 0 when so many are not reached in any case."""
    if call.features.isdisjoint(NEEDS) and len(call.intake.body) * MOST_PER_BYTE + OVERHEAD < room:
        return 0
    return count_input(call.body, call.model)


@rule(
    message="prompt is too long: {count} tokens > {limit} maximum",
    covers=("lim.prompt",),
    source=observed("2026-08-19", "recordings: claude-haiku-4-5, 3333404 > 200000; here of estimated tokens"),
    fix=(
        "Shorten the prompt. Tokens are estimated, so it is refused from a fifth above the context window on; "
        "`--limit prompt_tokens=N` sets a window that is taken exactly."
    ),
)
def overlong_prompt(call: Call) -> Iterable[Facts]:
    """A prompt that is longer than the model's context window, by more than the estimate may err."""
    window = _window(call)
    count = _prompt(call, window)
    return ({"count": count, "limit": window, "path": "messages"},) if _surely(call, count) > window else ()


@overlong_prompt.broken_by
def paste_a_long_number(draft: Draft, random: Random) -> Draft:
    """A number with more digits than the window holds."""
    digits = round(model_of(draft).context_window * random.choice([1.3, 1.4]))
    return opened_with(draft, {"role": "user", "content": DIGIT * digits}, HELLO)


DIGIT: Final = "3"


@rule(
    message=(
        "input length and `max_tokens` exceed context limit: {count} + {asked} > {limit}, decrease input length or "
        "`max_tokens` and try again"
    ),
    models=having("answer_within_context"),
    endpoints=WRITING,
    covers=("lim.context",),
    source=reported("2026-09", "public reports; newer models stop at the end of the window instead"),
    fix="Lower `max_tokens`, shorten the prompt, or send the beta model-context-window-exceeded-2025-08-26.",
)
def overlong_answer(call: Call) -> Iterable[Facts]:
    """A prompt and `max_tokens` that together exceed the context window of an older model."""
    asked, window = call.body["max_tokens"], _window(call)
    if BEYOND in call.betas:
        return ()
    count = _prompt(call, window - asked)
    if _surely(call, count) + asked <= window:
        return ()
    return ({"count": count, "asked": asked, "limit": window, "path": "max_tokens"},)


BEYOND: Final = "model-context-window-exceeded-2025-08-26"


@overlong_answer.broken_by
def ask_for_more_than_fits(draft: Draft, _random: Random) -> Draft:
    """A long prompt, and an answer of all tokens that the model can write."""
    model = model_of(draft)
    asked = model.max_output_tokens
    room = (model.context_window - asked / 2) * TOLERANCE - count_input(cast("RequestBody", draft.body), model)
    question: JsonObject = {"role": "user", "content": DIGIT * int(room / TEXT_COST[model.tokenizer](DIGIT))}
    return opened_with(draft, question, HELLO).with_body(max_tokens=asked)


COUNT: Final[tuple[Rule[Call], ...]] = (too_many_messages,)
MODEL: Final[tuple[Rule[Call], ...]] = (unknown_model, retired_model)
OUTPUT: Final[tuple[Rule[Call], ...]] = (max_tokens_over_model, overlong_prompt, overlong_answer)
