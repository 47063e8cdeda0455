"""What a PDF tells about itself: how many pages it has and whether it is encrypted."""

import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Final

HEADER_WITHIN: Final = 1024  # where readers look for `%PDF-` (ISO 32000-1, annex H.3.4.1)
READS: Final = 4_000_000  # ten times what 20,000 objects take
READ_BYTES: Final = 1 << 28
UNPACKED_BYTES: Final = 8_000_000  # of one stream; those that hold a document's structure stay far below
QUIET: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What the API checks of a PDF; the pages of an encrypted one are not counted and said to be 0."""

    pages: int
    encrypted: bool


def inspect(data: bytes) -> PdfFacts | None:
    """Read the facts of a PDF; `None` for bytes that no page can be read from.

    Damage that readers commonly repair is repaired here too. Never raises, and the work is bounded: a document whose
    structure takes more reads, bytes or unpacked bytes than the constants above counts as unreadable.
    """
    if b"%PDF-" not in data[:HEADER_WITHIN] or data.rfind(b"startxref") < 0:
        return None
    with _quiet():
        from pypdf import Configuration, PdfReader, apply_configuration
        from pypdf.errors import DependencyError

        bounded = [field.name for field in fields(Configuration) if field.name.endswith("_maximum_output_length")]
        try:
            with apply_configuration(None, **dict.fromkeys(bounded, UNPACKED_BYTES)):
                reader = PdfReader(_Metered(data))
                pages = 0 if reader.is_encrypted else len(reader.pages)
        except (DependencyError, NotImplementedError):  # an encryption that pypdf itself cannot undo
            return PdfFacts(0, encrypted=True) if b"/Encrypt" in data else None
        except Exception:  # noqa: BLE001  # whatever the bytes do to the reader, they are no readable PDF
            return None
    return PdfFacts(pages, reader.is_encrypted) if pages or reader.is_encrypted else None


class _Metered(io.BytesIO):
    """Bytes that stop being readable once the budget is spent."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._reads = READS
        self._bytes = READ_BYTES

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self._charge(len(part))
        return part

    def getbuffer(self) -> memoryview:
        view = super().getbuffer()
        self._charge(view.nbytes)
        return view

    def _charge(self, size: int) -> None:
        self._reads -= 1
        self._bytes -= size
        if self._reads < 0 or self._bytes < 0:
            raise OSError("too much work for one PDF")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what pypdf remarks about broken files out of the log and from becoming an error."""
    logger = logging.getLogger("pypdf")
    with QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        level = logger.level
        logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            logger.setLevel(level)
