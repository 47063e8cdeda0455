"""Signatures of thinking that the mock can recognise: they know the text they were made for.

A real signature is sealed, and only the API can check it. Ours have the recorded form and say whose they are, so that
a thought that comes back shortened or edited is noticed; those of others are never judged.
"""

from hashlib import shake_128
from typing import Final

import pybase64

HEAD: Final = b"\x12mock\x01"
"""The first byte is the one of every recorded signature."""
MARK: Final = pybase64.b64encode_as_string(HEAD)
DIGEST: Final = 8
UNBOUND: Final = bytes(DIGEST)
LEAST: Final = len(HEAD) + 3 * DIGEST


def seal(text: str, key: str, *, size: int, after: bytes = UNBOUND) -> str:
    """A signature of so many bytes for the text; the same for the same text and key.

    `after` is a digest of what the thinking came after.
    """
    filler = shake_128(_bytes(key)).digest(max(0, size - LEAST))
    body = HEAD + _digest(_bytes(text)) + after + filler
    return pybase64.b64encode_as_string(body + _digest(body))


def is_ours(signature: str) -> bool:
    """Whether the mock made it, or what became of it since."""
    return signature.startswith(MARK)


def is_whole(signature: str) -> bool:
    """Whether nothing is missing from a signature of ours, and nothing changed."""
    try:
        data = pybase64.b64decode(signature, validate=True)
    except ValueError:
        return False
    return len(data) >= LEAST and data[-DIGEST:] == _digest(data[:-DIGEST])


def is_for(signature: str, text: str) -> bool:
    """Whether a whole signature of ours was made for the text."""
    start = len(HEAD)
    return pybase64.b64decode(signature)[start : start + DIGEST] == _digest(_bytes(text))


def after_of(signature: str) -> bytes:
    """The digest of what a whole signature of ours came after; `UNBOUND` when nobody said."""
    start = len(HEAD) + DIGEST
    return pybase64.b64decode(signature)[start : start + DIGEST]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _digest(data: bytes) -> bytes:
    return shake_128(data).digest(DIGEST)
