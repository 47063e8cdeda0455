"""What the body must be before anybody reads its fields: small, decodable, JSON, an object."""

import gzip
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Final

from mockclaude.call import Intake
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.settings import Limits
from mockclaude.wire.coding import Kind
from mockclaude.wire.encoding import dumps
from mockclaude.wire.evidence import assumed, documented, observed, reported


def _coded(draft: Draft, raw: bytes, coding: str | None) -> Draft:
    return replace(draft, raw=raw).with_header("content-encoding", coding)


def _faulty(intake: Intake, kind: Kind) -> Iterable[Facts]:
    fault = intake.coding_fault
    return () if fault is None or fault.kind != kind else ({"coding": fault.coding},)


@rule(
    stage="transport",
    message="Request exceeds the maximum size",
    status=413,
    bare=True,
    covers=("body.too_large",),
    source=observed("2026-10", "captures of the proxy's answer; limits: documentation, errors page"),
    fix="Send less; `--limit body_bytes=N` moves the limit, `batch_bytes=N` that of batches.",
)
def body_too_large(intake: Intake) -> Iterable[Facts]:
    """A body over the limit of the endpoint, as it arrives; the proxy in front of the API refuses it."""
    return () if len(intake.raw.body) <= intake.most_bytes else ({},)


@body_too_large.broken_by
def pad_the_body(draft: Draft, _random: Random) -> Draft:
    """White space up to one byte over the limit."""
    return _coded(draft, dumps(draft.body).ljust(Limits().body_bytes + 1), None)


@rule(
    stage="transport",
    message='content-encoding: "{coding}" is not supported',
    code="request_body_encoding_unsupported",
    covers=("body.encoding_unsupported",),
    source=reported(
        "2026-10-05", "live probes: gzip is accepted; zstd, br and deflate get this code; the text is ours"
    ),
    fix="Send the body plain or in gzip.",
)
def unsupported_encoding(intake: Intake) -> Iterable[Facts]:
    """A content encoding other than gzip."""
    return _faulty(intake, "unsupported")


@unsupported_encoding.broken_by
def declare_another_encoding(draft: Draft, random: Random) -> Draft:
    """The same body said to be in another encoding."""
    return draft.with_header("content-encoding", random.choice(["zstd", "br", "deflate", "compress", "gzip, br"]))


@rule(
    stage="transport",
    message="The request body is not valid {coding}",
    code="request_body_encoding_invalid",
    covers=("body.encoding_invalid",),
    source=documented("2026-11", "SDK 2.12.0: status and error code; the text is ours"),
    fix="Compress the body, or leave `content-encoding` out.",
)
def malformed_encoding(intake: Intake) -> Iterable[Facts]:
    """A body that is not what its content encoding says."""
    return _faulty(intake, "invalid")


@malformed_encoding.broken_by
def forget_to_compress(draft: Draft, _random: Random) -> Draft:
    """Plain JSON under the header of gzip."""
    return _coded(draft, dumps(draft.body), "gzip")


@malformed_encoding.broken_by
def cut_the_compressed_body(draft: Draft, random: Random) -> Draft:
    """A gzip body that lacks its last bytes."""
    return _coded(draft, gzip.compress(dumps(draft.body), mtime=0)[: -random.randint(1, 20)], "gzip")


@rule(
    stage="transport",
    message="Request exceeds the maximum size",
    status=413,
    code="request_body_too_large_after_decoding",
    covers=("body.too_large_decoded",),
    source=documented("2026-11", "SDK 2.12.0: status and error code; the text is assumed to be the proxy's"),
    fix="Send less; `--limit body_bytes=N` moves the limit.",
)
def body_too_large_after_decoding(intake: Intake) -> Iterable[Facts]:
    """A compressed body that unfolds to more than the limit."""
    return _faulty(intake, "too_large")


@lru_cache(maxsize=1)
def _bomb() -> bytes:
    return gzip.compress(b" " * (Limits().body_bytes + 1), compresslevel=1, mtime=0)


@body_too_large_after_decoding.broken_by
def compress_a_large_body(draft: Draft, _random: Random) -> Draft:
    """A second gzip member of white space, larger than the limit."""
    return _coded(draft, gzip.compress(dumps(draft.body), mtime=0) + _bomb(), "gzip")


@rule(
    stage="transport",
    message="The request body is not valid JSON: {fault}",
    covers=("json.empty", "json.truncated", "json.surrogate", "json.other"),
    source=observed("2026-08", "captured bodies, equal to orjson's own texts to the character"),
    fix="Send JSON in UTF-8, without lone surrogates.",
)
def malformed_json(intake: Intake) -> Iterable[Facts]:
    """A body that is not JSON."""
    fault = intake.json_fault
    return () if fault is None or intake.coding_fault is not None else ({"fault": fault},)


@malformed_json.broken_by
def cut_the_body(draft: Draft, random: Random) -> Draft:
    """The body without its end; nothing of it in the shortest case."""
    body = dumps(draft.body)
    return _coded(draft, body[: random.choice([0, random.randrange(len(body)), len(body) - 1])], None)


@malformed_json.broken_by
def append_a_stray_character(draft: Draft, random: Random) -> Draft:
    """The body and something after it."""
    return _coded(draft, dumps(draft.body) + random.choice([b"}", b",", b"x", b"\x00", b"{}"]), None)


@malformed_json.broken_by
def cut_a_surrogate_pair(draft: Draft, _random: Random) -> Draft:
    """A text that was cut in the middle of an emoji."""
    return _coded(draft, dumps(draft.with_body(model="\N{SNAKE}").body).replace("\N{SNAKE}".encode(), rb"\ud83d"), None)


@rule(
    stage="transport",
    message="Input should be an object",
    covers=("body.not_object",),
    source=assumed("never captured; the words that the API has for a message or a block, without their path"),
    fix="Send the request as a JSON object.",
)
def body_not_an_object(intake: Intake) -> Iterable[Facts]:
    """JSON that is not an object."""
    if type(intake.document) is dict or intake.json_fault is not None:
        return ()
    return ({},)


@body_not_an_object.broken_by
def wrap_the_body(draft: Draft, random: Random) -> Draft:
    """A list of the request, the request as a string, or something else entirely."""
    other = random.choice([[draft.body], dumps(draft.body).decode("utf-8", "replace"), None, 1, True])
    return _coded(draft, dumps(other), None)


BODY: Final[tuple[Rule[Intake], ...]] = (
    unsupported_encoding,
    malformed_encoding,
    body_too_large_after_decoding,
    malformed_json,
    body_not_an_object,
)
"""After the headers; `body_too_large` comes before them all."""
