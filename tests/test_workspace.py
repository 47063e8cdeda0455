"""Worlds are found by header and credential, keep apart, and do not grow without bound."""

import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import FixedClock
from mockclaude.engine.scenario_reader import scenario_of
from mockclaude.errors import NoReplyError, ScriptError, SettingsError
from mockclaude.models import Models
from mockclaude.settings import Settings
from mockclaude.wire.finding import Finding
from mockclaude.wire.ids import number_of
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.workspace import MANY, Workspace, Workspaces

from .engine.playing import asked

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


def test_a_key_in_the_place_of_a_name_is_not_repeated() -> None:
    key = "sk-ant-api03-" + "aB3" * 30
    for ask in (worlds().named, worlds().remove):
        with pytest.raises(SettingsError) as refused:
            ask(key)
        assert "'[redacted]'" in str(refused.value)
        assert key[:20] not in str(refused.value)


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


def test_a_world_that_is_kept_makes_no_room() -> None:
    timer = Timer()
    all_worlds = worlds(cap=3, timer=timer, expiry=1)
    all_worlds.named("a").is_kept = True
    for name in ("b", "c", "d"):
        timer.now += 10
        all_worlds.named(name)
    assert [world.name for world in all_worlds] == ["default", "a", "d"]


def test_a_world_that_two_threads_name_is_made_once() -> None:
    all_worlds = worlds()
    with ThreadPoolExecutor(8) as pool:
        for place in range(50):
            made = list(pool.map(all_worlds.named, [f"w{place}"] * 8))
            assert len({id(world) for world in made}) == 1


def test_a_world_can_be_found_and_removed() -> None:
    all_worlds = worlds()
    world = all_worlds.named("a")
    assert (all_worlds.find("a"), all_worlds.find("b")) == (world, None)
    all_worlds.remove("a")
    assert all_worlds.find("a") is None


@pytest.mark.parametrize(
    ("name", "fault"),
    [("default", "the workspace 'default' stays; reset it instead"), ("defualt", "no workspace 'defualt'; did you mean 'default'?")],
)  # fmt: skip
def test_what_cannot_be_removed_is_refused(name: str, fault: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(fault)):
        worlds().remove(name)


def respond(world: Workspace, text: str = "hello") -> tuple[bytes, list[Finding]]:
    """The body of what a world answers, and what it noticed."""
    call = asked(text, settings=world.settings)
    return world.engine.respond(call, world.roll()).body, call.findings


def test_stubs_answer_first_and_what_they_do_not_mean_falls_through_with_a_remark() -> None:
    world = worlds().default
    plain = respond(world, "news")
    world.stubs.when("weather").reply("18 C")
    said, findings = respond(world, "weather")
    assert (b"18 C" in said, findings) == (True, [])
    said, findings = respond(world, "news")
    assert message_text(said) == message_text(plain[0])
    near = 'no stub matches this call; nearest: stub #1 (text "weather") failed on text: got "news"'
    assert findings == [Finding("unmatched-call", near, "remark")]


def message_text(body: bytes) -> str:
    return str(json.loads(body)["content"][-1]["text"])


def test_without_stubs_nothing_is_remarked() -> None:
    assert respond(worlds().default)[1] == []


def test_among_many_stubs_the_nearest_is_not_sought() -> None:
    world = worlds().default
    for number in range(MANY + 1):
        world.stubs.when(f"weather {number}").reply("a")
    assert respond(world)[1] == [Finding("unmatched-call", f"none of {MANY + 1} stubs matches this call", "remark")]


def test_under_strict_stubs_nothing_else_answers() -> None:
    world = worlds().default
    world.settings = replace(world.settings, strict_stubs=True)
    call = asked("news", settings=world.settings)
    with pytest.raises(NoReplyError, match="no stub matches this call: none is declared"):
        world.engine.respond(call, world.roll())
    assert call.findings == [Finding("unmatched-call", "no stub matches this call: none is declared")]


def test_a_script_that_cannot_be_said_is_a_finding() -> None:
    world = worlds().default
    world.stubs.reply({"content": [{"type": "tool_use", "name": "unknown", "input": {}}]})
    call = asked()
    with pytest.raises(ScriptError, match="the request offers no tools") as fault:
        world.engine.respond(call, world.roll())
    assert call.findings == [Finding("contradictory-script", str(fault.value))]


