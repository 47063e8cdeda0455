"""Settings become JSON without their keys, and are the same when they are read back."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mockclaude.engine.presets import FAULTS, PACES
from mockclaude.engine.settings_data import CHANGES, KINDS, SETTINGS, changed_settings, data_of_settings
from mockclaude.errors import SettingsError
from mockclaude.settings import PRESETS, Limits, Settings
from mockclaude.wire.encoding import dumps, loads

COUNTS = st.integers(0, 10**9)
LIMITS = st.builds(
    Limits,
    **{one.name: st.none() | COUNTS if one.name in {"media", "pdf_pages"} else COUNTS for one in fields(Limits)},
)
ALL = st.builds(
    Settings,
    validation=st.sampled_from(["strict", "live", "off"]),
    limits=LIMITS,
    unknown_models=st.sampled_from(["refuse", "accept"]),
    retired=st.sampled_from(["refuse", "accept"]),
    reply=st.sampled_from(["prose", "echo", "faker"]),
    padding=st.booleans(),
    seed=st.none() | COUNTS,
    strict_stubs=st.booleans(),
    fault=st.none() | st.sampled_from(list(FAULTS)),
    chaos=st.none() | st.sampled_from(["reset=0.5", "overloaded=0.1,reset=0.05"]),
    pace=st.none() | st.sampled_from(list(PACES)),
    batch_seconds=st.integers(0, 10**6) | st.floats(0, 1e6),
)


@given(ALL, ALL)
def test_settings_are_the_same_when_read_back(settings: Settings, others: Settings) -> None:
    data = loads(dumps(data_of_settings(settings)))
    assert isinstance(data, dict)
    assert changed_settings(others, data) == settings


@given(ALL)
def test_their_data_has_the_described_form(settings: Settings) -> None:
    data = data_of_settings(settings)
    Draft202012Validator(SETTINGS).validate(data)
    Draft202012Validator(CHANGES).validate(data)


def test_every_setting_but_the_keys_is_shown() -> None:
    assert {one.name for one in fields(Settings)} == {*KINDS, "limits", "keys"}
    assert list(data_of_settings(Settings(keys=frozenset({"secret"})))) == [*KINDS, "limits"]


def test_a_change_leaves_the_keys() -> None:
    settings = Settings(keys=frozenset({"secret"}))
    assert changed_settings(settings, {"padding": False}) == replace(settings, padding=False)


@pytest.mark.parametrize("name", PRESETS)
def test_limits_may_be_a_preset(name: str) -> None:
    assert changed_settings(Settings(), {"limits": name}).limits == PRESETS[name]


def test_raising_the_image_limit_raises_that_of_the_body() -> None:
    limits = changed_settings(Settings(), {"limits": {"image_bytes": 100 * 1024 * 1024}}).limits
    assert limits == Limits().override([f"image_bytes={100 * 1024 * 1024}"])


def test_an_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"^unknown setting 'paddin'; did you mean 'padding'\?$"):
        changed_settings(Settings(), {"paddin": True})
