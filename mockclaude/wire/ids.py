"""Ids as the API writes them: a prefix, `01` and 22 base58 characters of a 128-bit number.

Source: 4,765 recorded request ids decode to a UUIDv7 of their own month; messages since 2026-07 as well.
"""

from functools import lru_cache
from typing import Final

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS: Final = 22
PAIRS: Final = [first + second for first in ALPHABET for second in ALPHABET]
BASE: Final = len(PAIRS)
SPLIT: Final = 58**12  # cuts the number in two, so that the digits come from small integers


def base58(number: int) -> str:
    """The 22 base58 digits of a 128-bit number, most significant first."""
    high, low = divmod(number, SPLIT)
    high, e = divmod(high, BASE)
    high, d = divmod(high, BASE)
    high, c = divmod(high, BASE)
    a, b = divmod(high, BASE)
    low, k = divmod(low, BASE)
    low, j = divmod(low, BASE)
    low, i = divmod(low, BASE)
    low, h = divmod(low, BASE)
    f, g = divmod(low, BASE)
    p = PAIRS
    return p[a] + p[b] + p[c] + p[d] + p[e] + p[f] + p[g] + p[h] + p[i] + p[j] + p[k]


def number_of(identifier: str) -> int:
    """The 128-bit number behind an id; raises `ValueError` when it has another form."""
    digits = identifier.rpartition("_")[2]
    if len(digits) != DIGITS + 2 or not digits.startswith("01"):
        raise ValueError(f"not an id of the API: {identifier!r}; expected a prefix, '01' and 22 base58 characters")
    number = 0
    for digit in digits[2:]:
        number = number * len(ALPHABET) + ALPHABET.index(digit)
    return number


LOW: Final = 10
"""Digits of a timed id that are free: they cover 58 of the 62 bits that a UUIDv7 leaves to chance at its end."""
FREE: Final = bytes([ord(ALPHABET[value % 58]) for value in range(256)])


def timed_id(prefix: str, milliseconds: int, bits: int) -> str:
    """An id that sorts by time (`req`, `msg`, `file`): a UUIDv7 of that moment and 80 of the given bits."""
    low = (bits & (1 << 80) - 1).to_bytes(LOW, "little").translate(FREE)
    return f"{prefix}_01{_moment(milliseconds)}{low.decode()}"


@lru_cache(maxsize=64)
def _moment(milliseconds: int) -> str:
    """The digits that all ids of a millisecond share; its 12 bits of fraction are made of it."""
    fraction = milliseconds * 2_654_435_761 >> 7 & 0xFFF
    number = (milliseconds & (1 << 48) - 1) << 80 | 7 << 76 | fraction << 64 | 2 << 62 | 1 << 60
    return base58(number // 58**LOW * 58**LOW)[:-LOW]


def uuid_id(prefix: str, bits: int) -> str:
    """An id that is a UUIDv4 (`msgbatch`), from 128 bits; source: recordings 2026-01."""
    return random_id(prefix, bits & ~(0xF << 76) & ~(0x3 << 62) | 4 << 76 | 2 << 62)


def random_id(prefix: str, bits: int) -> str:
    """An id without a time in it (`toolu`, `srvtoolu`, `mcptoolu`) from 128 bits."""
    return f"{prefix}_01{base58(bits & (1 << 128) - 1)}"
