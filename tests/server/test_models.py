"""The list of models is paged as the Models API pages it."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockclaude.mock import MockClaude

from .line import Answer, Line, request


def get(mock: MockClaude, path: str = "/v1/models", **headers: str) -> Answer:
    with Line(mock.url) as line:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        return line.ask(request(b"", method="GET", path=path, headers=fields))


def page(mock: MockClaude, **query: Any) -> dict[str, Any]:
    return dict(get(mock, f"/v1/models?{urlencode(query, doseq=True)}").json())


def ids(page: dict[str, Any]) -> list[str]:
    return [model["id"] for model in page["data"]]


def everything(mock: MockClaude) -> list[str]:
    return ids(page(mock, limit=1000, **{"lifecycle[]": ["active", "deprecated", "retired"]}))


def test_a_list_is_newest_first_and_leaves_retired_models_out(mock: MockClaude) -> None:
    listed = page(mock, limit=1000)
    assert {model["lifecycle"] for model in listed["data"]} <= {"active", "deprecated"}
    dates = [model["created_at"] for model in listed["data"]]
    assert dates == sorted(dates, reverse=True)
    assert (listed["has_more"], listed["first_id"], listed["last_id"]) == (False, ids(listed)[0], ids(listed)[-1])


def test_retired_models_are_listed_when_they_are_asked_for(mock: MockClaude) -> None:
    for key in ("lifecycle", "lifecycle[]"):
        assert {model["lifecycle"] for model in page(mock, **{key: "retired"})["data"]} == {"retired"}


def test_a_page_holds_20_unless_told_otherwise(mock: MockClaude) -> None:
    stages = {"lifecycle[]": ["active", "deprecated", "retired"]}
    assert ids(page(mock, **stages)) == everything(mock)[:20]


@given(limit=st.integers(1, 40))
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_forwards_and_backwards_make_the_whole_list(mock: MockClaude, limit: int) -> None:
    stages = {"lifecycle[]": ["active", "deprecated", "retired"]}
    whole = everything(mock)
    forwards, current = [], page(mock, limit=limit, **stages)
    forwards += ids(current)
    while current["has_more"]:
        current = page(mock, limit=limit, after_id=current["last_id"], **stages)
        forwards += ids(current)
    assert forwards == whole
    backwards = [whole[-1]]
    current = page(mock, limit=limit, before_id=whole[-1], **stages)
    backwards = ids(current) + backwards
    while current["has_more"]:
        current = page(mock, limit=limit, before_id=current["first_id"], **stages)
        backwards = ids(current) + backwards
    assert backwards == whole


def test_an_empty_page_has_no_ends(mock: MockClaude) -> None:
    last = everything(mock)[-1]
    stages = {"lifecycle[]": ["active", "deprecated", "retired"]}
    assert page(mock, after_id=last, **stages) == {"data": [], "has_more": False, "first_id": None, "last_id": None}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        ("limit=1001", "limit: Input should be less than or equal to 1000"),
        ("limit=ten", "limit: Input should be a valid integer"),
        ("limit=-1", "limit: Input should be a valid integer"),
        ("limit=" + "9" * 5000, "limit: Input should be a valid integer"),
        ("lifecycle[]=active&lifecycle[]=dead", "lifecycle.1: Input should be 'active', 'deprecated' or 'retired'"),
        ("after_id=nobody", "after_id: no model of this list is called 'nobody'"),
    ],
)
def test_a_bad_query_is_refused(mock: MockClaude, query: str, message: str) -> None:
    answer = get(mock, f"/v1/models?{query}")
    assert (answer.status, answer.json()["error"]["message"]) == (400, message)


def test_every_listed_model_is_found_by_id_and_alias(mock: MockClaude) -> None:
    for model in mock.workspaces.models:
        for name in (model.id, *model.aliases):
            assert get(mock, f"/v1/models/{name}").json()["id"] == model.id


def test_an_unknown_model_is_not_found(mock: MockClaude) -> None:
    answer = get(mock, "/v1/models/claude-nonsense")
    assert (answer.status, answer.json()["error"]) == (
        404,
        {"type": "not_found_error", "message": "model: claude-nonsense"},
    )


@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/claude-opus-5"])
def test_models_are_asked_with_a_key_and_a_version(mock: MockClaude, path: str) -> None:
    assert get(mock, path, x_api_key="").status == 401
    assert get(mock, path, x_api_key="sk-ant-invalid").json()["error"]["message"] == "API key is invalid."
    assert get(mock, path, anthropic_version="").json()["error"]["message"] == "anthropic-version: header is required"
