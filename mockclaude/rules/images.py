"""Images: their base64 text, weight, format, dimensions and number; and where images and documents are fetched from.

Order: what the text alone tells, then its weight, its format, its dimensions, then the walk through the file, then
what counts the whole request. That order is assumed; only the texts are known.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import Final, get_args

import pybase64

from mockclaude.call import Call
from mockclaude.meter.images import downscaled
from mockclaude.rules.media import NEEDS, Image, attach, media_of
from mockclaude.rules.rule import Draft, Facts, Rule, having, rule
from mockclaude.settings import MIB, Limits
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import assumed, reported
from mockclaude.wire.image import MediaType
from mockclaude.wire.media import image, webp

FORMATS: Final[tuple[MediaType, ...]] = get_args(MediaType)
LIMITS: Final = Limits()


def image_block(data: bytes | str, *, media_type: str = "image/webp", **more: Json) -> JsonObject:
    """An image block of bytes, or of base64 text as it is."""
    text = data if isinstance(data, str) else pybase64.b64encode_as_string(data)
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": text}, **more}


@rule(
    message="{path}: invalid base64 data",
    source=reported("2026-07", "public reports 2024-11 to 2026-10, most with the whole path, one a captured response"),
    covers=("img.b64",),
    needs=NEEDS,
    fix="Send the standard alphabet with padding, without line breaks and without a data: prefix.",
)
def malformed_image_base64(call: Call) -> Iterable[Facts]:
    """An image whose data is not base64."""
    for found in media_of(call).images:
        if found.facts and not found.facts.is_base64:
            yield {"path": found.path}


@malformed_image_base64.broken_by
def attach_image_with_prefix(draft: Draft, random: Random) -> Draft:
    """An image as a data URL, as a web address or as a printed object."""
    url = f"data:image/webp;base64,{pybase64.b64encode_as_string(webp(1, 1))}"
    return attach(draft, image_block(random.choice((url, "https://example.com/cat.webp", "[object Object]"))))


@rule(
    message="{path}: image cannot be empty",
    source=reported("2026-08", "public reports 2025-11 to 2026-08, also of an image in a tool result"),
    covers=("img.empty",),
    needs=NEEDS,
    fix="Leave the block out, or find out why the file was read as empty.",
)
def empty_image(call: Call) -> Iterable[Facts]:
    """An image without bytes."""
    for found in media_of(call).images:
        if found.data == "":
            yield {"path": found.path}


@empty_image.broken_by
def attach_empty_image(draft: Draft, random: Random) -> Draft:
    """An image of no bytes."""
    return attach(draft, image_block("", media_type=random.choice(FORMATS)))


@rule(
    message="{path}: image exceeds {megabytes} MB maximum: {size} bytes > {maximum} bytes",
    source=reported("2026-09", "public reports; the length of the base64 text counts (vision page with live probe)"),
    covers=("img.size10",),
    needs=NEEDS,
    fix="Compress or scale the image; `--limit image_bytes=N` sets another limit.",
)
def overweight_image(call: Call) -> Iterable[Facts]:
    """An image whose base64 text is longer than the limit."""
    maximum = call.settings.limits.image_bytes
    for found in media_of(call).images:
        if found.data and len(found.data) > maximum:
            megabytes = f"{maximum / MIB:.6f}".rstrip("0").rstrip(".")
            yield {"path": found.path, "megabytes": megabytes, "size": len(found.data), "maximum": maximum}


@overweight_image.broken_by
def attach_overweight_image(draft: Draft, random: Random) -> Draft:
    """An image padded to just above the limit."""
    weight = LIMITS.image_bytes // 4 * 3 + 2 * random.randint(1, 8)
    return attach(draft, image_block(webp(1, 1, pad_to=weight)))


@rule(
    message="{path}: The image was specified using the {declared} media type, but the image appears to be a {actual} image",
    source=reported("2026-07", "public reports 2026-01 to 2026-07; until 2025-08 recordings show such images accepted"),
    covers=("img.mismatch",),
    needs=NEEDS,
    fix="Take `media_type` from the first bytes of the file, not from its name.",
)
def mislabelled_image(call: Call) -> Iterable[Facts]:
    """An image of another format than its media type says."""
    for found in media_of(call).images:
        declared = found.block["source"].get("media_type")
        if found.facts and found.facts.media_type and found.facts.media_type != declared:
            yield {"path": found.path, "declared": declared, "actual": found.facts.media_type}


@mislabelled_image.broken_by
def attach_mislabelled_image(draft: Draft, random: Random) -> Draft:
    """An image under the media type of another format."""
    declared, actual = random.sample(FORMATS, 2)
    return attach(draft, image_block(image(actual, 1, 1), media_type=declared))


def _dimensions(images: Sequence[Image], side: int) -> Iterable[Facts]:
    """One fault that names the first image with a longer side, and lists all of them."""
    offending = [found for found in images if found.facts and found.facts.size and max(found.facts.size) > side]
    if offending:
        details: JsonObject = {"max_side_length_pixels": side, "paths": [found.place for found in offending]}
        yield {"path": f"{offending[0].path}.data", "side": side, "details": details}


@rule(
    message="{path}: At least one of the image dimensions exceed max allowed size for many-image requests: {side} pixels",
    source=reported("2026-09", "public reports 2024-11 to 2026-09; details from SDK 2.12.0"),
    covers=("img.dim2000", "img.dim_code"),
    needs=NEEDS,
    code="image_dimensions_too_large",
    fix="Scale each image that `error.details.paths` lists, or send at most 20 images.",
)
def oversized_image_among_many(call: Call) -> Iterable[Facts]:
    """An image with a side that is too long for a request with so many images."""
    limits = call.settings.limits
    images = media_of(call).images
    if len(images) > limits.many_images:
        yield from _dimensions(images, limits.many_image_side)


@oversized_image_among_many.broken_by
def attach_many_images(draft: Draft, random: Random) -> Draft:
    """21 images of which one has a longer side than 2000 pixels."""
    blocks = [image_block(webp(1, 1)) for _ in range(LIMITS.many_images)]
    side = random.randint(LIMITS.many_image_side + 1, LIMITS.image_side)
    blocks.insert(random.randint(0, len(blocks)), image_block(webp(1, side)))
    return attach(draft, *blocks)


@rule(
    message="{path}: At least one of the image dimensions exceed max allowed size: {side} pixels",
    source=reported("2026-09", "public reports 2025-05 to 2026-09, 8000 itself is accepted; details from SDK 2.12.0"),
    covers=("img.dim8000", "img.dim_code"),
    needs=NEEDS,
    code="image_dimensions_too_large",
    shadowed_by=("oversized-image-among-many",),
    fix="Scale each image that `error.details.paths` lists.",
)
def oversized_image(call: Call) -> Iterable[Facts]:
    """An image with a side that is longer than any request may send."""
    return _dimensions(media_of(call).images, call.settings.limits.image_side)


@oversized_image.broken_by
def attach_oversized_image(draft: Draft, random: Random) -> Draft:
    """An image of one long side."""
    side = random.choice((LIMITS.image_side + 1, 1 << 14))
    return attach(draft, image_block(webp(*random.sample((1, side), 2))))


@rule(
    message="{path}: image dimensions {width}x{height} exceed the maximum; the largest dimensions that fit are {fit}",
    source=assumed("the SDK documents the refusal and that it names both sizes, not its words", date="2026-11"),
    covers=("img.oversized_error",),
    needs=NEEDS,
    shadowed_by=("oversized-image-among-many",),
    fix="Scale the image to the dimensions that fit, or leave `transformations` out.",
)
def unshrinkable_image(call: Call) -> Iterable[Facts]:
    """An image larger than the model sees, with downsizing turned off."""
    edge, tokens = call.model.image_max_edge, call.model.image_max_tokens
    for found in media_of(call).images:
        wanted = found.block.get("transformations")
        if wanted and wanted.get("oversized_image") == "error" and found.facts and found.facts.size:
            width, height = found.facts.size
            fit = downscaled(width, height, max_edge=edge, max_tokens=tokens)
            if fit != found.facts.size:
                path = f"{found.path}.data"
                yield {"path": path, "width": width, "height": height, "fit": f"{fit[0]}x{fit[1]}"}


@unshrinkable_image.broken_by
def attach_unshrinkable_image(draft: Draft, random: Random) -> Draft:
    """An image of more patches than any model sees, within the limit for many images."""
    side = random.randint(LIMITS.many_image_side - 20, LIMITS.many_image_side)
    return attach(draft, image_block(webp(side, side), transformations={"oversized_image": "error"}))


@rule(
    message="Could not process image",
    source=reported("2026-09", "public reports 2025-10 to 2026-09, all without a path"),
    covers=("img.process",),
    needs=NEEDS,
    shadowed_by=("oversized-image-among-many",),
    fix="Send a whole PNG, JPEG, GIF or WebP file.",
)
def undecodable_image(call: Call) -> Iterable[Facts]:
    """An image that is cut off or none of the four formats."""
    for found in media_of(call).images:
        if found.data and found.facts and found.facts.is_base64 and not found.facts.is_whole:
            yield {"path": f"{found.path}.data"}


@undecodable_image.broken_by
def attach_truncated_image(draft: Draft, random: Random) -> Draft:
    """An image without its last bytes."""
    media_type = random.choice(FORMATS)
    data = image(media_type, 1, 1)
    return attach(draft, image_block(data[: random.randint(12, len(data) - 1)], media_type=media_type))


@undecodable_image.broken_by
def attach_bytes_of_no_image(draft: Draft, random: Random) -> Draft:
    """Bytes that are no image."""
    return attach(draft, image_block(b"no image" + random.randbytes(8), media_type=random.choice(FORMATS)))


@rule(
    message="Only HTTPS URLs are supported.",
    source=reported("2026-01", "a public report quotes the response with its request id; the URL is not shown"),
    covers=("img.url_https",),
    needs=NEEDS,
    shadowed_by=("oversized-image-among-many",),
    fix="Use an https URL, or send the bytes as base64.",
)
def url_without_https(call: Call) -> Iterable[Facts]:
    """An image or document that is to be fetched from elsewhere than an https URL."""
    for path, url in media_of(call).urls:
        if url[:8].lower() != "https://":
            yield {"path": path}


@url_without_https.broken_by
def attach_image_by_http(draft: Draft, random: Random) -> Draft:
    """An image by a URL of another scheme."""
    url = random.choice(("http://example.com/cat.png", "data:image/png;base64,iVBORw0KGgo=", "file:///tmp/cat.png"))
    return attach(draft, {"type": "image", "source": {"type": "url", "url": url}})


@rule(
    message="too many images and documents: {images} + {documents} > {maximum}",
    source=reported(
        "2026-07", "public reports 2026-02 to 2026-07 with 100 and 600; documentation, vision page 2026-10"
    ),
    covers=("lim.media_count",),
    needs=NEEDS,
    models=having("max_media"),
    shadowed_by=("oversized-image-among-many",),
    fix="Leave out images of earlier turns; tool results count too.",
)
def too_many_media(call: Call) -> Iterable[Facts]:
    """More images and documents than the model takes in one request."""
    media = media_of(call)
    limit = call.settings.limits.media
    maximum = call.model.max_media if limit is None else limit
    images, documents = len(media.images), sum(document.is_paged for document in media.documents)
    if images + documents > maximum:
        yield {"images": images, "documents": documents, "maximum": maximum}


@too_many_media.broken_by
def attach_too_many_images(draft: Draft, random: Random) -> Draft:
    """More images than any model takes."""
    blocks = [image_block(webp(1, 1)) for _ in range(random.randint(601, 603))]
    return attach(draft, *blocks)


IMAGES: Final[tuple[Rule[Call], ...]] = (
    malformed_image_base64,
    empty_image,
    overweight_image,
    mislabelled_image,
    oversized_image_among_many,
    oversized_image,
    unshrinkable_image,
    undecodable_image,
    url_without_https,
    too_many_media,
)
"""The rules about images, cheap checks before costly ones."""
