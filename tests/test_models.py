"""The tables of models: complete, sourced, as the API behaves, and open to additions."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.errors import ModelsError
from mockclaude.models import ATTRIBUTES, EFFORTS, ModelProfile, Models, Price
from mockclaude.wire.evidence import Evidence

MODELS = Models.load()
TODAY = date(2026, 11, 23)
FLAGS = [item.name for item in fields(ModelProfile) if item.type is bool]

every_model = pytest.mark.parametrize("profile", list(MODELS), ids=lambda profile: profile.id)


def model(name: str, *, models: Models = MODELS) -> ModelProfile:
    profile = models.find(name)
    assert profile is not None, name
    return profile


# id, prefill, thinking types and default, sampling, both sampling knobs refused, forced tool choice, efforts, system role
MATRIX = """
claude-fable-5-2            no   A:always     defaults  -     no   low..max/high    yes
claude-mythos-5-2           no   A:always     defaults  -     no   low..max/high    yes
claude-haiku-5-5            no   AD:on        defaults  -     yes  low..max/medium  yes
claude-sonnet-5-5           no   AB:on        defaults  -     no   low..max/high    yes
claude-fable-5-1            no   A:always     defaults  -     no   low..max/high    yes
claude-mythos-5-1           no   A:always     defaults  -     no   low..max/high    yes
claude-opus-5-5             no   A:always     defaults  -     no   low..max/medium  yes
claude-opus-5               no   AD:on        defaults  -     yes  low..max/high    yes
claude-sonnet-5             no   AD:on        defaults  -     yes  low..max/high    yes
claude-fable-5              no   A:always     defaults  -     yes  low..max/high    yes
claude-mythos-5             no   A:always     defaults  -     yes  low..max/high    yes
claude-opus-4-8             no   AD:off       defaults  -     yes  low..max/high    yes
claude-opus-4-7             no   AD:off       defaults  -     yes  low..max/high    no
claude-mythos-preview       no   AE:always    defaults  -     no   no-xhigh/high    no
claude-opus-4-6             no   AED:off      free      both  yes  no-xhigh/high    no
claude-sonnet-4-6           no   AED:off      free      both  yes  no-xhigh/high    no
claude-opus-4-5-20251101    yes  ED:off       free      both  yes  low..high/high   no
claude-haiku-4-5-20251001   yes  ED:off       free      both  yes  none             no
claude-sonnet-4-5-20250929  yes  ED:off       free      both  yes  none             no
claude-opus-4-1-20250805    yes  ED:off       free      both  yes  none             no
claude-opus-4-20250514      yes  ED:off       free      -     yes  none             no
claude-sonnet-4-20250514    yes  ED:off       free      -     yes  none             no
claude-3-7-sonnet-20250219  yes  ED:off       free      -     yes  none             no
claude-3-5-haiku-20241022   yes  D:off        free      -     yes  none             no
claude-3-5-sonnet-20241022  yes  D:off        free      -     yes  none             no
claude-3-5-sonnet-20240620  yes  D:off        free      -     yes  none             no
claude-3-haiku-20240307     yes  D:off        free      -     yes  none             no
claude-3-opus-20240229      yes  D:off        free      -     yes  none             no
claude-3-sonnet-20240229    yes  D:off        free      -     yes  none             no
claude-2.1                  yes  D:off        free      -     yes  none             no
claude-2.0                  yes  D:off        free      -     yes  none             no
claude-1.3                  yes  D:off        free      -     yes  none             no
claude-instant-1.2          yes  D:off        free      -     yes  none             no
claude-instant-1.1          yes  D:off        free      -     yes  none             no
"""
LETTERS = {"A": "adaptive", "B": "between_tools", "D": "disabled", "E": "enabled"}
LEVELS = {
    "low..max": EFFORTS,
    "no-xhigh": ("low", "medium", "high", "max"),
    "low..high": ("low", "medium", "high"),
    "none": (),
}
ROWS = [line.split() for line in MATRIX.strip().splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_model_accepts_and_refuses_what_the_matrix_of_refusals_says(row: list[str]) -> None:
    name, prefill, thinking, sampling, both, forced, effort, system = row
    letters, when_omitted = thinking.split(":")
    levels, _, default = effort.partition("/")
    profile = model(name)
    assert {
        "prefill": profile.prefill,
        "thinking": (profile.thinking_types, profile.thinking_when_omitted),
        "sampling": (profile.sampling, profile.refuses_temperature_with_top_p),
        "forced": profile.forced_tool_choice,
        "effort": (profile.effort_levels, profile.effort_default),
        "system": profile.system_role,
    } == {
        "prefill": prefill == "yes",
        "thinking": ({LETTERS[letter] for letter in letters}, when_omitted),
        "sampling": ({"free": "free", "defaults": "defaults_only"}[sampling], both == "both"),
        "forced": forced == "yes",
        "effort": (LEVELS[levels], default or None),
        "system": system == "yes",
    }


def test_the_matrix_names_every_model() -> None:
    assert {row[0] for row in ROWS} == {profile.id for profile in MODELS}


def test_thinking_goes_off_only_up_to_high_effort_where_the_docs_say_so() -> None:
    limited = {
        profile.id: (profile.disabled_max_effort, profile.between_tools_max_effort)
        for profile in MODELS
        if profile.disabled_max_effort or profile.between_tools_max_effort
    }
    assert limited == {
        "claude-opus-5": ("high", None),
        "claude-haiku-5-5": ("high", None),
        "claude-sonnet-5-5": (None, "high"),
    }


@every_model
def test_every_value_of_a_model_has_a_source_of_its_own(profile: ModelProfile) -> None:
    unstated = [name for name in ATTRIBUTES if not profile.evidence(name).date]
    guessed = [name for name in ATTRIBUTES if profile.evidence(name) == MODELS.default.evidence("prefill")]
    assert [name for name in unstated if getattr(profile, name) not in {None, ()}] == []
    assert guessed == [], "taken over from the table of unknown models"


def test_evidence_tells_grade_day_and_place() -> None:
    assert model("claude-sonnet-5").evidence("prefill") == Evidence(
        "observed", "2026-08-21", "recordings of live traffic, 2024-02 to 2026-08"
    )
    assert model("claude-sonnet-5-5").evidence("prefill").grade == "documented"


def test_the_day_of_creation_has_the_evidence_of_the_release_where_nothing_else_is_known() -> None:
    profile = model("claude-opus-5-5")
    assert (profile.created_at, profile.evidence("created_at")) == (profile.released, profile.evidence("released"))
    assert model("claude-sonnet-5").created_at == date(2026, 6, 29)


def test_evidence_of_no_attribute_names_the_nearest() -> None:
    with pytest.raises(ModelsError, match=r"a model has no attribute 'prefil'; did you mean 'prefill'\?"):
        model("claude-opus-5").evidence("prefil")


@every_model
def test_the_values_of_a_model_agree_with_each_other(profile: ModelProfile) -> None:
    ways = {"disabled": profile.disabled_max_effort, "between_tools": profile.between_tools_max_effort}
    assert profile.effort_default in {*profile.effort_levels, None}
    assert (profile.effort_default is None) == (not profile.effort_levels)
    assert all(way in profile.thinking_types for way, limit in ways.items() if limit is not None)
    assert ("disabled" not in profile.thinking_types) >= (profile.thinking_when_omitted == "always")
    assert profile.max_output_tokens <= profile.context_window
    assert (profile.long_price is None) == (profile.long_prompt is None)
    assert (profile.fast_price_factor is None) == (profile.fast_mode in {"no", "ignored"})
    assert profile.max_media in ({600} if profile.context_window == 1_000_000 else {100, 0})
    assert profile.price.cache_read < profile.price.input < profile.price.output


ALIASES = {
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
    "claude-opus-4-1": "claude-opus-4-1-20250805",
    "claude-opus-4-0": "claude-opus-4-20250514",
    "claude-4-opus-20250514": "claude-opus-4-20250514",
    "claude-sonnet-4-0": "claude-sonnet-4-20250514",
    "claude-4-sonnet-20250514": "claude-sonnet-4-20250514",
    "claude-3-7-sonnet-latest": "claude-3-7-sonnet-20250219",
    "claude-3-5-haiku-latest": "claude-3-5-haiku-20241022",
    "claude-3-5-sonnet-latest": "claude-3-5-sonnet-20241022",
    "claude-3-opus-latest": "claude-3-opus-20240229",
    "claude-1.3-100k": "claude-1.3",
    "claude-instant-1.1-100k": "claude-instant-1.1",
}


def test_a_model_is_found_by_its_id_and_by_its_aliases() -> None:
    assert all(MODELS.find(profile.id) is profile for profile in MODELS)
    assert {alias: model(alias).id for alias in ALIASES} == ALIASES
    assert {alias for profile in MODELS for alias in profile.aliases} == set(ALIASES)


@pytest.mark.parametrize(
    "name", ["claude-4-5-haiku", "claude-haiku-4-5-latest", "claude-fable-5-20260609", "", "default"]
)
def test_a_name_the_api_does_not_know_finds_nothing(name: str) -> None:
    assert MODELS.find(name) is None


def test_the_nearest_name_of_a_misspelt_one_is_an_id_or_an_alias() -> None:
    assert MODELS.nearest("claude-opus-5.5") == "claude-opus-5-5"
    assert MODELS.nearest("claude-4-5-haiku") == "claude-haiku-4-5"
    assert MODELS.nearest("claud-sonnet-5") == "claude-sonnet-5"
    assert MODELS.nearest("gpt") is None


def test_models_come_newest_first() -> None:
    days = [profile.created_at for profile in MODELS]
    assert days == sorted(days, reverse=True)
    assert len(MODELS) == len(days) == 34
    assert repr(MODELS).startswith("Models(claude-fable-5-2, claude-mythos-5-2, claude-haiku-5-5, ")


def test_a_profile_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        model("claude-opus-5").prefill = True  # type: ignore[misc]


def test_a_profile_prints_as_its_id() -> None:
    assert repr(model("claude-sonnet-4-5")) == "ModelProfile('claude-sonnet-4-5-20250929')"


def test_an_unknown_model_may_do_all_that_any_model_may() -> None:
    default = MODELS.default
    assert {name for name in FLAGS if not getattr(default, name)} == {
        "answer_within_context",
        "refuses_temperature_with_top_p",
    }
    assert default.thinking_types == set(LETTERS.values())
    assert (default.sampling, default.effort_levels) == ("free", EFFORTS)
    assert (default.id, default.lifecycle(TODAY)) == ("default", "active")
    assert {default.evidence(attribute).grade for attribute in ATTRIBUTES} == {"assumed"}


LIVES = [
    ("claude-sonnet-4-5", "2026-09-29", "active"),
    ("claude-sonnet-4-5", "2026-09-30", "deprecated"),
    ("claude-sonnet-4-5", "2026-11-29", "deprecated"),
    ("claude-sonnet-4-5", "2026-11-30", "retired"),
    ("claude-opus-4-1", "2026-08-04", "deprecated"),
    ("claude-opus-4-1", "2026-08-05", "retired"),
    ("claude-haiku-4-5", "2026-10-16", "active"),
    ("claude-mythos-preview", "2026-07-20", "deprecated"),
    ("claude-mythos-preview", "2026-07-21", "retired"),
    ("claude-opus-5-5", "2030-01-01", "active"),
    ("claude-opus-4-5", "2026-11-24", "active"),
    ("claude-opus-4-5", "2027-01-21", "deprecated"),
    ("claude-opus-4-5", "2027-01-22", "retired"),
]


@pytest.mark.parametrize(("name", "on", "lifecycle"), LIVES)
def test_a_model_lives_by_the_date_it_is_asked_for(name: str, on: str, lifecycle: str) -> None:
    assert model(name).lifecycle(date.fromisoformat(on)) == lifecycle
    assert model(name).lifecycle(datetime.fromisoformat(on).replace(tzinfo=UTC)) == lifecycle


ENDS_OTHERWISE = {"claude-mythos-preview"}  # the deprecations page names a later day than the SDK


def test_a_model_that_the_installed_sdk_calls_deprecated_ends_on_its_day() -> None:
    told = pytest.importorskip("anthropic._data.deprecated_models", reason="the installed SDK has no such list")
    ends = {name: re.sub(r"(?<=\d)(st|nd|rd|th)", "", text) for name, text in told.DEPRECATED_MODELS.items()}
    assert ends
    for name, end in ends.items():
        profile = model(name)
        assert profile.deprecated_at is not None, name
        assert profile.retires_at is not None, name
        if name not in ENDS_OTHERWISE:
            assert f"{profile.retires_at:%B} {profile.retires_at.day}, {profile.retires_at.year}" == end, name


@given(profile=st.sampled_from(list(MODELS)), days=st.tuples(st.dates(), st.dates()))
def test_a_life_never_runs_backwards(profile: ModelProfile, days: tuple[date, date]) -> None:
    order = ["active", "deprecated", "retired"]
    earlier, later = (order.index(profile.lifecycle(day)) for day in sorted(days))
    assert earlier <= later


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Models]:
    def load(*texts: str) -> Models:
        paths = [tmp_path / f"models-{number}.toml" for number, _ in enumerate(texts)]
        for path, text in zip(paths, texts, strict=True):
            path.write_text(text, "utf-8")
        return Models.load(*paths)

    return load


def test_a_file_adds_a_model_like_another(load: Callable[..., Models]) -> None:
    added = load('[claude-opus-6]\nlike = "claude-opus-5"\nprefill = true\naliases = ["opus", "big"]').find("big")
    assert added == replace(
        model("claude-opus-5"),
        id="claude-opus-6",
        display_name="claude-opus-6",
        line=None,
        released=date(1970, 1, 1),
        created_at=date(1970, 1, 1),
        retires_not_before=None,
        prefill=True,
        aliases=("opus", "big"),
    )


def test_a_model_like_nothing_is_like_the_default(load: Callable[..., Models]) -> None:
    added = load("[house-model]\nmax_output_tokens = 7").find("house-model")
    expected = replace(MODELS.default, id="house-model", display_name="house-model", max_output_tokens=7)
    assert added == expected


def test_a_file_overrides_only_what_it_states(load: Callable[..., Models]) -> None:
    models = load(
        '[claude-opus-5]\nforced_tool_choice = false\ndisabled_max_effort = "none"\nprice = [1, 2, 3, 4, 0.5]'
    )
    assert models.find("claude-opus-5") == replace(
        model("claude-opus-5"), forced_tool_choice=False, disabled_max_effort=None, price=Price(1, 2, 3, 4, 0.5)
    )
    assert [profile for profile in models if profile.id != "claude-opus-5"] == [
        profile for profile in MODELS if profile.id != "claude-opus-5"
    ]


def test_a_change_of_a_family_or_a_model_reaches_those_that_are_like_it(load: Callable[..., Models]) -> None:
    models = load("[families.claude-4-5]\nmax_media = 42\n[claude-fable-5-2]\nmax_media = 43")
    changed = {profile.id: profile.max_media for profile in models if profile.max_media in {42, 43}}
    assert changed == {
        "claude-fable-5-2": 43,
        "claude-mythos-5-2": 43,
        "claude-opus-4-5-20251101": 42,
        "claude-haiku-4-5-20251001": 42,
        "claude-sonnet-4-5-20250929": 42,
    }


def test_the_last_file_wins(load: Callable[..., Models]) -> None:
    models = load("[claude-opus-5]\nmax_media = 1\ncache_minimum = 1", "[claude-opus-5]\nmax_media = 2")
    profile = model("claude-opus-5", models=models)
    assert (profile.max_media, profile.cache_minimum) == (2, 1)


def test_a_file_is_the_source_of_a_bare_value(load: Callable[..., Models]) -> None:
    profile = model("claude-opus-5", models=load("[claude-opus-5]\nprefill = true"))
    assert profile.evidence("prefill") == Evidence("assumed", "", "models file models-0.toml")


def test_a_file_may_bring_sources_of_its_own(load: Callable[..., Models]) -> None:
    text = """
        [sources]
        probe = ["observed", 2026-11-22, "our own probe"]
        [claude-opus-5]
        source = "probe"
        prefill = true
        system_role = [false, "errors"]
    """
    profile = model("claude-opus-5", models=load(text))
    assert profile.evidence("prefill") == Evidence("observed", "2026-11-22", "our own probe")
    assert profile.evidence("system_role") == model("claude-opus-5").evidence("sampling")


def test_the_default_may_be_made_stricter(load: Callable[..., Models]) -> None:
    assert load("[default]\nprefill = false").default == replace(MODELS.default, prefill=False)


@given(profile=st.sampled_from(list(MODELS)), flags=st.dictionaries(st.sampled_from(FLAGS), st.booleans()))
def test_any_flags_of_any_model_can_be_overridden(
    tmp_path_factory: pytest.TempPathFactory, profile: ModelProfile, flags: dict[str, bool]
) -> None:
    path = tmp_path_factory.mktemp("models") / "models.toml"
    lines = [f"{name} = {str(value).lower()}" for name, value in flags.items()]
    path.write_text("\n".join([f'["{profile.id}"]', *lines]), "utf-8")
    changes: dict[str, Any] = {**flags}
    assert Models.load(path).find(profile.id) == replace(profile, **changes)


FAULTS = [
    ("[claude-x]\nprefil = true", "[claude-x] has an unknown key 'prefil'; did you mean 'prefill'?"),
    ("[claude-x]\nid = 'y'", "[claude-x] has an unknown key 'id'"),
    ("[claude-x]\nprefill = 1", "[claude-x] prefill is 1; expected true or false"),
    ("[claude-x]\nmax_media = -1", "[claude-x] max_media is -1; expected a whole number from 0 on"),
    ("[claude-x]\nmax_media = true", "[claude-x] max_media is True; expected a whole number from 0 on"),
    (
        "[claude-x]\ncache_minimum = 0.5",
        """[claude-x] cache_minimum is 0.5; expected a whole number from 0 on, or "none\"""",
    ),
    ("[claude-x]\nreleased = '2026'", "[claude-x] released is '2026'; expected a date such as 2026-11-23"),
    ("[claude-x]\nreleased = 2026-11-23T00:00:00Z", "; expected a date such as 2026-11-23"),
    ("[claude-x]\nsampling = 'none'", "[claude-x] sampling is 'none'; expected one of free, defaults_only"),
    ("[claude-x]\neffort_levels = ['huge']", "['huge']; expected a list of low, medium, high, xhigh, max"),
    ("[claude-x]\naliases = 'x'", "[claude-x] aliases is 'x'; expected a list of names"),
    (
        "[claude-x]\nprice = [1, 2]",
        "[1, 2]; expected five numbers: input, output, cache write 5m, cache write 1h, cache read",
    ),
    ("[claude-x]\nprefill = [true, 'eror']", "[claude-x] prefill: no source is called 'eror'; did you mean 'errors'?"),
    ("[claude-x]\nsource = 1", "[claude-x] source: no source is called 1"),
    (
        "[claude-x]\nlike = 'claude-opus-6'",
        "[claude-x] like names no known table: 'claude-opus-6'; did you mean 'claude-opus-",
    ),
    ("[claude-x]\nlike = 7", "[claude-x] like names no known table: '7'"),
    ("[a]\nlike = 'b'\n[b]\nlike = 'a'", "[a] like goes in a circle: a -> b -> a"),
    ("[sources]\nx = ['rumoured', 2026-01-01, 'y']", "[sources] x is ["),
    ("sources = 1", "[sources] is 1; expected a table"),
    ("[families]\nx = 1", "[families.x] is 1; expected a table"),
    ("claude-x = 1", "[claude-x] is 1; expected a table"),
    ("[claude-x", "is not TOML: "),
]


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[text for text, _ in FAULTS])
def test_a_fault_in_a_file_is_reported_with_file_table_and_key(
    load: Callable[..., Models], text: str, message: str
) -> None:
    with pytest.raises(ModelsError) as refusal:
        load(text)
    assert message in str(refusal.value)
    assert "models-0.toml" in str(refusal.value)


def test_a_file_that_is_missing_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ModelsError, match=r"cannot read the models file .*absent.toml: No such file"):
        Models.load(tmp_path / "absent.toml")


def test_an_alias_names_one_model_only(load: Callable[..., Models]) -> None:
    with pytest.raises(
        ModelsError, match=r"'claude-opus-4-5', an alias of 'claude-x', already names 'claude-opus-4-5-"
    ):
        load("[claude-x]\naliases = ['claude-opus-4-5']")
