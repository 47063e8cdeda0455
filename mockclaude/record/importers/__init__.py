"""Recordings of other tools become interactions: the form is known by its content, or named."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from mockclaude.errors import CassetteError
from mockclaude.record.importers.aimock import is_aimock, of_aimock
from mockclaude.record.importers.found import Found, Skipped
from mockclaude.record.importers.go_vcr import is_go_vcr, of_go_vcr
from mockclaude.record.importers.har import is_har, of_har
from mockclaude.record.importers.ruby_vcr import is_ruby_vcr, of_ruby_vcr
from mockclaude.record.importers.sse import is_sse, of_sse
from mockclaude.record.importers.text import read_json, read_yaml
from mockclaude.record.importers.vcrpy import is_vcrpy, of_vcrpy

__all__ = ["FORMATS", "Found", "Skipped", "read_recording"]


class Form(NamedTuple):
    """A form of recordings: whether data have it, and what they hold."""

    fits: Callable[[Any], bool]
    read: Callable[..., Found]
    kind: Literal["yaml", "json"]


FORMS: Final[Mapping[str, Form]] = {
    "vcrpy": Form(is_vcrpy, of_vcrpy, "yaml"),
    "go-vcr": Form(is_go_vcr, of_go_vcr, "yaml"),
    "ruby-vcr": Form(is_ruby_vcr, of_ruby_vcr, "yaml"),
    "har": Form(is_har, of_har, "json"),
    "aimock": Form(is_aimock, of_aimock, "json"),
}
FORMATS: Final = (*FORMS, "sse")
"""The names of all forms that can be read."""


def read_recording(path: Path, *, form: str | None = None) -> Found:
    """The exchanges in a recording of another tool; raises `CassetteError`.

    Where a recording does not say when it was made, the file's own time stands.
    """
    try:
        data, otherwise = path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as fault:
        raise CassetteError(f"{path} cannot be read: {fault.strerror}") from None
    if form == "sse" or (form is None and is_sse(data)):
        return of_sse(data, path, otherwise=otherwise)
    is_json = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"{", b"["}
    value = read_json(data, path) if is_json else read_yaml(data, path)
    if form is None:
        form = next((name for name, each in FORMS.items() if _fits(each, value)), None)
    if form is None:
        raise CassetteError(
            f"{path} is no recording that can be read; expected one of {', '.join(FORMATS)}: name it with --format"
        )
    try:
        return FORMS[form].read(value, otherwise=otherwise)
    except (LookupError, TypeError, ValueError, AttributeError) as fault:
        what = f"lacks {fault}" if isinstance(fault, KeyError) else f"is broken ({type(fault).__name__})"
        raise CassetteError(f"{path}: an entry {what}; expected a recording of {form}") from None


def _fits(form: Form, value: Any) -> bool:
    try:
        return form.fits(value)
    except (TypeError, AttributeError):
        return False
