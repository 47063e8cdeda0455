"""Settings and limits refuse what they do not know, and say the nearest they do."""

from datetime import timedelta

import pytest

from mockclaude.clock import EPOCH, FixedClock, real_clock
from mockclaude.errors import MockClaudeError, SettingsError
from mockclaude.settings import MIB, PRESETS, Limits, Settings, preset, validation_named


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Settings(validation="strikt"),  # type: ignore[arg-type]
            "validation is 'strikt'; did you mean 'strict'?; expected one of",
        ),
        (
            lambda: Settings(reply="prosa"),  # type: ignore[arg-type]
            "reply is 'prosa'; did you mean 'prose'?",
        ),
        (lambda: preset("gide-2026-05"), "unknown preset 'gide-2026-05'; did you mean 'guide-2026-05'?"),
        (lambda: Limits().override(["image_byte=1"]), "unknown limit 'image_byte'; did you mean 'image_bytes'?"),
        (lambda: Limits().override(["image_bytes=big"]), "limit image_bytes is 'big'; expected a whole number"),
        (lambda: Settings(batch_seconds=-1), "batch_seconds is -1; expected a number of seconds from 0 on"),
        (lambda: Settings(batch_seconds=float("nan")), "batch_seconds is nan; expected a number of seconds"),
        (lambda: validation_named("of"), "validation is 'of'; expected one of strict, live, off"),
    ],
)
def test_an_unknown_setting_names_the_nearest_known(make, message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        make()
    assert message in str(raised.value)
    assert isinstance(raised.value, MockClaudeError)
    assert isinstance(raised.value, ValueError)


def test_raising_the_image_limit_raises_the_body_limit_with_it() -> None:
    assert Limits().override(["image_bytes=20971520"]) == Limits(image_bytes=20 * MIB, body_bytes=42 * MIB)


def test_a_body_limit_that_is_given_stays() -> None:
    assert Limits().override(["image-bytes=20971520", "body_bytes=5"]).body_bytes == 5


def test_lowering_the_image_limit_leaves_the_body_limit() -> None:
    assert Limits().override(["image_bytes=5"]).body_bytes == 32 * MIB


def test_the_guide_our_first_users_had_allows_large_images() -> None:
    assert PRESETS["guide-2026-05"].image_bytes == 100 * MIB


def test_a_fixed_clock_moves_only_when_told() -> None:
    clock = FixedClock()
    assert clock() == clock() == EPOCH
    clock.advance(1.5)
    assert (clock() - EPOCH).total_seconds() == 1.5
    assert repr(clock) == "FixedClock(2026-11-23T12:00:01.500000+00:00)"


def test_the_real_clock_speaks_utc() -> None:
    assert real_clock().utcoffset() == timedelta(0)
