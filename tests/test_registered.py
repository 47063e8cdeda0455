"""`st.from_type` gives the API's types as they are accepted, and importing Hypothesis costs nothing for it."""

import subprocess
import sys
from importlib.metadata import entry_points

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.call import Intake
from mockclaude.clock import EPOCH
from mockclaude.rules.catalogue import audit
from mockclaude.rules.occasion import shipped
from mockclaude.rules.rule import Draft
from mockclaude.settings import Settings
from mockclaude.wire import Message, MessagesRequest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


@QUIET
@given(st.from_type(MessagesRequest))
def test_a_request_by_its_type_is_accepted(request: MessagesRequest) -> None:
    draft = Draft(request.model_dump())
    intake = Intake(draft.request(), settings=Settings(), models=shipped(), today=EPOCH.date())
    assert [finding for finding in audit(intake) if finding.severity == "violation"] == []


@QUIET
@given(st.from_type(Message))
def test_a_message_by_its_type_has_an_end(message: Message) -> None:
    assert message.stop_reason


def test_hypothesis_finds_us() -> None:
    found = [entry.value for entry in entry_points(group="hypothesis") if entry.name == "mockclaude"]
    assert found == ["mockclaude.registered:register"]


def printed(code: str) -> str:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_importing_hypothesis_loads_neither_types_nor_strategies() -> None:
    heavy = ("pydantic", "mockclaude.wire.request", "mockclaude.strategies.requests", "mockclaude.rules", "aiohttp")
    assert printed(f"import sys, hypothesis; print([name for name in {heavy} if name in sys.modules])") == "[]"
    assert printed("import sys, hypothesis; print('mockclaude.registered' in sys.modules)") == "True"


@pytest.mark.parametrize("imports", ["hypothesis, mockclaude.wire.request", "mockclaude.wire.request, hypothesis"])
def test_the_order_of_imports_does_not_matter(imports: str) -> None:
    find = "hypothesis.find(hypothesis.strategies.from_type(mockclaude.wire.MessagesRequest), lambda _: True)"
    assert printed(f"import {imports}; print({find}.max_tokens)") == "1"
