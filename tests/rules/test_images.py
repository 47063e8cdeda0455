from dataclasses import replace
from io import BytesIO
from random import Random

import pybase64
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mockclaude.call import Call
from mockclaude.rules.documents import DOCUMENTS, pdf_block
from mockclaude.rules.images import FORMATS, IMAGES, image_block
from mockclaude.rules.rule import Break, Draft, Rule
from mockclaude.settings import MIB, PRESETS, Limits
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.error import APIError
from mockclaude.wire.image import MediaType
from mockclaude.wire.media import SIDES, gif, image, jpeg, pdf, png, webp
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
BREAKS = [pytest.param(rule, change, id=change.__name__) for rule in IMAGES for change in rule.breaks]
BASE64 = "messages.0.content.0.image.source.base64"


def by_url(url: str, *, kind: str = "image") -> JsonObject:
    return {"type": kind, "source": {"type": "url", "url": url}}


def refused(*blocks: Json, model: str = LONG, limits: Limits | None = None) -> APIError | None:
    return refusal(call_of(draft_of(*blocks, model=model), limits=limits), RULES)


def said(error: APIError | None) -> tuple[int, str, str, object] | None:
    return None if error is None else (error.status, error.kind, error.message, error.details)


def invalid(message: str) -> tuple[int, str, str, object]:
    return 400, "invalid_request_error", message, None


def too_large(message: str, side: int, paths: list[str]) -> tuple[int, str, str, object]:
    details = {"error_code": "image_dimensions_too_large", "max_side_length_pixels": side, "paths": paths}
    return 400, "invalid_request_error", message, details


def too_large_at(path: str, side: int, *, words: str = "") -> str:
    return f"{path}.data: At least one of the image dimensions exceed max allowed size{words}: {side} pixels"


MANY = " for many-image requests"


@pytest.mark.parametrize(
    "data",
    [
        f"data:image/webp;base64,{pybase64.b64encode_as_string(webp(1, 1))}",
        "https://example.com/cat.webp",
        "[object Object]",
        "iVBORw0KGgo",
        "-_-_",
        "é" * 4,
    ],
)
def test_data_that_is_not_base64_is_refused(data: str) -> None:
    assert said(refused(image_block(data))) == invalid(f"{BASE64}: invalid base64 data")


def test_an_image_without_bytes_is_refused() -> None:
    assert said(refused(image_block(""))) == invalid(f"{BASE64}: image cannot be empty")


@pytest.mark.parametrize("actual", FORMATS)
@pytest.mark.parametrize("declared", FORMATS)
def test_the_media_type_must_be_the_one_of_the_bytes(declared: MediaType, actual: MediaType) -> None:
    answer = said(refused(image_block(image(actual, 1, 1), media_type=declared)))
    assert answer == (
        None
        if declared == actual
        else invalid(
            f"{BASE64}: The image was specified using the {declared} media type,"
            f" but the image appears to be a {actual} image"
        )
    )


def test_base64_text_of_exactly_ten_mebibytes_is_accepted_and_more_is_refused() -> None:
    assert refused(image_block(png(1, 1, pad_to=7_864_320), media_type="image/png")) is None
    assert said(refused(image_block(png(1, 1, pad_to=7_864_321), media_type="image/png"))) == invalid(
        f"{BASE64}: image exceeds 10 MB maximum: 10485764 bytes > 10485760 bytes"
    )


