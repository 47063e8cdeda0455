"""What was worked out is remembered within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from mockclaude.meter.memo import EXACT, OVERHEAD, Memo

TEXTS = st.text("ab", max_size=4) | st.text("ab", min_size=EXACT - 1, max_size=EXACT + 2)


@given(asked=st.lists(TEXTS), entries=st.integers(1, 8), room=st.integers(1, 8))
def test_remembering_changes_no_result_and_keeps_the_bounds(asked: list[str], entries: int, room: int) -> None:
    memo = Memo[str, str](str.upper, entries=entries, size=room * 2 * OVERHEAD)
    for text in asked:
        assert memo(text) == text.upper()
        assert len(memo) <= max(2, entries)


def test_a_text_is_worked_out_once() -> None:
    asked: list[str] = []
    memo = Memo[str, None](asked.append)
    for _ in range(3):
        for text in ("short", "long" * EXACT):
            memo(text)
    assert asked == ["short", "long" * EXACT]


def test_what_is_asked_for_again_outlives_the_rest() -> None:
    asked: list[str] = []
    memo = Memo[str, None](asked.append, entries=20)
    for number in range(200):
        memo("again")
        memo(f"once {number}")
    assert asked.count("again") == 1
    assert len(memo) <= 20


def test_many_bytes_push_out_what_is_old() -> None:
    memo = Memo[str, int](len, entries=1000, size=20 * (OVERHEAD + EXACT))
    for number in range(100):
        memo(f"{number:0{EXACT}}")
    assert len(memo) <= 20
