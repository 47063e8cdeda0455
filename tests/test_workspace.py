"""Worlds are found by header and credential, keep apart, and do not grow without bound."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import FixedClock
from mockclaude.errors import SettingsError
from mockclaude.models import Models
from mockclaude.settings import Settings
from mockclaude.wire.ids import number_of
from mockclaude.wire.interaction import Headers, Interaction, RawRequest
from mockclaude.workspace import Workspace, Workspaces

MODELS = Models.load()
NAMES = st.text("abcXYZ019_.", min_size=1, max_size=64)


class Timer:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def worlds(*, key: bytes = b"key", cap: int = 1000, expiry: float = 3600.0, timer: Timer | None = None) -> Workspaces:
    return Workspaces(
        Settings(), key=key, clock=FixedClock(), models=MODELS, cap=cap, expiry=expiry, timer=timer or Timer()
    )


def resolved(headers: Mapping[str, str]) -> str:
    return worlds().resolve(Headers(headers)).name


@given(NAMES, st.sampled_from(["", "-", "-anything at all", "-a-b-c"]))
def test_a_mock_key_names_its_world(name: str, rest: str) -> None:
    assert resolved({"x-api-key": f"sk-ant-mock-{name}{rest}"}) == name
    assert resolved({"authorization": f"Bearer sk-ant-mock-{name}{rest}"}) == name


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-api-key": ""},
        {"x-api-key": "sk-ant-api03-real-looking"},
        {"x-api-key": "sk-ant-mock-"},
        {"x-api-key": "sk-ant-mock--suffix"},
        {"x-api-key": "sk-ant-mock-ünïcode"},
        {"x-api-key": "sk-ant-mock-" + "a" * 65},
        {"x-api-key": "other", "authorization": "Bearer sk-ant-mock-a"},
        {"authorization": "Bearer"},
    ],
)
def test_every_other_key_belongs_to_the_default_world(headers: dict[str, str]) -> None:
    assert resolved(headers) == "default"


@given(NAMES)
def test_the_header_wins_over_the_key(name: str) -> None:
    assert resolved({"x-mockclaude-workspace": f" {name} ", "x-api-key": "sk-ant-mock-other"}) == name


@pytest.mark.parametrize("name", ["", "a b", "a-b", "a" * 65, "ä", "a\n"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="cannot name a workspace; expected 1 to 64 letters"):
        worlds().named(name)


def test_the_same_name_is_the_same_world() -> None:
    all_worlds = worlds()
    assert all_worlds.named("a") is all_worlds.resolve(Headers({"x-api-key": "sk-ant-mock-a"}))
    assert all_worlds.named("a") is not all_worlds.named("b")


def rolls(world: Workspace, count: int = 3) -> list[int]:
    return [world.roll().bits(64) for _ in range(count)]


def test_dice_depend_on_key_world_and_ordinal_alone() -> None:
    first, second = worlds(), worlds()
    rolls(second.named("b"))
    assert rolls(first.named("a")) == rolls(second.named("a"))
    assert len({*rolls(worlds().named("a")), *rolls(worlds().named("b")), *rolls(worlds(key=b"x").named("a"))}) == 9


def test_a_reset_world_counts_from_one_again() -> None:
    world = worlds().named("a")
    first = rolls(world)
    world.journal.add(Interaction(RawRequest("POST", "/", Headers()), FixedClock()()))
    world.reset()
    assert (rolls(world), len(world.journal)) == (first, 0)


def test_ids_of_worlds_have_the_api_s_form() -> None:
    world = worlds().named("a")
    assert world.id.startswith("wrkspc_01")
    assert number_of(world.id) != number_of(worlds().named("b").id)
    assert world.id == worlds(key=b"other").named("a").id


def test_a_header_changes_the_validation_of_one_request() -> None:
    world = worlds().default
    assert world.settings_for(Headers()) is world.settings
    assert world.settings_for(Headers({"x-mockclaude-validation": " off "})).validation == "off"
    with pytest.raises(SettingsError, match=r"header x-mockclaude-validation: validation is 'strikt'; expected one of"):
        world.settings_for(Headers({"x-mockclaude-validation": "strikt"}))


def test_above_the_cap_the_longest_idle_world_makes_room() -> None:
    timer = Timer()
    all_worlds = worlds(cap=3, timer=timer)
    for name in ("a", "b", "a", "c"):
        timer.now += 1
        all_worlds.named(name)
    assert [world.name for world in all_worlds] == ["default", "a", "c"]


def test_idle_worlds_make_room_for_new_ones() -> None:
    timer = Timer()
    all_worlds = worlds(expiry=10, timer=timer)
    all_worlds.named("a")
    timer.now = 5
    all_worlds.named("b")
    timer.now = 11
    all_worlds.named("c")
    assert [world.name for world in all_worlds] == ["default", "b", "c"]


@given(st.lists(NAMES, max_size=60), st.integers(2, 5))
def test_there_are_never_more_worlds_than_the_cap(names: list[str], cap: int) -> None:
    timer = Timer()
    all_worlds = worlds(cap=cap, timer=timer)
    for name in names:
        timer.now += 1
        all_worlds.named(name)
        assert len(all_worlds) <= cap
        assert all_worlds.default in set(all_worlds)


def test_reprs_name_the_worlds() -> None:
    all_worlds = worlds()
    all_worlds.named("a")
    assert repr(all_worlds) == "<Workspaces default, a>"
    assert repr(all_worlds.default) == "<Workspace 'default' calls=0>"