@pytest.mark.parametrize(("maximum", "words"), [(5 * MIB, "5 MB"), (MIB // 2, "0.5 MB"), (40, "0.000038 MB")])
def test_another_limit_of_bytes_is_named_in_megabytes(maximum: int, words: str) -> None:
    limits = replace(Limits(), image_bytes=maximum)
    data = "A" * (maximum + 4)
    assert said(refused(image_block(data), limits=limits)) == invalid(
        f"{BASE64}: image exceeds {words} maximum: {maximum + 4} bytes > {maximum} bytes"
    )


def test_the_guide_of_2026_05_lets_an_image_of_eleven_megabytes_pass() -> None:
    heavy = image_block(webp(1, 1, pad_to=8_250_000))
    assert refused(heavy) is not None
    assert refused(heavy, limits=PRESETS["guide-2026-05"]) is None


@pytest.mark.parametrize("media_type", FORMATS)
def test_a_side_of_8000_pixels_is_accepted_and_one_more_is_refused(media_type: MediaType) -> None:
    assert refused(image_block(image(media_type, 8000, 1), media_type=media_type)) is None
    for size in ((8001, 1), (1, 8001), (8001, 8001)):
        block = image_block(image(media_type, *size), media_type=media_type)
        assert said(refused(block)) == too_large(too_large_at(BASE64, 8000), 8000, ["messages.0.content.0"])


def test_all_images_that_are_too_large_are_listed_and_the_first_is_named() -> None:
    big = image_block(webp(1, 9000))
    path = "messages.0.content.1.tool_result.content.1.image.source.base64"
    assert said(refused(TEXT, tool_result(TEXT, big), TINY, big)) == too_large(
        too_large_at(path, 8000), 8000, ["messages.0.content.1.content.1", "messages.0.content.3"]
    )


def test_twenty_images_of_8000_pixels_are_accepted() -> None:
    assert refused(*[image_block(webp(8000, 1))] * 20) is None


def test_among_21_images_none_may_exceed_2000_pixels() -> None:
    exact, over = image_block(webp(2000, 2000)), image_block(webp(2001, 1))
    assert refused(*[exact] * 21) is None
    assert said(refused(*[exact] * 19, over, over)) == too_large(
        too_large_at("messages.0.content.19.image.source.base64", 2000, words=MANY),
        2000,
        ["messages.0.content.19", "messages.0.content.20"],
    )


def test_images_in_tool_results_and_by_reference_count_among_the_many() -> None:
    blocks = [tool_result(*[TINY] * 10), *[by_url("https://example.com/cat.png")] * 10]
    assert refused(*blocks) is None
    assert said(refused(*blocks, image_block(webp(1, 2001)))) == too_large(
        too_large_at("messages.0.content.11.image.source.base64", 2000, words=MANY), 2000, ["messages.0.content.11"]
    )


def test_many_images_meet_the_stricter_limit_before_the_one_of_every_request() -> None:
    big = [image_block(webp(1, 9000)), *[TINY] * 20]
    assert [
        (error.rule, (error.details or {})["max_side_length_pixels"])
        for error in errors(call_of(draft_of(*big)), RULES)
    ] == [
        ("oversized-image-among-many", 2000),
        ("oversized-image", 8000),
    ]


def test_limits_of_dimensions_follow_the_settings() -> None:
    limits = Limits().override(["image_side=50", "many_images=1", "many_image_side=30"])
    assert refused(image_block(webp(50, 1)), limits=limits) is None
    assert said(refused(image_block(webp(51, 1)), limits=limits)) == too_large(
        too_large_at(BASE64, 50), 50, ["messages.0.content.0"]
    )
    assert said(refused(image_block(webp(31, 1)), TINY, limits=limits)) == too_large(
        too_large_at(BASE64, 30, words=MANY), 30, ["messages.0.content.0"]
    )


@pytest.mark.parametrize(
    ("model", "size", "fit"),
    [
        (LONG, (2576, 1449), None),
        (LONG, (3840, 2160), "2576x1449"),
        (LONG, (1, 2577), "1x2576"),
        (SHORT, (1092, 1092), None),
        (SHORT, (3840, 2160), "1456x819"),
        (SHORT, (1569, 1), "1568x1"),
    ],
)
def test_an_image_that_must_not_be_downsized_must_fit_the_model(
    model: str, size: tuple[int, int], fit: str | None
) -> None:
    strict = image_block(webp(*size), transformations={"oversized_image": "error"})
    assert said(refused(strict, model=model)) == (
        fit
        and invalid(
            f"{BASE64}.data: image dimensions {size[0]}x{size[1]} exceed the maximum;"
            f" the largest dimensions that fit are {fit}"
        )
    )


@pytest.mark.parametrize("transformations", [None, {}, {"oversized_image": "downsize"}])
def test_by_default_a_large_image_is_downsized(transformations: Json) -> None:
    assert refused(image_block(webp(8000, 6000), transformations=transformations)) is None


@pytest.mark.parametrize("media_type", FORMATS)
def test_an_image_without_its_last_byte_cannot_be_processed(media_type: MediaType) -> None:
    data = image(media_type, 40, 30)
    assert said(refused(image_block(data[:-1], media_type=media_type))) == invalid("Could not process image")


@pytest.mark.parametrize("data", [b"<svg/>", b"BM\x1a\0\0\0", b"%PDF-1.4", b"\0" * 40, b"GIF89a"])
def test_bytes_of_no_image_cannot_be_processed(data: bytes) -> None:
    error = refused(image_block(data, media_type="image/gif"))
    assert said(error) == invalid("Could not process image")
    assert error is not None
    assert error.path == f"{BASE64}.data"


def test_an_animated_gif_is_accepted() -> None:
    buffer = BytesIO()
    frames = [Image.new("L", (9, 7), shade) for shade in (0, 99, 200)]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    assert refused(image_block(buffer.getvalue(), media_type="image/gif")) is None


@pytest.mark.parametrize(
    "url", ["http://example.com/cat.png", "data:image/png;base64,iVBORw0KGgo=", "/tmp/cat.png", ""]
)
@pytest.mark.parametrize("kind", ["image", "document"])
def test_only_https_is_fetched(kind: str, url: str) -> None:
    error = refused(by_url(url, kind=kind))
    assert said(error) == invalid("Only HTTPS URLs are supported.")
    assert error is not None
    assert error.path == f"messages.0.content.0.{kind}.source.url.url"


@pytest.mark.parametrize("kind", ["image", "document"])
def test_https_urls_and_files_are_accepted_unseen(kind: str) -> None:
    file: JsonObject = {"type": kind, "source": {"type": "file", "file_id": "file_011CNha8iCJcU1wXNR6q4V8w"}}
    assert refused(by_url("https://nowhere.invalid/cat.png", kind=kind), by_url("HTTPS://x", kind=kind), file) is None


@pytest.mark.parametrize(("model", "maximum"), [(LONG, 600), (SHORT, 100)])
def test_images_and_documents_are_counted_together(model: str, maximum: int) -> None:
    paper = pdf_block(pdf())
    note: JsonObject = {"type": "document", "source": {"type": "content", "content": [TINY]}}
    blocks: list[Json] = [*[TINY] * (maximum - 3), tool_result(TINY), paper, note]
    assert refused(*blocks, model=model) is None
    assert said(refused(*blocks, paper, model=model)) == invalid(
        f"too many images and documents: {maximum - 1} + 2 > {maximum}"
    )


def test_the_limit_of_media_follows_the_settings() -> None:
    limits = Limits().override(["media=1"])
    assert refused(TINY, limits=limits) is None
    assert said(refused(TINY, TINY, limits=limits)) == invalid("too many images and documents: 2 + 0 > 1")


def test_what_is_cheap_to_see_is_reported_first() -> None:
    faults: list[Json] = [
        image_block("A" * 10_485_764),
        image_block("?"),
        image_block(""),
        image_block(gif(1, 1)),
        image_block(jpeg(9000, 1), media_type="image/jpeg", transformations={"oversized_image": "error"}),
        image_block(webp(1, 1)[:-1]),
        by_url("http://x"),
        *[TINY] * 600,
    ]
    assert [error.rule for error in errors(call_of(draft_of(*faults)), RULES)] == [rule.id for rule in IMAGES[:8]] + [
        "undecodable-image",
        "url-without-https",
        "too-many-media",
    ]


@pytest.mark.parametrize(("rule", "change"), BREAKS)
@given(draft=clean_drafts(), random=st.randoms(use_true_random=False))
@settings(max_examples=8, deadline=None)
def test_every_break_of_a_clean_draft_is_refused_with_its_rule(
    rule: Rule[Call], change: Break, draft: Draft, random: Random
) -> None:
    assert refusal(call_of(draft), RULES) is None
    error = refusal(call_of(change(draft, random)), RULES)
    assert error is not None
    assert error.rule in {rule.id, *rule.shadowed_by}


@pytest.mark.parametrize("model", [model.id for model in MODELS])
def test_every_break_holds_for_every_model_in_the_scope_of_its_rule(model: str) -> None:
    for rule in IMAGES:
        for change in rule.breaks if model in {LONG, SHORT} or rule.id != "overweight-image" else ():
            call = call_of(change(draft_of(TEXT, model=model), Random(0)))
            error = refusal(call, RULES)
            assert (error and error.rule) == (rule.id if rule.models.holds(call.model) else None)


def test_a_break_may_meet_an_image_that_is_too_large_among_many() -> None:
    few = draft_of(image_block(webp(8000, 1)))
    many = draft_of(*[TINY] * 20)
    by_name = {rule.id: rule for rule in IMAGES}
    for name, draft in (("too-many-media", few), ("oversized-image", many)):
        (change,) = by_name[name].breaks
        assert refusal(call_of(draft), RULES) is None
        error = refusal(call_of(change(draft, Random(0))), RULES)
        assert error is not None
        assert (error.rule,) == by_name[name].shadowed_by


@pytest.mark.parametrize(("rule", "change"), BREAKS)
def test_a_break_is_the_same_for_the_same_dice(rule: Rule[Call], change: Break) -> None:
    del rule
    assert change(draft_of(TEXT), Random(7)) == change(draft_of(TEXT), Random(7))


@given(media_type=st.sampled_from(FORMATS), width=st.integers(1, 8000), height=st.integers(1, 60))
def test_images_within_the_limits_are_accepted(media_type: MediaType, width: int, height: int) -> None:
    for size in ((width, height), (height, width)):
        assert refused(image_block(image(media_type, *size), media_type=media_type)) is None


@given(
    media_type=st.sampled_from(FORMATS),
    side=st.integers(8001, 20_000),
    other=st.integers(1, 40),
    is_tall=st.booleans(),
)
def test_an_image_with_a_longer_side_is_refused(media_type: MediaType, side: int, other: int, *, is_tall: bool) -> None:
    side = min(side, SIDES[media_type])
    size = (other, side) if is_tall else (side, other)
    error = refused(image_block(image(media_type, *size), media_type=media_type))
    assert error is not None
    assert error.rule == "oversized-image"


@given(
    data=st.binary(max_size=200)
    | st.builds(
        lambda head, rest: head + rest, st.sampled_from([image(t, 3, 3)[:30] for t in FORMATS]), st.binary(max_size=99)
    ),
    media_type=st.sampled_from(FORMATS),
)
def test_any_bytes_are_accepted_or_refused_and_never_raise(data: bytes, media_type: MediaType) -> None:
    error = refused(image_block(data, media_type=media_type))
    assert error is None or error.rule in {"empty-image", "mislabelled-image", "oversized-image", "undecodable-image"}


@given(st.text(max_size=40))
def test_any_text_as_data_is_accepted_or_refused_and_never_raises(text: str) -> None:
    error = refused(image_block(text))
    assert error is not None
    assert error.rule in {"empty-image", "malformed-image-base64", "undecodable-image", "mislabelled-image"}


@needs_corpus
def test_recorded_requests_with_images_that_were_answered_are_accepted() -> None:
    """But for two of 2025-08, when media types were not compared yet."""
    outcomes = [(date, error and error.rule) for date, error in recorded("image", RULES)]
    assert len(outcomes) > 60
    assert [outcome for outcome in outcomes if outcome[1]] == [("2025-08-14", "mislabelled-image")] * 2
