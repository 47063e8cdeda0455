"""Any language can ask for the verdicts, and a build fails by their status."""

import pytest

from mockclaude.mock import MockClaude

from .control_client import ControlClient


def test_a_clean_world_holds(control: ControlClient) -> None:
    control.call()
    assert control.ask("POST", "/verify/contract", {}).json() == {"holds": True, "breaches": []}
    assert control.ask("POST", "/verify/resilience", {}).json() == {"holds": True, "lapses": []}


def test_a_broken_rule_is_told_with_its_place_and_its_way_out(control: ControlClient) -> None:
    control.call(max_tokens=10**7)
    said = control.ask("POST", "/verify/contract", {"validation": "live"})
    message = "max_tokens: 10000000 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5"
    assert (said.status, said.json()["holds"]) == (409, False)
    assert said.json()["breaches"] == [
        {
            "request": '<call #1 claude-sonnet-4-5 "hello" -> 400 invalid_request_error (max-tokens-over-model)>',
            "call": 1,
            "rule": "max-tokens-over-model",
            "message": message.replace("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
            "severity": "violation",
            "path": "max_tokens",
            "fix": "Ask for no more tokens than the model writes.",
        }
    ]
    assert said.error["type"] == "verification_failed"
    assert said.error["message"].startswith("1 request broke the API's contract:\n")
    assert control.ask("POST", "/verify/contract", {"ignore": ["max-tokens-over-model"]}).status == 200


def test_a_lapse_is_told_with_its_calls_and_its_way_out(mock: MockClaude, control: ControlClient) -> None:
    mock.reply("x", times=1)
    for _ in range(2):
        control.call(model="gpt-9")
    said = control.ask("POST", "/verify/resilience", {"attempts": 5})
    assert (said.status, said.json()["lapses"]) == (
        409,
        [
            {
                "id": "retried-final-error",
                "message": "call #2 repeats call #1, which was answered 404 not_found_error",
                "calls": [1, 2],
                "fix": "Retry 408, 409, 429, 5xx and broken connections only, and let x-should-retry decide where it is sent.",
            }
        ],
    )
    assert said.error["message"].startswith("the client did 1 thing that it should not:\n")


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("contract", {"validation": "stritc"}, "validation is 'stritc'; expected one of strict, live, off"),
        ("contract", {"validation": 3}, "validation is '3'; expected one of strict, live, off"),
        ("contract", {"ignore": [3]}, "ignore is [3]; expected a list of names"),
        ("contract", {"ignored": []}, "unknown key 'ignored'; did you mean 'ignore'?"),
        ("resilience", {"attempts": "3"}, "attempts is '3'; expected a whole number"),
        ("resilience", {"attempts": True}, "attempts is True; expected a whole number"),
        ("resilience", {"restarts": 1}, "restarts is 1; expected true or false"),
        ("resilience", {"within": None, "outcome": 3}, "outcome is 3; expected what the client returned"),
    ],
)
def test_what_cannot_be_judged_by_is_refused(control: ControlClient, path, body, message) -> None:
    said = control.ask("POST", f"/verify/{path}", body)
    assert said.status == 400
    assert said.error["message"].startswith(message)
