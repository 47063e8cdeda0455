"""Every parameter that the installed SDK can send has its place here, with and without betas."""

import json
import re
from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic.types import message_count_tokens_params as counting
from anthropic.types import message_create_params as creating
from anthropic.types.beta import message_count_tokens_params as beta_counting
from anthropic.types.beta import message_create_params as beta_creating

from mockclaude import MockClaude
from mockclaude.rules.rule import Draft
from mockclaude.rules.shape import faults
from mockclaude.wire.betas import KNOWN_BETAS

from ..rules.drafts import intake_of
from .parameters import bodies

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

GA: dict[str, Any] = {
    "/v1/messages": creating.MessageCreateParamsNonStreaming,
    "/v1/messages/count_tokens": counting.MessageCountTokensParams,
}
BETA: dict[str, Any] = {
    "/v1/messages": beta_creating.MessageCreateParamsNonStreaming,
    "/v1/messages/count_tokens": beta_counting.MessageCountTokensParams,
}
ALL_BETAS = ",".join(sorted(KNOWN_BETAS))


BEYOND_TYPES = re.compile(r"\S+\.(trigger\.input_tokens\.value|task_budget\.total): Input should be greater than .*")
"""Numbers of which the documentation says the least, and the types do not."""


def wrong(body: dict[str, Any], path: str, betas: str | None) -> set[str]:
    """What the rules of shape say of a body, places left out."""
    draft = Draft(json.loads(json.dumps(body)), path=path).with_header("anthropic-beta", betas)
    return {re.sub(r"\.\d+", "", fault.rule.message.format(**fault.facts)) for fault in faults(intake_of(draft))}


@pytest.mark.parametrize("path", GA)
def test_whatever_the_sdk_types_has_the_shape_of_a_request(path: str) -> None:
    assert set().union(*[wrong(body, path, None) for body in bodies(GA[path])]) == set()


@pytest.mark.parametrize("path", BETA)
def test_whatever_its_beta_half_types_has_the_shape_of_a_request_with_betas(path: str) -> None:
    found = set().union(*[wrong(body, path, ALL_BETAS) for body in bodies(BETA[path])[::3]])
    assert {message for message in found if not BEYOND_TYPES.fullmatch(message)} == set()


def test_without_its_beta_every_part_is_refused() -> None:
    found = wrong(bodies(BETA["/v1/messages"])[0], "/v1/messages", None)
    assert {message.partition(":")[0] for message in found if message.endswith("Extra inputs are not permitted")} >= {
        "billing_policy", "compaction", "context_management", "fallback_credit_token", "fallbacks", "mcp_servers",
        "thread",
    }  # fmt: skip
    unknown = {match[1] for message in found if (match := re.match(r"\w+(?:\.\w+)*: Input tag '(\w+)'", message))}
    assert unknown >= {"mcp_tool_use", "compaction", "tool_addition", "advisor_20260301", "mcp_toolset"}


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        MockClaude(validation="off", seed=1) as mock,
        anthropic.Anthropic(base_url=mock.url, api_key=mock.api_key, max_retries=0) as connected,
    ):
        yield connected


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_off_answers_a_call_with_all_parameters(client: Any, stream: bool) -> None:
    for body in bodies(GA["/v1/messages"])[::8]:
        reply = client.messages.create(**{**body, "stream": stream})
        assert (list(reply)[-1].type == "message_stop") if stream else (reply.type == "message")


def test_off_answers_a_beta_call_with_all_parameters(client: Any) -> None:
    for body in bodies(BETA["/v1/messages"])[::10]:
        assert client.beta.messages.create(**{**body, "stream": False}, betas=sorted(KNOWN_BETAS)).type == "message"


def test_off_counts_a_call_with_all_parameters(client: Any) -> None:
    assert client.messages.count_tokens(**bodies(GA["/v1/messages/count_tokens"])[0]).input_tokens > 0
    beta = bodies(BETA["/v1/messages/count_tokens"])[0]
    assert client.beta.messages.count_tokens(**beta, betas=sorted(KNOWN_BETAS)).input_tokens > 0
