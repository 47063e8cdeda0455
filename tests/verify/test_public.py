"""The names of the kit load with their first use, and only one of them needs pytest."""

import subprocess
import sys

import pytest

import mockclaude.verify


def test_every_public_name_is_there() -> None:
    for name in vars(mockclaude.verify)["__all__"]:
        assert getattr(mockclaude.verify, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'check_clients'"):
        _ = getattr(mockclaude.verify, "check_clients")  # noqa: B009 - the checker knows that there is no such name


@pytest.mark.parametrize(
    ("statement", "loaded"),
    [
        ("import mockclaude.verify", set()),
        ("from mockclaude.verify import Endpoint, Outcome, chat_adapter", set()),
        ("from mockclaude.verify import check_client", {"hypothesis", "aiohttp"}),
    ],
)
def test_what_a_name_does_not_need_is_not_loaded(statement: str, loaded: set[str]) -> None:
    heavy = ("pytest", "hypothesis", "aiohttp", "anthropic")
    code = f"import sys; {statement}; print(*[name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()) == loaded
