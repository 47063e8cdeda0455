"""Requests for tests of rules: plain drafts, clean drafts of every kind, and what a list of rules says of one."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, cast

from hypothesis import settings
from hypothesis import strategies as st

from mockclaude.call import VERSIONS, Call, Intake
from mockclaude.clock import EPOCH
from mockclaude.models import ModelProfile, Models
from mockclaude.rules.rule import Draft, Rule
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject, RequestBody
from mockclaude.wire.error import APIError

MODELS: Final = Models.load()
TODAY: Final = EPOCH.date()
ALL: Final = list(MODELS)
SERVED: Final = [model for model in ALL if model.lifecycle(TODAY) != "retired"]

QUICK: Final = settings(max_examples=25, deadline=None)
"""One of these properties stands for each break: many, small ones."""

PATHS: Final = ("/v1/messages", "/v1/messages/count_tokens")

DEFAULTS: Final = Settings()
LIVE: Final = Settings(validation="live")
REFUSING: Final = Settings(retired="refuse")


def user(content: Any) -> JsonObject:
    return {"role": "user", "content": content}


def assistant(content: Any) -> JsonObject:
    return {"role": "assistant", "content": content}


def system(content: Any, **fields: Any) -> JsonObject:
    return {"role": "system", "content": content, **fields}


def text(words: str) -> JsonObject:
    return {"type": "text", "text": words}


def draft_of(*turns: JsonObject, model: str = "claude-opus-4-8", **fields: Any) -> Draft:
    """A draft of these turns, or of one greeting, with more fields of the body."""
    return Draft({"model": model, "max_tokens": 64, "messages": list(turns or [user("Hello")]), **fields})


def intake_of(draft: Draft, settings: Settings = DEFAULTS, *, today: date = TODAY) -> Intake:
    return Intake(draft.request(), settings=settings, models=MODELS, today=today)


def call_of(draft: Draft, settings: Settings = DEFAULTS, *, today: date = TODAY) -> Call:
    """The call of a draft whose shape nobody checks."""
    intake = intake_of(draft, settings, today=today)
    body = cast("RequestBody", intake.document)
    model = MODELS.find(body["model"])
    return Call(intake, body, model or MODELS.default, knows_model=model is not None)


def judged_by(rules: Iterable[Rule[Any]], subject: Intake | Call) -> list[APIError]:
    """Everything these rules refuse, in their order."""
    return [
        rule.error(facts)
        for rule in rules
        if isinstance(subject, Intake) or _applies(rule, subject)
        for facts in rule.check(subject)
    ]


def _applies(rule: Rule[Call], call: Call) -> bool:
    return (
        (call.validation != "live" or not rule.strict_only)
        and (not rule.needs or not rule.needs.isdisjoint(call.features))
        and (rule.versions is None or call.version in rule.versions)
        and (rule.endpoints is None or call.endpoint in rule.endpoints)
        and rule.models.holds(call.model)
    )


def facts_of(error: APIError) -> tuple[int, str, str]:
    """What a client sees of an error first."""
    return error.status, error.kind, error.message


WORDS: Final = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(lambda words: bool(words.strip()))
BETAS: Final = ("context-1m-2025-08-07", "claude-code-20250219", "files-api-2025-04-14")


@st.composite
def exchanges(draw: st.DrawFn, number: int) -> list[JsonObject]:
    """A question with its answer, sometimes by way of a tool, a picture or thoughts."""
    question = draw(WORDS)
    asked = draw(
        st.sampled_from(
            [
                question,
                [text(question)],
                [text(" "), text(question)],
                [text(question), {"type": "image", "source": PNG}],
            ]
        )
    )
    answered = draw(st.sampled_from(["Yes.", [text("\n"), text("Yes.")], [THOUGHT, text("Yes.")], [], ""]))
    if draw(st.booleans()):
        return [user(asked), assistant(answered)]
    use = {"type": "tool_use", "id": f"toolu_{number}", "name": "look", "input": {}}
    result = {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": draw(st.sampled_from(["", "15", []]))}
    return [user(asked), assistant([use]), user([result]), assistant(answered)]


PNG: Final[JsonObject] = {"type": "url", "url": "https://example.com/a.png"}
THOUGHT: Final[JsonObject] = {"type": "thinking", "thinking": "Hm.", "signature": "EqQB"}


@st.composite
def clean_drafts(
    draw: st.DrawFn,
    models: Sequence[ModelProfile] = SERVED,
    versions: Sequence[str] = VERSIONS,
    paths: Sequence[str] = PATHS,
) -> Draft:
    """Drafts that break no rule, whatever the setting: built clean, not filtered."""
    model = draw(st.sampled_from(models))
    turns: list[JsonObject] = []
    for number in range(draw(st.integers(0, 2))):
        turns += draw(exchanges(number))
    turns.append(user(draw(WORDS)))
    if model.system_role and draw(st.booleans()):
        turns += [system("Be brief.")] * draw(st.integers(1, 2))
    elif model.prefill and draw(st.booleans()):
        turns.append(assistant(draw(st.sampled_from(["The answer is", [text("{")], [], ""]))))
    body: JsonObject = {"model": draw(st.sampled_from([model.id, *model.aliases])), "messages": list(turns)}
    path = draw(st.sampled_from(paths))
    if not path.endswith("count_tokens"):
        body["max_tokens"] = draw(st.integers(0, model.max_output_tokens))
    body |= draw(st.sampled_from([{}, {"system": "Be kind."}, {"system": ""}, {"system": [text("Be kind.")]}]))
    headers = {"anthropic-version": draw(st.sampled_from(versions))}
    headers |= draw(st.sampled_from([{"x-api-key": "sk-ant-mock-a"}, {"authorization": "Bearer sk-ant-api03-x"}]))
    headers |= draw(st.sampled_from([{}, {"content-type": "application/json; charset=utf-8"}]))
    headers |= draw(st.sampled_from([{}, {"anthropic-beta": ",".join(BETAS)}]))
    return Draft(body, headers, path=path)


def clean_drafts_for(rule: Rule[Any]) -> st.SearchStrategy[Draft]:
    """Clean drafts within the scope of a rule, to retired models where it holds for no other."""
    models = [model for model in SERVED if rule.models.holds(model)] or [m for m in ALL if rule.models.holds(m)]
    paths = [path for path in PATHS if rule.endpoints is None or path.rpartition("/")[2] in rule.endpoints]
    return clean_drafts(models, sorted(rule.versions or VERSIONS), paths)


def breaks_of(*rules: Rule[Any]) -> list[Any]:
    """Every break of these rules as parameters of a test, named after the change."""
    return [(rule, change) for rule in rules for change in rule.breaks]


def break_id(value: object) -> str:
    """The name of such a parameter."""
    return value.id if isinstance(value, Rule) else str(getattr(value, "__name__", value))
