"""What a script says comes back the same through the official SDKs and our own decoder: every block, every ending."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple, cast

import anthropic
import pytest

from mockclaude import MockClaude, refusal
from mockclaude.engine.contradiction import STOP_REASONS
from mockclaude.engine.reply import Reply
from mockclaude.wire.encoding import loads
from mockclaude.wire.interaction import Interaction
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import message_of

from ..engine.test_say import SAMPLES, fitting
from .test_official_sdks import HERE, environment, node_folder

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Case(NamedTuple):
    """A reply of the table, and whether only the SDK's beta half knows its blocks."""

    name: str
    reply: Reply
    beta: bool


BETA = frozenset(
    {"mcp_tool_use", "mcp_tool_result", "mcp_tool_listing", "advisor_tool_result", "compaction", "fallback"}
)
"""Blocks that only `client.beta` knows; source: SDK 2.12.0."""


def cases() -> Iterator[Case]:
    """Every sample of every block, with every stop reason."""
    for kind, blocks in SAMPLES.items():
        for place, block in enumerate(blocks):
            for reason in STOP_REASONS:
                reply = fitting(block, reason)
                if reason == "refusal":
                    reply = refusal(*cast("Any", reply.content))
                yield Case(f"{kind}-{place}-{reason}", reply, kind in BETA or reason == "compaction")


CASES = {case.name: case for case in cases()}


@pytest.fixture(scope="module")
def mock() -> Iterator[MockClaude]:
    with MockClaude(seed=1) as running:
        running.reply(lambda call: CASES[call.text].reply, force=True)
        yield running


@pytest.fixture(scope="module")
def client(mock: MockClaude) -> Iterator[Any]:
    with anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as connected:
        yield connected


def heard(interaction: Interaction) -> dict[str, Any]:
    """The message in an answer, by our own decoder."""
    response = interaction.response
    assert response is not None
    return cast("dict[str, Any]", message_of(decode(response.body)) if response.streamed else loads(response.body))


def as_the_sdk_folds(message: dict[str, Any], *, completes: bool) -> dict[str, Any]:
    """The message as an SDK folds its stream: named for the model that took over, in Python a missing key completed."""
    folded = {**message, "content": [dict(block) for block in message["content"]]}
    for block in folded["content"]:
        if block["type"] == "fallback":
            folded["model"] = block["to"]["model"]
        elif block["type"] == "compaction" and completes:
            block.setdefault("encrypted_content", None)
    return folded


def as_the_sdk_reads(message: dict[str, Any]) -> dict[str, Any]:
    """The message with the one moment that the Python SDK reads as such."""
    container = message.get("container")
    if container is None:
        return message
    return {**message, "container": {**container, "expires_at": datetime.fromisoformat(container["expires_at"])}}


def scripted(reply: Reply) -> dict[str, Any]:
    """What of a message its script decides."""
    callers = [{"caller": {"type": "direct"}} if block["type"] == "server_tool_use" else {} for block in reply.content]
    return {
        "content": [{**caller, **block} for caller, block in zip(callers, reply.content, strict=True)],
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "stop_details": reply.stop_details,
    }


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_python_sdk_hears_what_was_said(mock: MockClaude, client: Any, case: Case, stream: bool) -> None:
    messages = (client.beta if case.beta else client).messages
    asked: dict[str, Any] = {
        "model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": case.name}],
    }  # fmt: skip
    if stream:
        with messages.stream(**asked) as running:
            message = running.get_final_message().to_dict()
    else:
        message = messages.create(**asked).to_dict()
    ours = heard(mock.journal[-1])
    assert message == as_the_sdk_reads(as_the_sdk_folds(ours, completes=True) if stream else ours)
    assert {key: ours[key] for key in scripted(case.reply)} == scripted(case.reply)


@pytest.mark.sdk
def test_the_typescript_sdk_hears_what_was_said() -> None:
    home = node_folder()
    shutil.copy(HERE / "scripted_replies.mjs", home)
    with MockClaude(seed=1) as mock:
        mock.reply(lambda call: CASES[call.text].reply, force=True)
        run = subprocess.run(
            ["node", "scripted_replies.mjs", mock.url],
            input=json.dumps([{"name": case.name, "beta": case.beta} for case in CASES.values()]),
            capture_output=True,
            text=True,
            check=False,
            cwd=home,
            timeout=120,
            env=environment(),
        )
        assert run.returncode == 0, run.stderr
        ours = [heard(interaction) for interaction in mock.journal]
    told = json.loads(run.stdout)
    assert list(told) == list(CASES)
    for place, (whole, streamed) in enumerate(told.values()):
        assert whole == ours[2 * place]
        assert streamed == as_the_sdk_folds(ours[2 * place + 1], completes=False)
