"""The official TypeScript SDK goes through the client kit, and fails exactly where it is known to."""

import shutil

import pytest

from mockclaude.verify import check_client
from mockclaude.verify.adapters.program import ProgramClient
from mockclaude.verify.known import known_of
from mockclaude.verify.properties import PROPERTIES

from .test_official_sdks import HERE, environment, node_folder


@pytest.mark.sdk
def test_the_typescript_sdk_fails_exactly_where_it_is_known_to() -> None:
    home = node_folder()
    shutil.copy(HERE / "contract.mjs", home / "contract.mjs")
    program = ProgramClient("node", "contract.mjs", cwd=home, env=environment())
    report = check_client(program, max_examples=25, derandomize=True, failures=None)
    known = known_of(program.client, program.version)
    assert {result.about.id: result.status for result in report.results} == {
        one.id: "known failure" if one.id in known else "held" for one in PROPERTIES
    }
