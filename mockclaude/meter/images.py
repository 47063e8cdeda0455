"""How many tokens a picture takes: one for every patch of 28 by 28 pixels it covers after downscaling."""

from bisect import bisect_right
from typing import Final

from mockclaude.models import ModelProfile
from mockclaude.wire.body import Source
from mockclaude.wire.image import Size, decode_base64, size_of

PATCH: Final = 28
FRAME: Final = 3
"""Tokens around a picture; source: recordings, 25 pairs of size and model, exact to one token."""
UNSEEN: Final = (480, 480)
"""The size taken for a picture that is not in the request (`url`, `file`) or cannot be read; those that were
recorded took 5 to 620 tokens."""
HEADER: Final = 32
JPEG_HEADER: Final = 64 * 1024


def patches(width: int, height: int) -> int:
    """The patches that a picture of that size covers."""
    return -(-width // PATCH) * -(-height // PATCH)


def downscaled(width: int, height: int, *, max_edge: int, max_tokens: int) -> Size:
    """The size at which a model sees the picture: within both limits, aspect kept, the short edge rounded to even."""
    long, short = max(width, height), min(width, height)
    if long <= max_edge and patches(width, height) <= max_tokens:
        return width, height

    def beside(edge: int) -> int:
        return max(1, round(short * edge / long))

    edges = range(1, min(long, max_edge) + 1)
    edge = bisect_right(edges, max_tokens, key=lambda edge: patches(edge, beside(edge))) or 1
    return (edge, beside(edge)) if width >= height else (beside(edge), edge)


def image_tokens(width: int, height: int, model: ModelProfile) -> int:
    """The tokens of a picture of that size."""
    size = downscaled(width, height, max_edge=model.image_max_edge, max_tokens=model.image_max_tokens)
    return patches(*size) + FRAME


def source_tokens(source: Source, model: ModelProfile) -> int:
    """The tokens of an image block with that source."""
    return image_tokens(*(_size(source) or UNSEEN), model)


def _size(source: Source) -> Size | None:
    data = source.get("data")
    if not isinstance(data, str):
        return None
    for head in (HEADER, JPEG_HEADER, None):
        found = decode_base64(data, head=head)
        size = size_of(found) if found else None
        if size is not None:
            return size
    return None
