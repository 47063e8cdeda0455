"""Figures for Prometheus. The text format is a name, labels and a number a line; that is no reason for a library."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from aiohttp import web

from mockclaude import __version__
from mockclaude.server.control_answer import answered_text
from mockclaude.server.control_request import ControlRequest
from mockclaude.server.control_route import TEXT, Route
from mockclaude.workspace import Workspaces

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
ESCAPED: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Figure(NamedTuple):
    """A metric: its name, kind and help, and its values by labels."""

    name: str
    kind: str
    help: str
    values: list[tuple[Mapping[str, str], float]]


async def metrics(asked: ControlRequest) -> web.Response:
    """Shows figures of the whole server in the text format of Prometheus."""
    return answered_text("".join(lines_of(figures_of(asked.workspaces))), content_type=CONTENT_TYPE)


def figures_of(workspaces: Workspaces) -> list[Figure]:
    """What is counted. The worlds are not told apart: there may be a thousand."""
    worlds = list(workspaces)
    declared = [one for world in worlds for one in world.stubs]
    answered = sorted(workspaces.answered.items())
    return [
        Figure("mockclaude_info", "gauge", "The server's version", [({"version": __version__}, 1)]),
        Figure(
            "mockclaude_responses_total",
            "counter",
            "Answers of the API by status, `none` where the client was gone",
            [({"status": str(status) if status else "none"}, count) for status, count in answered],
        ),
        Figure("mockclaude_workspaces", "gauge", "Workspaces there are", [({}, len(worlds))]),
        Figure("mockclaude_stubs", "gauge", "Stubs that are declared", [({}, len(declared))]),
        Figure(
            "mockclaude_stubs_unused",
            "gauge",
            "Stubs that no call has reached",
            [({}, len([one for one in declared if not one.call_count]))],
        ),
        Figure("mockclaude_journal_entries", "gauge", "Requests that are remembered", [({}, sum(len(world.journal) for world in worlds))]),
        Figure("mockclaude_journal_bytes", "gauge", "Bytes of bodies that are remembered", [({}, sum(world.journal.size for world in worlds))]),
    ]  # fmt: skip


def lines_of(figures: list[Figure]) -> Iterator[str]:
    """The figures in the text format; source: exposition formats page of Prometheus, version 0.0.4."""
    for figure in figures:
        yield f"# HELP {figure.name} {figure.help}\n# TYPE {figure.name} {figure.kind}\n"
        for labels, value in figure.values:
            inside = ",".join([f'{name}="{text.translate(ESCAPED)}"' for name, text in labels.items()])
            yield f"{figure.name}{f'{{{inside}}}' if inside else ''} {value}\n"


ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/metrics", metrics, answer=TEXT, content_type=CONTENT_TYPE, of_world=False),
)
