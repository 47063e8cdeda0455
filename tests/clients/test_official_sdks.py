"""The real SDKs, unchanged, get what the API would send: replies, streams, tool loops and refusals."""

import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockclaude import MockClaude

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("MOCKCLAUDE_TEST_CACHE", HERE.parent.parent / "build" / "clients"))
PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message."

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with MockClaude(seed=1) as mock:
        yield mock.url


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANTHROPIC", "CLAUDE"))}
    return {**kept, "NO_PROXY": "127.0.0.1"}


def told(command: list[str], *, cwd: Path | None = None) -> dict[str, Any]:
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, timeout=120, env=environment())
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert isinstance(found, dict)
    return found


def python_with(requirement: str, *more: str) -> str:
    """The interpreter of an environment with that version of the SDK and more, made on demand."""
    home = CACHE / "-and-".join([Path(one).name for one in (requirement, *more)]).replace("<", "-below-")
    python = home / "bin" / "python"
    if not python.exists():
        venv.create(home, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", requirement, *more]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            shutil.rmtree(home)
            pytest.skip(f"{requirement} cannot be installed here: {done.stderr[-200:]}")
    return str(python)


def node_folder() -> Path:
    """A folder with the TypeScript SDK installed, made on demand."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    home = CACHE / "typescript"
    if not (home / "node_modules" / "@anthropic-ai" / "sdk").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true, "type": "module"}\n')
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "@anthropic-ai/sdk@1"]
        done = subprocess.run(install, capture_output=True, text=True, check=False, cwd=home)
        if done.returncode:
            pytest.skip(f"the TypeScript SDK cannot be installed here: {done.stderr[-200:]}")
    shutil.copy(HERE / "conversation.mjs", home / "conversation.mjs")
    return home


def check(found: dict[str, Any]) -> None:
    """What every SDK must have understood, whatever its version and language."""
    whole = found["create"]
    assert whole["model"] == "claude-sonnet-4-5-20250929"
    assert (whole["types"], whole["stop_reason"], whole["stop_sequence"]) == (["text"], "end_turn", None)
    assert whole["text"]
    assert whole["request_id"].startswith("req_01")
    stream = found["stream"]
    assert stream["text"] == stream["joined"] == whole["text"]
    assert (stream["input_tokens"], stream["output_tokens"]) == (whole["input_tokens"], whole["output_tokens"])
    assert found["count"] == whole["input_tokens"]
    assert [kind for kind in found["events"] if kind not in {"ping", "content_block_delta"}] == [
        "message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop",
    ]  # fmt: skip
    for loop in (found["tool_loop"], found["tool_loop_streamed"]):
        assert [step["stop_reason"] for step in loop] == ["tool_use", "end_turn"]
        assert isinstance(loop[0]["inputs"][0]["city"], str)
    assert found["image"]["stop_reason"] == "end_turn"
    assert found["image"]["input_tokens"] > whole["input_tokens"]
    assert len(found["models"]) >= 18
    assert found["model"] == "claude-haiku-4-5-20251001"
    check_refusals(found)


def check_refusals(found: dict[str, Any]) -> None:
    def error(step: str) -> tuple[str, int, dict[str, Any]]:
        return found[step]["class"], found[step]["status"], found[step]["body"]["error"]

    assert error("unauthorized") == (
        "AuthenticationError", 401, {"type": "authentication_error", "message": "API key is invalid."},
    )  # fmt: skip
    assert found["unauthorized"]["body"]["request_id"] is None
    assert error("unknown_model") == ("NotFoundError", 404, {"type": "not_found_error", "message": "model: claude-0"})
    assert error("unknown_model_info")[:2] == ("NotFoundError", 404)
    assert error("prefill") == ("BadRequestError", 400, {"type": "invalid_request_error", "message": PREFILL})
    assert error("negative") == (
        "BadRequestError",
        400,
        {"type": "invalid_request_error", "message": "max_tokens: must be greater than or equal to 0"},
    )
    for step in ("unknown_model", "prefill", "negative"):
        assert found[step]["request_id"] == found[step]["body"]["request_id"]
        assert found[step]["request_id"].startswith("req_01")


def test_the_newest_python_sdk_understands_every_answer(url: str) -> None:
    found = told([sys.executable, str(HERE / "conversation.py"), url])
    check(found)
    assert found["async"]["whole"]["text"] == found["async"]["stream"]["text"]
    assert found["async"]["ids"] == 20
    assert found["version"].startswith("2.")


@pytest.mark.sdk
@pytest.mark.parametrize("requirement", ["anthropic<1", "anthropic<2"])
def test_older_python_sdks_understand_every_answer(url: str, requirement: str) -> None:
    found = told([python_with(requirement), str(HERE / "conversation.py"), url])
    check(found)
    assert found["async"]["ids"] == 20


@pytest.mark.sdk
def test_the_typescript_sdk_understands_every_answer(url: str) -> None:
    check(told(["node", "conversation.mjs", url], cwd=node_folder()))