def test_further_responders_answer_between_stubs_and_default() -> None:
    further = Workspaces(
        Settings(),
        key=b"",
        clock=FixedClock(),
        models=MODELS,
        responders=[lambda _: RawResponse(200, (), (Chunk(b"x"),))],
    ).default
    further.stubs.when("weather").reply("18 C")
    assert respond(further, "news") == (b"x", [])
    assert b"18 C" in respond(further, "weather")[0]


SCENARIO = scenario_of({"name": "a", "settings": {"validation": "live"}, "stubs": [{"replies": ["one", "two"]}]})


def test_a_reset_world_is_as_it_was_made() -> None:
    all_worlds = worlds()
    world = all_worlds.default
    first = respond(world)
    world.settings = replace(world.settings, strict_stubs=True, seed=5)
    world.stubs.reply("a")
    respond(world)
    world.reset()
    assert (world.settings, len(world.stubs), world.calls) == (all_worlds.settings, 0, 0)
    assert respond(world) == first


def test_a_scenario_brings_its_settings() -> None:
    world = worlds().default
    [declared] = world.play(SCENARIO)
    assert (world.settings.validation, list(world.stubs)) == ("live", [declared])
    world.reset()
    assert (world.settings.validation, list(world.stubs)) == ("strict", [])


def test_what_all_worlds_begin_with_is_there_again_after_a_reset() -> None:
    all_worlds = worlds()
    early = all_worlds.named("early")
    all_worlds.begin_with(SCENARIO)
    late = all_worlds.named("late")
    for world in (all_worlds.default, early, late):
        assert [message_text(respond(world)[0]) for _ in range(2)] == ["one", "two"]
        world.reset()
        assert (world.settings.validation, message_text(respond(world)[0])) == ("live", "one")
    changed = scenario_of({"name": "a", "stubs": [{"replies": ["three"]}]})
    all_worlds.begin_with(changed)
    assert [len(world.stubs) for world in all_worlds] == [1, 1, 1]
    assert message_text(respond(early)[0]) == "three"


def test_a_seed_of_its_own_makes_a_world_repeat_itself() -> None:
    worlds_of_two_servers = [worlds(key=key).named("a") for key in (b"one", b"two")]
    for world in worlds_of_two_servers:
        world.settings = replace(world.settings, seed=7)
    assert rolls(worlds_of_two_servers[0]) == rolls(worlds_of_two_servers[1])


def test_findings_name_their_request() -> None:
    world = worlds().default
    finding = Finding("unknown-role", "no")
    world.journal.add(Interaction(RawRequest("POST", "/", Headers()), FixedClock()(), "req_1", findings=[finding]))
    assert world.findings == [("req_1", finding)]


def test_reprs_name_the_worlds() -> None:
    all_worlds = worlds()
    all_worlds.named("a")
    assert repr(all_worlds) == "<Workspaces default, a>"
    assert repr(all_worlds.default) == "<Workspace 'default' stubs=0 calls=0>"


def test_a_fresh_world_stands_in_place_of_the_one_of_its_name_and_resets_to_its_own_settings() -> None:
    known = worlds()
    old = known.named("mine")
    old.is_kept = True
    fresh = known.fresh("mine", settings=Settings(validation="off"))
    assert known.named("mine") is fresh is not old
    fresh.settings = Settings()
    fresh.reset()
    assert fresh.settings.validation == "off"
    assert known.fresh("mine").settings == Settings()
    with pytest.raises(SettingsError, match="cannot name a workspace"):
        known.fresh("not mine")


@given(NAMES, NAMES)
def test_an_alias_leads_requests_elsewhere_until_it_is_taken_back(name: str, other: str) -> None:
    known = worlds()
    key, header = Headers({"x-api-key": f"sk-ant-mock-{name}"}), Headers({"x-mockclaude-workspace": name})
    known.alias(name, to=other)
    assert known.resolve(key) is known.resolve(header) is known.named(other)
    assert known.named(name).name == name, "who holds the world itself is not led astray"
    known.alias(name, to=None)
    known.alias(name, to=None)
    assert known.resolve(key) is known.resolve(header) is known.named(name)
