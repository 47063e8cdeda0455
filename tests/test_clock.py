"""A test tells the time by the mock's clock, and moves it where it can be moved."""

from datetime import UTC, date, datetime, timedelta

import pytest

from mockclaude import FixedClock, MockClaude, SettingsError
from mockclaude.clock import EPOCH, SteeredClock

from .server.control_client import ControlClient


def test_a_fixed_clock_is_moved() -> None:
    mock = MockClaude(clock=FixedClock())
    assert mock.clock.now == EPOCH
    mock.clock.tick(90.5)
    assert mock.clock.now == EPOCH + timedelta(seconds=90.5)
    assert repr(mock.clock) == "<SteeredClock 2026-11-23T12:01:30.500000+00:00>"
    assert MockClaude(seed=1).clock.now == EPOCH, "a seed fixes the clock"


def test_the_real_clock_only_tells_the_time() -> None:
    mock = MockClaude()
    before = datetime.now(UTC)
    assert before <= mock.clock.now <= datetime.now(UTC)
    with pytest.raises(
        SettingsError, match=r"the clock real_clock cannot be moved; .*MockClaude\(clock=FixedClock\(\)\)"
    ):
        mock.clock.tick(1)


def test_a_clock_of_the_users_own_only_tells_the_time() -> None:
    class Stopped:
        def __call__(self) -> datetime:
            return EPOCH

        def __repr__(self) -> str:
            return "Stopped()"

    with pytest.raises(SettingsError, match=r"the clock Stopped\(\) cannot be moved"):
        SteeredClock(Stopped()).tick(1)


def test_models_retire_by_the_clock_of_the_test() -> None:
    """The same request is served on the eve of a model's retirement and judged by its morning."""
    with MockClaude(clock=FixedClock()) as mock:
        control = ControlClient(mock.url)
        retiring = [one for one in mock.workspaces.models if one.retires_at and one.retires_at > EPOCH.date()]
        model = min(retiring, key=lambda one: one.retires_at or date.max)
        assert model.retires_at is not None
        left = datetime.combine(model.retires_at, datetime.min.time(), UTC) - mock.clock.now
        mock.clock.tick(left.total_seconds() - 1)
        control.call(model=model.id)
        mock.clock.tick(1)
        control.call(model=model.id)
        assert [finding.rule for finding in mock.findings] == ["retired-model"]
        assert [entry.began for entry in mock.journal][1] == mock.clock.now
        with pytest.raises(
            AssertionError, match=f"1 request broke .*\n  <call #2 {model.id} .*\n    retired-model at model:"
        ):
            mock.assert_contract()
        mock.assert_contract(ignore=("retired-model",))
