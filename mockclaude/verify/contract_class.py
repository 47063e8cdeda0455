"""The properties as tests of pytest: one item for each, so that every one passes, fails and is selected by itself."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar, Final

import pytest

from mockclaude.verify.counterexample import FOLDER
from mockclaude.verify.kit import Check
from mockclaude.verify.outcome import AdapterError
from mockclaude.verify.properties import PROPERTIES
from mockclaude.verify.property import Property

CHECK: Final[pytest.StashKey[Check]] = pytest.StashKey()


class ClientContract:
    """Tests of a client: `class TestMyClient(ClientContract): adapter = chat_adapter(ask)`.

    `-k P6` selects one (`-k P1-` the first). A property that cannot be judged is skipped with the reason, a known
    failure is an expected one, and fails once it holds.
    """

    adapter: ClassVar[object]
    known_failures: ClassVar[Mapping[str, str]] = {}
    max_examples: ClassVar[int | None] = None
    failures: ClassVar[str | Path | None] = FOLDER

    @pytest.fixture
    def client_check(self, request: pytest.FixtureRequest) -> Check:
        """The client under examination, with one server for the whole class.

        The class keeps it: a fixture of a class that is a method of its instances is deprecated since pytest 9.1.
        """
        node, cls = request.node.getparent(pytest.Class), request.cls
        if CHECK not in node.stash:
            adapter = getattr(cls, "adapter", None)
            if adapter is None:
                raise AdapterError(f"{cls.__name__} names no client; expected `adapter = ...` in the class")
            check = Check(
                adapter, max_examples=cls.max_examples, known_failures=cls.known_failures, failures=cls.failures
            )
            stack = ExitStack()
            node.stash[CHECK] = stack.enter_context(check)
            node.addfinalizer(stack.close)
        kept: Check = node.stash[CHECK]
        return kept

    @pytest.mark.parametrize("client_property", PROPERTIES, ids=[f"{one.id}-{one.name}" for one in PROPERTIES])
    def test_client(self, client_check: Check, client_property: Property) -> None:
        """The property holds."""
        __tracebackhide__ = True
        result = client_check.judge(client_property)
        if result.status == "not applicable":
            pytest.skip(f"{client_property.id} is not applicable: {result.reason}")
        if result.status == "known failure":
            pytest.xfail(result.reason)
        if result.is_bad:
            pytest.fail(result.text(), pytrace=False)
