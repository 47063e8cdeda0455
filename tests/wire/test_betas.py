import subprocess
import sys
from datetime import date, timedelta
from typing import get_args

import pytest
from anthropic.types import AnthropicBetaParam
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire import betas

TABLES = {
    name: table
    for name, table in vars(betas).items()
    if isinstance(table, dict) and name.isupper() and name != "KNOWN_BETAS"
}


@pytest.mark.parametrize("table", TABLES)
def test_whatever_unlocks_something_is_a_known_beta(table: str) -> None:
    assert TABLES[table]
    for part, by in TABLES[table].items():
        assert by, part
        assert by <= betas.KNOWN_BETAS.keys(), part


def test_every_beta_has_a_source() -> None:
    assert all(betas.KNOWN_BETAS.values())


def test_every_beta_that_the_installed_sdk_names_is_known() -> None:
    [named] = [part for part in get_args(AnthropicBetaParam) if get_args(part)]
    assert set(get_args(named)) <= betas.KNOWN_BETAS.keys()


def test_the_newest_date_is_that_of_a_known_beta() -> None:
    assert date(2026, 10, 21) == betas.NEWEST
    assert any(name.endswith(f"-{betas.NEWEST}") for name in betas.KNOWN_BETAS)


@given(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    st.dates(min_value=betas.NEWEST + timedelta(days=1)),
)
def test_a_name_dated_later_than_all_known_ones_is_of_the_future(name: str, day: date) -> None:
    assert betas.is_future(f"{name}-{day}")


@given(st.sampled_from(sorted(betas.KNOWN_BETAS)))
def test_a_known_beta_is_not_of_the_future(name: str) -> None:
    assert not betas.is_future(name)


@pytest.mark.parametrize(
    "name",
    [
        "timing-2026-09-09",  # older than the newest known one, and seen refused
        "new-2026-10-21",
        "new-2026-13-01",
        "new-20270101",
        "2027-01-01",
        "-2027-01-01",
        "new",
        "",
        "New-2027-01-01",
        "new-2027-01-01\n",
        "new-2027-01-01-1",
    ],
)
def test_other_names_are_not_of_the_future(name: str) -> None:
    assert not betas.is_future(name)


def test_the_table_costs_no_library_at_start() -> None:
    code = "import sys, mockclaude.wire.betas; print('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
