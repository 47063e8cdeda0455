"""Canned prose depends on its key alone and needs no Faker."""

import subprocess
import sys

import faker
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.engine import canned, canned_make

KEYS = st.text(st.characters(exclude_categories=()), max_size=50)


@pytest.mark.skipif(
    f" Faker {faker.VERSION};" not in canned.TABLE.read_text("utf-8").partition("\n")[0],
    reason="the table was made with another version of Faker",
)
def test_the_table_is_what_its_generator_makes() -> None:
    assert canned.TABLE.read_text("utf-8") == canned_make.made()


def test_every_section_is_of_use() -> None:
    assert len(canned.section("body")) >= 300
    for name in ("opening", "closing", "thinking", *canned_make.KINDS):
        assert len(canned.section(name)) >= 10, name
    assert canned.section("nothing") == ()


def test_no_sentence_stands_in_the_table_twice() -> None:
    lines = [line for name in ("opening", "body", "closing", "thinking") for line in canned.section(name)]
    assert len(set(lines)) == len(lines)


def test_sentences_are_sentences() -> None:
    for name in ("opening", "body", "closing", "thinking"):
        for line in canned.section(name):
            assert line[0].isupper(), line
            assert line.endswith("."), line
            assert "{" not in line, line


@given(key=KEYS)
def test_prose_is_a_few_different_sentences_of_the_table(key: str) -> None:
    text = canned.prose(key)
    assert canned.prose(key) == text
    known = {line: name for name in ("opening", "body", "closing") for line in canned.section(name)}
    names = []
    while text:
        line = max((line for line in known if text.startswith(line)), key=len)
        names.append(known.pop(line))
        text = text.removeprefix(line).removeprefix(" ")
    assert names[0] == "opening"
    assert names[-1] == "closing"
    assert set(names[1:-1]) == {"body"}
    assert 3 <= len(names) <= 5


def test_another_key_gets_another_text() -> None:
    assert len({canned.prose(f"key {number}") for number in range(200)}) > 190


@given(key=KEYS)
def test_faker_says_the_same_for_the_same_key(key: str) -> None:
    text = canned.faked(key)
    assert text
    canned.faked(f"{key}!")
    assert canned.faked(key) == text


@given(key=KEYS)
def test_a_thought_is_a_line_of_its_section(key: str) -> None:
    assert canned.thought(key) in canned.section("thinking")


def test_prose_loads_no_faker() -> None:
    code = "import sys; from mockclaude.engine.canned import prose; assert prose('x'); print('faker' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"
