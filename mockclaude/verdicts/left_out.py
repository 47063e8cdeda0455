"""What a test leaves out of a verdict, by name."""

from collections.abc import Iterable

from mockclaude.errors import SettingsError, nearest


def left_out(ignore: Iterable[str], known: Iterable[str], *, kind: str, way_out: str) -> frozenset[str]:
    """The names to leave out; raises `SettingsError` for one that nobody knows."""
    if isinstance(ignore, str):
        raise SettingsError(f"ignore is the text {ignore!r}; expected several names, as in ignore=({ignore!r},)")
    names, all_names = frozenset(ignore), list(known)
    for name in sorted(names.difference(all_names)):
        raise SettingsError(f"no {kind} is called {name!r}{nearest(name, all_names)}; {way_out}")
    return names
