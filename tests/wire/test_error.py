"""The envelope of an error, byte for byte."""

import pytest

from mockclaude.wire.error import STATUS_OF_TYPE, APIError


@pytest.mark.parametrize(("kind", "status"), STATUS_OF_TYPE.items())
def test_a_status_names_its_type(kind: str, status: int) -> None:
    assert APIError("text", status=status).kind == kind


def test_the_envelope_has_the_recorded_order() -> None:
    error = APIError("max_tokens: Field required")
    assert error.envelope("req_1") == (
        b'{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: Field required"},'
        b'"request_id":"req_1"}'
    )


def test_details_follow_the_message() -> None:
    error = APIError("text", details={"error_code": "image_dimensions_too_large"})
    assert error.envelope("req_1") == (
        b'{"type":"error","error":{"type":"invalid_request_error","message":"text",'
        b'"details":{"error_code":"image_dimensions_too_large"}},"request_id":"req_1"}'
    )


def test_a_wrong_key_is_answered_without_a_request_id() -> None:
    assert APIError("API key is invalid.", status=401, anonymous=True).envelope("req_1") == (
        b'{"type":"error","error":{"type":"authentication_error","message":"API key is invalid."},"request_id":null}'
    )


def test_the_proxy_before_the_api_has_an_envelope_of_its_own() -> None:
    assert APIError("Request exceeds the maximum size", status=413, bare=True).envelope("req_1") == (
        b'{"error":{"type":"request_too_large","message":"Request exceeds the maximum size"}}'
    )


@pytest.mark.parametrize(("status", "kind"), [(405, "invalid_request_error"), (503, "api_error")])
def test_a_status_without_its_own_type_gets_the_family_s(status: int, kind: str) -> None:
    assert APIError("text", status=status).kind == kind


def test_a_row_of_a_batch_tells_an_error_as_it_was_captured() -> None:
    assert APIError("text").result() == {
        "type": "errored",
        "error": {
            "type": "error",
            "error": {
                "details": {"error_visibility": "user_facing"},
                "type": "invalid_request_error",
                "message": "text",
            },
            "request_id": None,
        },
    }
    coded = APIError("text", details={"error_code": "image_dimensions_too_large"}).result("workerreq_1")
    assert coded["error"] == {
        "type": "error",
        "error": {
            "details": {"error_visibility": "user_facing", "error_code": "image_dimensions_too_large"},
            "type": "invalid_request_error",
            "message": "text",
        },
        "request_id": "workerreq_1",
    }
