"""A property that does not hold, told so that it can be mended: the cause, what was expected, and how to see it again."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pprint import pformat
from textwrap import indent
from typing import Final

from mockclaude.record.redact import without_keys
from mockclaude.verify.case import Case, data_of_answers
from mockclaude.verify.property import Property
from mockclaude.wire.body import Json, JsonObject

SHOWN: Final = 1200
"""Characters of a value that a text shows."""

WIDTH: Final = 110
PLAYED: Final = "http://127.0.0.1:4242"


@dataclass(frozen=True, slots=True)
class Failure:
    """The smallest case in which a property does not hold; `path` is where it was saved, `adapter` its `module:name`."""

    about: Property
    case: Case
    cause: str
    expected: str = field(repr=False)
    got: str = field(repr=False)
    attempts: int = 1
    adapter: str = ""
    is_async: bool = False
    path: str = ""

    def text(self) -> str:
        """All of it, for a terminal."""
        return without_keys("\n".join(self._lines()))

    def python(self) -> str:
        """A script that plays the case; it wants an adapter, or any client that is pointed at `server`."""
        ask = self.case.calls[0]
        module, _, name = self.adapter.partition(":")
        is_agent = ask.form == "agent"
        method = "adapter.agent(server, task, agent_tools())" if is_agent else f"adapter.{ask.form}(server, request)"
        imports = ["import asyncio", ""] if self.is_async else []
        renamed = "" if name == "adapter" else " as adapter"
        imports += [f"from {module} import {name}{renamed}"] * bool(module)
        return "\n".join(
            [
                *imports,
                f"from mockclaude.verify import {'agent_tools, ' if is_agent else ''}playing",
                "",
                f"task = {ask.request['task']!r}" if is_agent else f"request = {_literal(ask.request)}",
                f"answers = {_literal(self._answers())}",
                "with playing(answers) as server:  # or point any client at server.url, with server.api_key",
                f"    print({f'asyncio.run({method})' if self.is_async else method})",
            ]
        )

    def curl(self) -> str:
        """The same for a shell."""
        ask = self.case.calls[0]
        body: JsonObject = {**ask.request, "stream": True} if ask.form in {"stream", "cancel"} else ask.request
        headers = ("x-api-key: mock", "anthropic-version: 2023-06-01", "content-type: application/json")
        source = self.path or "-"
        given = "" if self.path else f" <<'JSON' &\n{json.dumps({'answers': self._answers()})}\nJSON"
        return "\n".join(
            [
                f"mockclaude verify play {shlex.quote(source)}{given or ' &'}",
                f"curl -sSN {PLAYED}/v1/messages {' '.join([f'-H {shlex.quote(header)}' for header in headers])} \\",
                f"  -d {shlex.quote(json.dumps(body))}",
            ]
        )

    def _answers(self) -> list[Json]:
        """The answers in the form that is asked for."""
        told = data_of_answers(self.case.answers)
        if any(ask.form == "send" for ask in self.case.calls):
            return told
        return [
            {key: one[key] for key in one if key != "message"} if "stream" in one else one
            for one in told
            if isinstance(one, dict)
        ]

    def _lines(self) -> Iterator[str]:
        yield f"{self.about.title}: {self.cause}"
        yield f"  the property: {self.about.sentence}"
        yield f"  expected: {_clipped(self.expected)}"
        yield f"  got:      {_clipped(self.got)}"
        if self.attempts != 1:
            yield f"  requests: {self.attempts}"
        for cut in self.case.cuts:
            yield f"  cut:      {cut}"
        yield "  in Python:"
        yield indent(self.python(), "    ")
        if self.case.calls[0].form != "agent":
            yield "  with curl:"
            yield indent(self.curl(), "    ")
        if self.path:
            named = f" --adapter {self.adapter}" if self.adapter else " --adapter MODULE:NAME"
            yield f"  again:    mockclaude verify replay {shlex.quote(self.path)}{named}"


def shown(value: object) -> str:
    """A value as a failure tells it: without keys."""
    return without_keys(value if isinstance(value, str) else str(value))


def _literal(value: object) -> str:
    return pformat(value, width=WIDTH, sort_dicts=False)


def _clipped(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
