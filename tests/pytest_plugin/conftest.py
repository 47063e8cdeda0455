"""A project of a user, with an application that reads its environment, and a run of its tests."""

from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages

import anthropic
import hypothesis  # noqa: F401 - or every run within would load it anew
import pytest

import mockclaude

APPLICATION = """
import json, os, urllib.request

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

def ask(text="Hello", *, model="claude-opus-5", version="2023-06-01", url=None, key=None, **more):
    body = {"model": model, "max_tokens": 100, "messages": [{"role": "user", "content": text}], **more}
    headers = {
        "x-api-key": key or os.environ["ANTHROPIC_API_KEY"],
        "anthropic-version": version,
        "content-type": "application/json",
    }
    url = (url or os.environ["ANTHROPIC_BASE_URL"]) + "/v1/messages"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    try:
        with OPENER.open(request, timeout=30) as response:
            return json.load(response)["content"][0]["text"]
    except urllib.error.HTTPError as refused:
        with refused:
            return f"{refused.code} {json.load(refused)['error']['message']}"

PREFILLED = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "I"}]
"""

INI = """
[pytest]
filterwarnings = error
asyncio_default_fixture_loop_scope = function
"""

Suite = Callable[..., pytest.RunResult]


@pytest.fixture(scope="session")
def _everything_loaded() -> None:
    """A run within forgets the modules that it was the first to load; loaded anew, their classes would be others."""
    for module in walk_packages(mockclaude.__path__, "mockclaude."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    anthropic.Anthropic(api_key="none").close()


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, _everything_loaded: None) -> Suite:
    """Runs tests that are given as a text, beside `app.py`; `ini` and `conftest` are more text."""
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)

    def run(tests: str, *flags: str, ini: str = "", conftest: str = "") -> pytest.RunResult:
        pytester.makefile(".ini", pytest=INI + ini)
        pytester.makepyfile(app=APPLICATION)
        pytester.makeconftest(conftest)
        pytester.makepyfile(test_it=f"import os\nimport pytest\nfrom app import ask, PREFILLED\n{tests}")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist", *flags)

    return run
