"""Who waits for a type is told once, whether it is loaded before or after."""

from mockclaude.wire.awaited import awaited, when_loaded


def test_a_type_is_told_to_those_who_came_before_it_and_after() -> None:
    told: list[tuple[str, type]] = []
    when_loaded("Expected", lambda kind: told.append(("before", kind)))
    assert told == []

    @awaited
    class Expected:
        pass

    when_loaded("Expected", lambda kind: told.append(("after", kind)))
    assert told == [("before", Expected), ("after", Expected)]
