"""Figures are told in the text format that Prometheus reads."""

import re

from mockclaude import __version__
from mockclaude.server.control_metrics import Figure, lines_of

from .control_client import ControlClient

SAMPLE = re.compile(
    r'[a-z_]+(?:\{[a-z_]+="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\})? [0-9.e+-]+'
)


def figures(control: ControlClient) -> dict[str, float]:
    said = control.ask("GET", "/metrics")
    assert said.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in said.body.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in [line.rpartition(" ") for line in lines]}


def test_answers_worlds_stubs_and_journals_are_counted(control: ControlClient) -> None:
    before = figures(control)
    assert before == {
        f'mockclaude_info{{version="{__version__}"}}': 1,
        "mockclaude_workspaces": 1,
        "mockclaude_stubs": 0,
        "mockclaude_stubs_unused": 0,
        "mockclaude_journal_entries": 0,
        "mockclaude_journal_bytes": 0,
    }
    control.ask("POST", "/stubs?workspace=b", [{"replies": ["a"]}, {"replies": ["b"]}])
    control.call(workspace="b")
    control.call()
    control.call(max_tokens=-1)
    after = figures(control)
    assert after.pop("mockclaude_journal_bytes") > 0
    assert after == {
        f'mockclaude_info{{version="{__version__}"}}': 1,
        'mockclaude_responses_total{status="200"}': 2,
        'mockclaude_responses_total{status="400"}': 1,
        "mockclaude_workspaces": 2,
        "mockclaude_stubs": 2,
        "mockclaude_stubs_unused": 1,
        "mockclaude_journal_entries": 3,
    }


def test_counters_outlive_a_reset(control: ControlClient) -> None:
    control.call()
    control.ask("POST", "/reset?all=true")
    assert figures(control)['mockclaude_responses_total{status="200"}'] == 1


def test_every_line_has_the_form_of_the_format(control: ControlClient) -> None:
    control.call()
    for line in control.ask("GET", "/metrics").body.decode().splitlines():
        assert SAMPLE.fullmatch(line) or re.fullmatch(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter))", line)


def test_labels_are_escaped() -> None:
    figure = Figure("a", "gauge", "what it is", [({"b": 'c"\\\n', "d": ""}, 1.5)])
    assert "".join(lines_of([figure])) == '# HELP a what it is\n# TYPE a gauge\na{b="c\\"\\\\\\n",d=""} 1.5\n'
