"""Signatures of ours are recognised, and so is what happened to them and to their texts."""

from hypothesis import assume, given
from hypothesis import strategies as st

from mockclaude.wire.seal import LEAST, MARK, is_for, is_ours, is_whole, seal

TEXTS = st.text(st.characters(exclude_categories=()), max_size=40)
SIZES = st.integers(LEAST, 300)


@given(text=TEXTS, key=TEXTS, size=SIZES)
def test_a_seal_is_whole_and_for_its_text(text: str, key: str, size: int) -> None:
    sealed = seal(text, key, size=size)
    assert sealed == seal(text, key, size=size)
    assert is_ours(sealed)
    assert is_whole(sealed)
    assert is_for(sealed, text)
    assert len(sealed) == -(-size // 3) * 4


@given(text=TEXTS, other=TEXTS, size=SIZES)
def test_another_text_is_noticed(text: str, other: str, size: int) -> None:
    assume(text != other)
    assert not is_for(seal(text, "k", size=size), other)


@given(text=TEXTS, size=SIZES, data=st.data())
def test_any_damage_is_noticed(text: str, size: int, data: st.DataObject) -> None:
    sealed = seal(text, "k", size=size)
    place = data.draw(st.integers(len(MARK), len(sealed.rstrip("=")) - 2))
    letter = data.draw(st.sampled_from("ABCDEFGHabcdefgh0123+/ é"))
    assume(sealed[place] != letter)
    damaged = sealed[:place] + letter + sealed[place + 1 :]
    for changed in (damaged, sealed[:place], sealed[:place] + sealed[place + 1 :], sealed + "AAAA"):
        assert is_ours(changed)
        assert not is_whole(changed)


@given(TEXTS)
def test_a_foreign_signature_is_not_ours(text: str) -> None:
    assert is_ours(text) == text.startswith(MARK)
