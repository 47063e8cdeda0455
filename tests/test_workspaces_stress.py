"""Many worlds on one server at the same time: none ever sees a script, a call or a count of another."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from aiohttp import ClientSession, TCPConnector
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import FixedClock
from mockclaude.mock import MockClaude
from mockclaude.models import Models
from mockclaude.settings import Settings
from mockclaude.wire.error import APIError
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import message_of
from mockclaude.workspace import Workspace, Workspaces

from .engine.playing import asked
from .server.line import HELLO

WORLDS = 200
CONNECTIONS = 32

MODELS = Models.load()


@dataclass(frozen=True)
class Step:
    """Something that is done to one of the worlds, and what with."""

    world: str
    what: str
    text: str = ""
    number: int = 1


WORDS = st.sampled_from(["rain", "sun", "fog"])
STEPS = st.builds(
    Step,
    world=st.sampled_from(["a", "b", "c"]),
    what=st.sampled_from(["ask", "ask", "stream", "stub", "next", "fail", "echo", "reset", "clear", "seed"]),
    text=WORDS,
    number=st.integers(1, 3),
)


def done(world: Workspace, step: Step, place: int) -> object:
    """What comes of a step; every script names the place of the step that declared it."""
    if step.what in {"ask", "stream"}:
        call = asked(step.text, settings=world.settings, stream=step.what == "stream")
        try:
            response: object = world.engine.respond(call, world.roll())
        except APIError as error:
            response = (error.status, error.message)
        return response, call.findings, [one.call_count for one in world.stubs]
    if step.what == "stub":
        return str(world.stubs.when(step.text).reply(f"{step.text} by step {place}", times=step.number))
    if step.what == "next":
        return [str(one) for one in world.stubs.next(*[f"next by step {place}"] * step.number)]
    if step.what == "fail":
        return str(world.stubs.when(step.text).reply({"error": {"status": 529, "message": f"by step {place}"}}))
    if step.what == "echo":
        world.settings = replace(world.settings, reply="echo")
    if step.what == "seed":
        world.settings = replace(world.settings, seed=step.number)
    if step.what == "reset":
        world.reset()
    if step.what == "clear":
        world.stubs.clear()
    return world.settings


def transcript(steps: Iterable[tuple[int, Step]]) -> Mapping[str, list[object]]:
    """What every world went through, all of them in one server."""
    worlds = Workspaces(Settings(), key=b"key", clock=FixedClock(), models=MODELS)
    through: dict[str, list[object]] = {}
    for place, step in steps:
        through.setdefault(step.world, []).append(done(worlds.named(step.world), step, place))
    return through


@given(st.lists(STEPS, max_size=30))
def test_a_world_among_others_is_as_it_is_alone(steps: list[Step]) -> None:
    numbered = list(enumerate(steps))
    together = transcript(numbered)
    for name, through in together.items():
        assert transcript([(place, step) for place, step in numbered if step.world == name]) == {name: through}


class Talk:
    """A client of one world: it declares its script and speaks to it, by its key alone."""

    def __init__(self, number: int, *, url: str, session: ClientSession, seed: int) -> None:
        self.name = f"w{number}"
        self.script = [f"reply {turn} of {self.name}" for turn in range(1 + number % 4)]
        self._random = Random(f"{seed} {number}")
        self._url = url
        self._session = session
        self._asked: list[str] = []

    async def run(self) -> None:
        await self.declare()
        for turn in range(4 + self._random.randrange(3)):
            if self._random.random() < 0.2:
                await asyncio.sleep(0)
            await self.ask(turn)
        await self.look_back()

    async def declare(self) -> None:
        """Answers questions about this world with its script, in turn, and one question with an error."""
        stubs = [
            {"when": {"text": f"fail, {self.name}"}, "replies": [{"error": {"status": 529, "message": self.name}}]},
            {"when": {"text": self.name}, "replies": self.script},
        ]
        async with self._control("POST", "/stubs", json=stubs) as answer:
            assert answer.status == 201

    async def ask(self, turn: int) -> None:
        fails, stream = self._random.random() < 0.2, self._random.random() < 0.5
        text = f"{'fail' if fails else 'speak'}, {self.name} {turn}"
        body = {**HELLO, "messages": [{"role": "user", "content": text}], "stream": stream}
        headers = {"x-api-key": f"sk-ant-mock-{self.name}-{turn}", "anthropic-version": "2023-06-01"}
        async with self._session.post(f"{self._url}/v1/messages", json=body, headers=headers) as answer:
            said = await answer.read()
            assert answer.status == (529 if fails else 200)
            if fails:
                assert (await answer.json())["error"]["message"] == self.name
            else:
                spoken = len([one for one in self._asked if one.startswith("speak")])
                message: Any = message_of(decode(said)) if stream else await answer.json()
                assert message["content"] == [{"type": "text", "text": self.script[min(spoken, len(self.script) - 1)]}]
        self._asked.append(text)

    async def look_back(self) -> None:
        """The journal, the counts and the findings hold what this world did and nothing else."""
        async with self._control("GET", "/journal") as answer:
            entries = (await answer.json())["entries"]
        assert [entry["request"]["body"]["messages"][0]["content"] for entry in entries] == self._asked
        assert self.name not in {entry["request"]["headers"]["x-api-key"] for entry in entries}
        async with self._control("GET", "/stubs") as answer:
            counts = [stub["call_count"] for stub in (await answer.json())["stubs"]]
        failed = len([text for text in self._asked if text.startswith("fail")])
        assert counts == [failed, len(self._asked) - failed]
        async with self._control("GET", "/findings") as answer:
            assert await answer.json() == {"findings": []}

    def _control(self, method: str, path: str, **more: Any) -> Any:
        url = f"{self._url}/_mockclaude{path}?workspace={self.name}"
        return self._session.request(method, url, **more)


async def test_two_hundred_worlds_at_once_never_cross() -> None:
    async with (
        MockClaude(seed=1, strict_stubs=True) as mock,
        ClientSession(connector=TCPConnector(limit=CONNECTIONS)) as session,
    ):
        talks = [Talk(number, url=mock.url, session=session, seed=4242) for number in range(WORLDS)]
        Random(4242).shuffle(talks)
        async with asyncio.TaskGroup() as group:
            for talk in talks:
                group.create_task(talk.run())
        assert {world.name for world in mock.workspaces} == {"default", *[talk.name for talk in talks]}
        assert list(mock.journal) == [], "nobody spoke to the default world"
