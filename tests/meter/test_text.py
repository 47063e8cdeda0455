"""A text has its price in tokens and can be cut to one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.meter.text import WEIGHTS, Features, count_text, cut_to_tokens, features

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=120),
    st.lists(st.sampled_from(["a ", "extraordinarily", "12", "\n", "  ", ", ", "ü", "日本", "\x00", "🎲"])).map(
        "".join
    ),
)
FAMILIES = st.sampled_from(list(WEIGHTS))


@given(text=TEXTS)
def test_the_features_of_a_text_are_what_a_reader_counts(text: str) -> None:
    words = re.findall("[A-Za-z]+", text)
    signs = set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
    assert features(text) == Features(
        words=len(words),
        extra=sum(max(0, len(word) - 6) for word in words),
        digits=len(re.findall("[0-9]", text)),
        signs=sum(letter in signs for letter in text),
        breaks=len(re.findall("\n+", text)),
        gaps=len(re.findall("[ \t]{2,}", text)),
        others=sum(len(letter.encode("utf-8", "surrogatepass")) for letter in text if ord(letter) > 127),
    )


@given(text=TEXTS)
def test_bytes_have_the_features_of_their_text(text: str) -> None:
    assert features(text.encode("utf-8", "surrogatepass")) == features(text)


@given(text=TEXTS, family=FAMILIES)
def test_only_an_empty_text_costs_nothing(text: str, family) -> None:
    assert (count_text(text, family) == 0) == (text == "")


@given(text=TEXTS, family=FAMILIES, data=st.data())
def test_a_beginning_never_costs_more_than_the_whole(text: str, family, data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(text)))
    assert count_text(text[:end], family) <= count_text(text, family)


@given(text=TEXTS, family=FAMILIES, budget=st.integers(-1, 60))
def test_a_cut_text_is_a_beginning_within_the_budget(text: str, family, budget: int) -> None:
    cut = cut_to_tokens(text, budget, family)
    assert text.startswith(cut)
    assert count_text(cut, family) <= max(0, budget)


@given(text=TEXTS, family=FAMILIES, budget=st.integers(0, 60))
def test_a_cut_text_is_the_longest_that_fits(text: str, family, budget: int) -> None:
    cut = cut_to_tokens(text, budget, family)
    longer = (cut_to_tokens(text, more, family) for more in range(budget + 1, budget + 2000))
    following = next((other for other in longer if other != cut), None)
    assert cut == text if following is None else count_text(following, family) > budget


@given(text=TEXTS, family=FAMILIES)
def test_a_text_that_fits_is_left_alone(text: str, family) -> None:
    assert cut_to_tokens(text, count_text(text, family), family) == text


@pytest.mark.parametrize(
    ("budget", "cut"),
    [
        (0, ""),
        (1, "The"),
        (2, "The quick"),
        (3, "The quick brown"),
        (4, "The quick brown,"),
        (5, "The quick brown, fox"),
    ],
)
def test_a_cut_ends_behind_a_word_or_sign(budget: int, cut: str) -> None:
    assert cut_to_tokens("The quick brown, fox jumps", budget, "A") == cut


def test_a_long_word_is_cut_inside() -> None:
    assert cut_to_tokens("x" * 100, 2, "A") == "x" * 9
