"""`serve` takes faults, chaos and a pace by name and refuses what nobody knows before it listens."""

import pytest

from mockclaude.cli import main
from mockclaude.cli.serve import check_disturbance
from mockclaude.engine.presets import FAULTS, PACES
from mockclaude.errors import ScriptError
from mockclaude.settings import Settings


@pytest.mark.parametrize("fault", [*FAULTS, "cut at=utf8 ordinal=2", None])
def test_every_known_fault_is_taken(fault: str | None) -> None:
    check_disturbance(Settings(fault=fault, chaos=None if fault is None else f"{fault}=0.1,refused=0.05"))


@pytest.mark.parametrize("pace", [*PACES, "model", "first=0.3,per_second=40"])
def test_every_known_pace_is_taken(pace: str) -> None:
    check_disturbance(Settings(pace=pace))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(fault="overlode"), "did you mean 'overloaded'"),
        (Settings(chaos="overloaded"), "has no share of calls"),
        (Settings(pace="sonet"), "did you mean 'sonnet'"),
    ],
)
def test_what_nobody_knows_is_refused(settings: Settings, reason: str) -> None:
    with pytest.raises(ScriptError, match=reason):
        check_disturbance(settings)


def test_the_command_says_so_and_does_not_listen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--port", "0", "--fault", "overlode"])
    assert ended.value.code != 0
    assert "did you mean 'overloaded'?" in capsys.readouterr().err
