"""Dice repeat for the same key and ordinal and for no other."""

from hypothesis import given
from hypothesis import strategies as st

from mockclaude.wire.dice import Dice

COUNTS = st.lists(st.integers(1, 128), max_size=40)


@given(key=st.binary(), ordinal=st.integers(0, 2**40), counts=COUNTS)
def test_the_same_key_and_ordinal_roll_the_same_bits(key: bytes, ordinal: int, counts: list[int]) -> None:
    first, second = Dice(key, ordinal), Dice(key, ordinal)
    assert [first.bits(count) for count in counts] == [second.bits(count) for count in counts]
    assert first.bytes(100) == second.bytes(100)


@given(key=st.binary(), ordinal=st.integers(0, 2**40), count=st.integers(1, 128))
def test_bits_are_in_range(key: bytes, ordinal: int, count: int) -> None:
    assert 0 <= Dice(key, ordinal).bits(count) < 2**count


def test_another_ordinal_rolls_other_bits() -> None:
    rolls = {Dice(b"key", ordinal).bits(128) for ordinal in range(1000)}
    assert len(rolls) == 1000


def test_a_long_row_does_not_run_dry() -> None:
    dice = Dice(b"key", 1)
    rolls = [dice.bits(128) for _ in range(500)]
    assert len(set(rolls)) == 500
    assert min(rolls).bit_length() > 100
