"""Ids decode to the number they were made of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire.dice import Dice
from mockclaude.wire.ids import base58, number_of, random_id, timed_id, uuid_id

FORM = re.compile(r"^[a-z]+_01[1-9A-HJ-NP-Za-km-z]{22}$")


@given(number=st.integers(0, 2**128 - 1))
def test_an_id_gives_its_number_back(number: int) -> None:
    assert number_of(random_id("toolu", number)) == number


@given(number=st.integers(0, 2**128 - 1))
def test_an_id_has_the_recorded_form(number: int) -> None:
    assert FORM.match(random_id("srvtoolu", number))


@given(number=st.integers(0, 2**128 - 1), other=st.integers(0, 2**128 - 1))
def test_digits_sort_as_the_numbers_do(number: int, other: int) -> None:
    assert (base58(number) < base58(other)) == (number < other)


@given(milliseconds=st.integers(0, 2**48 - 1), bits=st.integers(0, 2**90))
def test_a_timed_id_is_a_uuid_of_version_seven(milliseconds: int, bits: int) -> None:
    identifier = timed_id("req", milliseconds, bits)
    assert FORM.match(identifier)
    number = number_of(identifier)
    assert (number >> 80, number >> 76 & 15, number >> 62 & 3) == (milliseconds, 7, 2)


def test_ids_of_one_millisecond_differ_and_later_ones_sort_behind() -> None:
    dice = Dice(b"key", 1)
    now = [timed_id("msg", 1_787_000_000_000, dice.bits(80)) for _ in range(1000)]
    later = timed_id("msg", 1_787_000_000_001, 0)
    assert len(set(now)) == 1000
    assert max(now) < later


def test_a_recorded_request_id_decodes_to_its_own_month() -> None:
    assert number_of("msg_011CdcJUVVJZc5qG23vqEtBS") >> 80 == pytest.approx(1_785_600_000_000, rel=1e-3)


@pytest.mark.parametrize("text", ["", "req_", "req_01abc", "req_02" + "1" * 22, "req_01" + "1" * 21])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an id of the API"):
        number_of(text)


@given(number=st.integers(0, 2**128 - 1))
def test_the_id_of_a_batch_is_a_uuid_of_version_four(number: int) -> None:
    identifier = uuid_id("msgbatch", number)
    assert FORM.match(identifier)
    free = ~(0xF << 76 | 0x3 << 62)
    assert (number_of(identifier) & free, number_of(identifier) >> 76 & 15, number_of(identifier) >> 62 & 3) == (
        number & free, 4, 2,
    )  # fmt: skip
