"""What the real SDKs make of each fault is written down with their versions, and still so.

`python -m tests.clients.test_faults_by_sdk` measures anew and writes `contracts/clients/*.json`.
"""

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockclaude import MockClaude
from mockclaude.engine.presets import FAULTS, REFUSALS
from mockclaude.engine.say import message

from .test_official_sdks import HERE, node_folder, python_with, told

FOLDER = HERE.parent.parent / "contracts" / "clients"
TEXT = 'Grüße, 2 "words"\nand a few more of them, so that the text comes in parts.'
QUICK = {
    "stalled_with_pings": "stalled_with_pings pings=0.2 seconds=1.6",
    "slow": "slow bytes=20 every=0.005",
    "rate_limited": "rate_limited retry_after=0",
}
"""Presets as they are asked for here, where nobody wants to wait."""

FAULTY: Mapping[str, str] = {
    "none": "none",
    **{name: QUICK.get(name, name) for name in FAULTS if name not in REFUSALS},
    **{
        f"rate_limited, retry-after {name}": f"rate_limited retry_after={value}"
        for name, value in {"absent": "", "nonsense": "soon", "a date": "date+0"}.items()
    },
    "overloaded, x-should-retry false": '{"kind": "overloaded", "headers": {"x-should-retry": "false"}}',
    "error event first": "error_event after_events=0",
    "bad_json": "bad_json event=5",
    "no message_delta": "missing events=message_delta,message_stop",
    "no content_block_stop": "missing events=content_block_stop",
    **{
        f"cut at {mark}, end": f"cut at={mark} ordinal=1 ending=end"
        for mark in ("event", "newline", "utf8", "escape", "field")
    },
    **{f"cut at {mark}, close": f"cut at={mark} ordinal=1 ending=close" for mark in ("event", "utf8")},
    "cut at byte 0, reset": "cut at=byte ordinal=0 ending=reset",
    "fragments": "fragments cuts=utf8:0,escape:0,newline:3,field:5",
}
"""The faults that are asked of every SDK, and what the header says for each."""

CLIENTS: Mapping[str, Callable[[list[str]], dict[str, Any]]] = {
    "python": lambda arguments: told([sys.executable, str(HERE / "faulted.py"), *arguments]),
    "python-0": lambda arguments: told([python_with("anthropic<1"), str(HERE / "faulted.py"), *arguments]),
    "typescript": lambda arguments: told(["node", "faulted.mjs", *arguments], cwd=_node()),
}
"""The SDKs: the newest Python one is part of every run, the others are installed on demand."""


def _node() -> Path:
    home = node_folder()
    shutil.copy(HERE / "faulted.mjs", home / "faulted.mjs")
    return home


def table(client: str) -> dict[str, Any]:
    """What an SDK makes of each fault, and how many requests it makes of it."""
    with MockClaude(seed=1) as mock:
        mock.world.engine.responders[:] = [lambda _call: message(TEXT)]
        found = CLIENTS[client]([mock.url, json.dumps(FAULTY)])
        asked = [
            (call.request.headers["x-mockclaude-fault"], b'"stream":true' in call.request.body.replace(b" ", b""))
            for call in mock.world.journal
        ]
    rows = {
        name: {
            form: {**summary(row), "requests": asked.count((FAULTY[name], form == "stream"))}
            for form, row in forms.items()
        }
        for name, forms in found["faults"].items()
    }
    return {"format": 1, "sdk": client, "version": found["version"], "faults": rows}


def summary(row: Mapping[str, Any]) -> dict[str, Any]:
    """An outcome with the text as a word: whole, a part, other or none."""
    if "text" not in row:
        return dict(row)
    text = row["text"]
    kind = "whole" if text == TEXT else "none" if not text else "part" if TEXT.startswith(text) else "other"
    return {**row, "text": kind}


def path_of(client: str) -> Path:
    return FOLDER / f"{client}.json"


def written(client: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path_of(client).read_text("utf-8"))
    return found


def compare(client: str) -> None:
    """The SDK does what is written; where another version does otherwise, the table is to be measured anew."""
    expected, found = written(client), table(client)
    if found["version"] != expected["version"] and found["faults"] != expected["faults"]:
        pytest.skip(f"{found['version']} does otherwise than {expected['version']}, which was measured")
    assert found["faults"] == expected["faults"]


def test_the_newest_python_sdk_does_what_is_written() -> None:
    compare("python")


@pytest.mark.sdk
@pytest.mark.parametrize("client", ["python-0", "typescript"])
def test_the_other_sdks_do_what_is_written(client: str) -> None:
    compare(client)


@pytest.mark.parametrize("client", CLIENTS)
def test_every_table_holds_every_fault_in_both_forms(client: str) -> None:
    rows = written(client)["faults"]
    assert list(rows) == list(FAULTY)
    assert all(list(forms) == ["create", "stream"] for forms in rows.values())


@pytest.mark.parametrize("client", CLIENTS)
def test_without_a_fault_every_sdk_reads_the_whole_text_in_one_request(client: str) -> None:
    good = {"text": "whole", "stop_reason": "end_turn", "requests": 1}
    assert written(client)["faults"]["none"] == {"create": good, "stream": good}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("fault", ["ping_flood", "fragments", "slow", "unknown_event", "unknown_delta"])
def test_no_sdk_minds_what_the_format_allows(client: str, fault: str) -> None:
    assert written(client)["faults"][fault]["stream"]["text"] == "whole"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for client in sys.argv[1:] or CLIENTS:
        path_of(client).write_text(json.dumps(table(client), indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
