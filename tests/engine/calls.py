"""Calls for the tests of the engine, made without a server."""

from mockclaude.call import Call, Intake
from mockclaude.clock import EPOCH
from mockclaude.models import Models
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire.body import Json

MODELS = Models.load()


def call(*, settings: Settings | None = None, beta: str = "", **body: Json) -> Call:
    """A call of `hello` to a current model, with the given fields set."""
    fields: dict[str, Json] = {
        "model": "claude-opus-5",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": "hello"}],
        **body,
    }
    draft = Draft(body=fields).with_header("anthropic-beta", beta)
    intake = Intake(draft.request(), settings=settings or Settings(), models=MODELS, today=EPOCH.date())
    model = MODELS.find(str(fields["model"]))
    return Call(intake, fields, model or MODELS.default, knows_model=model is not None)  # type: ignore[arg-type]
