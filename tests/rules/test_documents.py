from random import Random

import pybase64
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockclaude.call import Call
from mockclaude.rules.documents import DOCUMENTS, pdf_block
from mockclaude.rules.images import IMAGES
from mockclaude.rules.rule import Break, Draft, Rule
from mockclaude.settings import Limits
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import APIError
from mockclaude.wire.media import pdf
from tests.corpus import needs_corpus
from tests.rules.media import (
    LONG,
    MODELS,
    SHORT,
    TEXT,
    TINY,
    call_of,
    clean_drafts,
    draft_of,
    errors,
    recorded,
    refusal,
    tool_result,
)

RULES = (*IMAGES, *DOCUMENTS)
BREAKS = [pytest.param(rule, change, id=change.__name__) for rule in DOCUMENTS for change in rule.breaks]
PDF = "messages.0.content.0.pdf.source.base64.data"
WITHOUT_PDF = "claude-3-haiku-20240307"


def refused(*blocks: Json, model: str = LONG, limits: Limits | None = None) -> APIError | None:
    return refusal(call_of(draft_of(*blocks, model=model), limits=limits), RULES)


def said(error: APIError | None) -> tuple[int, str, str, object] | None:
    return None if error is None else (error.status, error.kind, error.message, error.details)


def invalid(message: str) -> tuple[int, str, str, object]:
    return 400, "invalid_request_error", message, None


@pytest.mark.parametrize(
    "data", [f"data:application/pdf;base64,{pybase64.b64encode_as_string(pdf())}", "37,80,68,70", "JVBERi0xLjQ"]
)
def test_a_pdf_that_is_not_base64_is_refused(data: str) -> None:
    assert said(refused(pdf_block(data))) == invalid("messages.0.content.0.document.source.base64: invalid base64 data")


def test_a_pdf_without_bytes_is_refused() -> None:
    assert said(refused(pdf_block(""))) == invalid("messages.0.content.0.document.source.base64: PDF cannot be empty")


@pytest.mark.parametrize("data", [b"<!doctype html>", b"%PDF-1.4\n", pdf()[:-300], b"PK\x03\x04docx", b"\0"])
def test_bytes_that_no_page_can_be_read_from_are_refused(data: bytes) -> None:
    assert said(refused(pdf_block(data))) == invalid(f"{PDF}: The PDF specified was not valid.")


def test_an_encrypted_pdf_is_refused() -> None:
    assert said(refused(pdf_block(pdf(3, encrypted=True)))) == invalid(
        f"{PDF}: The PDF specified is password protected."
    )


def test_a_model_with_a_long_context_takes_600_pages_and_names_the_document() -> None:
    assert refused(pdf_block(pdf(600))) is None
    assert said(refused(TEXT, pdf_block(pdf(601)))) == invalid(
        "messages.0.content.1.pdf.source.base64.data: A maximum of 600 PDF pages may be provided."
    )


def test_a_model_with_a_short_context_takes_100_pages_and_names_no_document() -> None:
    assert refused(pdf_block(pdf(100)), model=SHORT) is None
    error = refused(TEXT, pdf_block(pdf(101)), model=SHORT)
    assert said(error) == invalid("A maximum of 100 PDF pages may be provided.")
    assert error is not None
    assert error.path == "messages.0.content.1.pdf.source.base64.data"


def test_pages_are_not_counted_for_models_that_are_not_known_to_take_any() -> None:
    assert refused(pdf_block(pdf(101)), model=WITHOUT_PDF) is None


@pytest.mark.parametrize(("model", "path"), [(LONG, f"{PDF}: "), (SHORT, "")])
def test_the_limit_of_pages_follows_the_settings(model: str, path: str) -> None:
    limits = Limits().override(["pdf_pages=2"])
    assert refused(pdf_block(pdf(2)), model=model, limits=limits) is None
    assert said(refused(pdf_block(pdf(3)), model=model, limits=limits)) == invalid(
        f"{path}A maximum of 2 PDF pages may be provided."
    )


def test_a_pdf_in_a_tool_result_is_checked_too() -> None:
    assert said(refused(tool_result(TEXT, pdf_block(b"none")))) == invalid(
        "messages.0.content.0.tool_result.content.1.pdf.source.base64.data: The PDF specified was not valid."
    )


@pytest.mark.parametrize(
    "source",
    [
        {"type": "text", "media_type": "text/plain", "data": "%PDF-"},
        {"type": "text", "media_type": "text/plain", "data": ""},
        {"type": "content", "content": "Text."},
        {"type": "content", "content": [TEXT, TINY]},
        {"type": "url", "url": "https://example.com/paper.pdf"},
        {"type": "file", "file_id": "file_011CNha8iCJcU1wXNR6q4V8w"},
    ],
)
def test_text_blocks_and_references_are_accepted(source: JsonObject) -> None:
    assert refused({"type": "document", "source": source}) is None


def test_each_document_is_reported_and_the_worst_first() -> None:
    blocks = [pdf_block(pdf(601)), pdf_block(pdf(encrypted=True)), pdf_block(b"none"), pdf_block(""), pdf_block("?")]
    assert [(error.rule, error.path) for error in errors(call_of(draft_of(*blocks)), RULES)] == [
        ("malformed-pdf-base64", "messages.0.content.4.document.source.base64"),
        ("empty-pdf", "messages.0.content.3.document.source.base64"),
        ("unreadable-pdf", "messages.0.content.2.pdf.source.base64.data"),
        ("encrypted-pdf", "messages.0.content.1.pdf.source.base64.data"),
        ("overlong-pdf", "messages.0.content.0.pdf.source.base64.data"),
    ]


@pytest.mark.parametrize(("rule", "change"), BREAKS)
@given(data=st.data(), random=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_every_break_of_a_clean_draft_is_refused_with_its_rule(
    rule: Rule[Call], change: Break, data: st.DataObject, random: Random
) -> None:
    model = next(model for model in (LONG, SHORT) if rule.models.holds(MODELS.find(model) or MODELS.default))
    draft: Draft = data.draw(clean_drafts(model))
    error = refusal(call_of(change(draft, random)), RULES)
    assert error is not None
    assert error.rule == rule.id


@pytest.mark.parametrize("model", [model.id for model in MODELS])
def test_every_break_holds_for_every_model_in_the_scope_of_its_rule(model: str) -> None:
    for rule in DOCUMENTS:
        for change in rule.breaks:
            call = call_of(change(draft_of(TEXT, model=model), Random(0)))
            if rule.models.holds(call.model):
                error = refusal(call, RULES)
                assert error is not None
                assert error.rule == rule.id


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda middle: pdf()[:60] + middle + pdf()[-120:]))
@settings(deadline=None)
def test_any_bytes_are_accepted_or_refused_and_never_raise(data: bytes) -> None:
    error = refused(pdf_block(data))
    assert error is None or error.rule in {"empty-pdf", "unreadable-pdf", "encrypted-pdf", "overlong-pdf"}


@needs_corpus
def test_recorded_requests_with_documents_that_were_answered_are_accepted() -> None:
    outcomes = [error for _, error in recorded("document", RULES)]
    assert len(outcomes) > 70
    assert [error for error in outcomes if error] == []
