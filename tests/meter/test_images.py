"""Pictures cost a token for each patch that is left of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.meter.images import downscaled, image_tokens, patches
from mockclaude.models import Models

MODELS = Models.load()
SIDES = st.integers(1, 8000) | st.sampled_from([1, 27, 28, 29, 1567, 1568, 1569, 2576, 2577, 8000])
STANDARD, HIGH = (
    next(profile for profile in MODELS if profile.id == name)
    for name in ("claude-haiku-4-5-20251001", "claude-opus-4-8")
)
MODEL = st.sampled_from([STANDARD, HIGH])


@pytest.mark.parametrize(
    ("size", "standard", "high"),
    [
        ((200, 200), 64, 64),
        ((1000, 1000), 1296, 1296),
        ((1920, 1080), 1560, 2691),
        ((3840, 2160), 1560, 4784),
        ((3008, 2000), 1568, 4760),
        ((330, 291), 132, 132),
        ((300, 346), 143, 143),
        ((1024, 1024), 1369, 1369),
        ((400, 400), 225, 225),
        ((100, 100), 16, 16),
        ((1, 1), 1, 1),
    ],
)
def test_pictures_cost_what_the_docs_and_recordings_say(size: tuple[int, int], standard: int, high: int) -> None:
    costs = [image_tokens(*size, model) for model in (STANDARD, HIGH)]
    assert costs == [standard + 3, high + 3]


@given(width=SIDES, height=SIDES, model=MODEL)
def test_a_downscaled_picture_is_within_both_limits(width: int, height: int, model) -> None:
    limits = {"max_edge": model.image_max_edge, "max_tokens": model.image_max_tokens}
    small = downscaled(width, height, **limits)
    assert max(small) <= model.image_max_edge
    assert patches(*small) <= model.image_max_tokens
    assert small[0] <= width
    assert small[1] <= height
    assert downscaled(*small, **limits) == small


@given(width=SIDES, height=SIDES, model=MODEL)
def test_turning_a_picture_changes_nothing(width: int, height: int, model) -> None:
    assert image_tokens(width, height, model) == image_tokens(height, width, model)


@given(width=SIDES, height=SIDES, model=MODEL)
def test_a_picture_is_downscaled_no_more_than_needed(width: int, height: int, model) -> None:
    small = downscaled(width, height, max_edge=model.image_max_edge, max_tokens=model.image_max_tokens)
    if small == (width, height):
        return
    edge = max(small) + 1
    other = max(1, round(min(width, height) * edge / max(width, height)))
    assert edge > model.image_max_edge or patches(edge, other) > model.image_max_tokens
