"""Images: real files of the four formats."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, get_args

import pybase64
from hypothesis import strategies as st

from mockclaude.strategies.printing import Printer
from mockclaude.wire.body import JsonObject
from mockclaude.wire.image import MediaType, Size
from mockclaude.wire.media import SIDES, image

FORMATS: Final[tuple[MediaType, ...]] = ("image/png", "image/jpeg", "image/gif", "image/webp")
SMALLEST_PADDING: Final = 12
"""Bytes of padding from which every format can express any number, WebP any even one."""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """An image of one colour: its bytes and what they say."""

    media_type: MediaType
    width: int
    height: int
    data: bytes

    def block(self) -> JsonObject:
        """The image as a content block."""
        text = pybase64.b64encode_as_string(self.data)
        return {"type": "image", "source": {"type": "base64", "media_type": self.media_type, "data": text}}

    def __repr__(self) -> str:
        return f"ImageFile({self.media_type} {self.width}x{self.height}, {len(self.data)} bytes)"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))


def images(
    *,
    formats: Iterable[MediaType] = FORMATS,
    sides: tuple[int, int] = (1, 64),
    exact: Size | None = None,
    pad_to: int | None = None,
) -> st.SearchStrategy[ImageFile]:
    """Images with both sides in a range or of an exact size; `pad_to` gives each file exactly so many bytes.

    Raises `ValueError` for what a format cannot express.
    """
    wanted = [media_type for media_type in FORMATS if media_type in set(formats)]
    unknown = set(formats) - set(get_args(MediaType))
    if unknown or not wanted:
        raise ValueError(f"formats is {sorted(unknown)}; expected some of {', '.join(FORMATS)}")
    low, high = (min(exact), max(exact)) if exact else sides
    for media_type in wanted:
        if not 1 <= low <= high <= SIDES[media_type]:
            raise ValueError(f"a side of {media_type} has 1 to {SIDES[media_type]} pixels; got {low} to {high}")
        if pad_to is not None:
            _check_padding(media_type, exact or (high, high), pad_to, is_exact=exact is not None)

    def written(media_type: MediaType, width: int, height: int) -> ImageFile:
        return ImageFile(media_type, width, height, image(media_type, width, height, pad_to=pad_to))

    width, height = (
        (st.just(exact[0]), st.just(exact[1])) if exact else (st.integers(low, high), st.integers(low, high))
    )
    return st.builds(written, st.sampled_from(wanted), width, height)


def _check_padding(media_type: MediaType, largest: Size, pad_to: int, *, is_exact: bool) -> None:
    weight = len(image(media_type, *largest))
    if is_exact:
        image(media_type, *largest, pad_to=pad_to)
    elif pad_to < weight + SMALLEST_PADDING:
        least = weight + SMALLEST_PADDING
        raise ValueError(f"{media_type} of {largest[0]}x{largest[1]} weighs {weight} bytes; pad to {least} at least")
    elif media_type == "image/webp" and pad_to % 2:
        raise ValueError(f"image/webp has an even number of bytes; pad to {pad_to + 1} or leave the format out")
