"""Known failures carry their client, versions, reason and source."""

from mockclaude.verify.known import known_failures, known_of
from mockclaude.verify.properties import PROPERTIES


def test_every_row_names_a_property_and_says_why_since_when_and_where_it_was_seen() -> None:
    for one in known_failures():
        assert one.property in {known.id for known in PROPERTIES}
        assert one.reason
        assert one.source
        assert one.concerns(one.client, one.since)


def test_what_a_user_knows_comes_besides_and_first() -> None:
    known = known_of("anthropic", "2.12.0", besides={"P6": "mine", "P9": "too"})
    assert known == {"P6": "mine", "P9": "too"}
    assert known_of("anthropic", "2.12.0")["P6"].startswith("anthropic 2.12.0: a stream that ends cleanly")
