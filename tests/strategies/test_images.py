"""Images are real files: another reader opens each with the format and size that it says."""

import io

import pybase64
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mockclaude.strategies import ImageFile, images
from mockclaude.strategies.images import FORMATS
from mockclaude.wire.image import MediaType, is_whole, size_of, sniff
from tests.strategies.simplest import simplest

QUIET = settings(deadline=None, suppress_health_check=list(HealthCheck))


def opened(image: ImageFile) -> tuple[str | None, tuple[int, int]]:
    """What Pillow says of a file, all of its pixels read."""
    with Image.open(io.BytesIO(image.data)) as picture:
        picture.load()
        return Image.MIME.get(picture.format or ""), picture.size


@QUIET
@given(images(sides=(1, 300)))
def test_an_image_opens_with_its_format_and_size(image: ImageFile) -> None:
    assert opened(image) == (image.media_type, (image.width, image.height))


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize("size", [(8000, 8000), (8000, 1), (1, 8000)])
def test_the_largest_images_open_too(media_type: MediaType, size: tuple[int, int]) -> None:
    image = simplest(images(formats=[media_type], exact=size))
    assert opened(image) == (media_type, size)


@QUIET
@given(images(sides=(1, 8000)))
def test_an_image_of_any_size_says_what_it_is(image: ImageFile) -> None:
    assert (sniff(image.data), size_of(image.data), is_whole(image.data)) == (
        image.media_type,
        (image.width, image.height),
        True,
    )


@QUIET
@given(weight=st.integers(400, 3000).map(lambda half: half * 2), data=st.data())
def test_padding_gives_a_file_exactly_its_weight(weight: int, data: st.DataObject) -> None:
    image = data.draw(images(sides=(1, 32), pad_to=weight))
    assert len(image.data) == weight
    assert opened(image) == (image.media_type, (image.width, image.height))


@given(images())
def test_a_block_holds_the_bytes(image: ImageFile) -> None:
    assert image.block() == {
        "type": "image",
        "source": {
            "type": "base64",
            "media_type": image.media_type,
            "data": pybase64.b64encode_as_string(image.data),
        },
    }


def test_the_simplest_image_is_a_png_of_one_pixel() -> None:
    assert repr(simplest(images())) == "ImageFile(image/png 1x1, 77 bytes)"
    gif = simplest(images(), lambda image: image.media_type == "image/gif" and image.width > 9)
    assert (gif.width, gif.height) == (10, 1)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"formats": ["image/bmp"]}, "expected some of image/png"),
        ({"formats": []}, "expected some of image/png"),
        ({"sides": (0, 5)}, "has 1 to"),
        ({"sides": (5, 4)}, "has 1 to"),
        ({"exact": (16385, 1)}, "image/webp has 1 to 16384 pixels"),
        ({"pad_to": 50}, "pad to"),
        ({"pad_to": 100_001}, "image/webp has an even number of bytes; pad to 100002"),
        ({"formats": ["image/webp"], "exact": (1, 1), "pad_to": 29}, "cannot be padded to 29"),
    ],
)
def test_what_no_format_can_express_is_refused_at_once(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        images(**options)  # type: ignore[arg-type]
