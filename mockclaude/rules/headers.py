"""What the headers of a request must say: credentials, version, betas, charset."""

import re
from collections.abc import Iterable
from random import Random
from typing import Final

from mockclaude.call import VERSIONS, Intake
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.wire.betas import KNOWN_BETAS, is_future
from mockclaude.wire.evidence import documented, observed, reported
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Headers

OAUTH: Final = "sk-ant-oat"
"""How access tokens of subscriptions begin; a wrong one is refused in words of its own."""

CHARSETS: Final = frozenset({"utf-8", "utf8", "iso-8859-1", "iso8859-1", "latin-1", "latin1", "us-ascii", "ascii"})
"""UTF-8, ISO-8859-1 and US-ASCII with their usual aliases; source: SDK 2.12.0."""

_CHARSET: Final = re.compile(r";\s*charset\s*=\s*[\"']?([^\s;\"']*)", re.IGNORECASE)


def _is_wrong(intake: Intake, key: str) -> bool:
    if key.startswith(("sk-ant-invalid", "sk-ant-oat01-invalid")):
        return True
    return intake.settings.keys is not None and key not in intake.settings.keys


def _is_access_token(intake: Intake, key: str) -> bool:
    return key.startswith(OAUTH) and "x-api-key" not in intake.raw.headers


@rule(
    stage="transport",
    message="API key is invalid.",
    status=401,
    anonymous=True,
    covers=("auth.invalid_key", "auth.invalid_bearer"),
    source=observed("2026-10-03", "captures of the live API, 2026-08 to 2026-10"),
    fix="Send any other key; `--keys FILE` lists the only accepted ones, and keys that start with sk-ant-invalid fail.",
)
def invalid_key(intake: Intake) -> Iterable[Facts]:
    """An API key that the server does not know."""
    key = intake.credential
    return ({},) if key and _is_wrong(intake, key) and not _is_access_token(intake, key) else ()


@invalid_key.broken_by
def send_an_invalid_key(draft: Draft, random: Random) -> Draft:
    """Another key in the header that wins."""
    return draft.with_header("x-api-key", f"sk-ant-invalid-{random.randrange(10**6)}")


@invalid_key.broken_by
def send_an_invalid_key_as_bearer(draft: Draft, random: Random) -> Draft:
    """Another key, sent as the SDKs of 2026-10 send it."""
    token = f"Bearer sk-ant-invalid-{random.randrange(10**6)}"
    return draft.with_header("x-api-key", None).with_header("authorization", token)


@rule(
    stage="transport",
    message="OAuth access token is invalid.",
    status=401,
    anonymous=True,
    covers=("auth.invalid_bearer",),
    source=reported("2026-08-25", "public captures of wrong bearer tokens"),
    fix="Send another token; `--keys FILE` lists the only accepted ones, and sk-ant-oat01-invalid… fails.",
)
def invalid_access_token(intake: Intake) -> Iterable[Facts]:
    """A bearer token of a subscription that the server does not know."""
    key = intake.credential
    return ({},) if key and _is_access_token(intake, key) and _is_wrong(intake, key) else ()


@invalid_access_token.broken_by
def send_an_invalid_access_token(draft: Draft, random: Random) -> Draft:
    """An access token in place of the key."""
    token = f"Bearer sk-ant-oat01-invalid-{random.randrange(10**6)}"
    return draft.with_header("x-api-key", None).with_header("authorization", token)


@rule(
    stage="transport",
    message="x-api-key header is required",
    status=401,
    covers=("auth.missing_key",),
    source=observed(
        "2026-09-04", "recordings 2026-04 and captures until 2026-09; unlike a wrong key with a request id"
    ),
    fix="Send any non-empty key in `x-api-key` or as `Authorization: Bearer`.",
)
def missing_key(intake: Intake) -> Iterable[Facts]:
    """No credential: neither an API key nor a bearer token."""
    return () if intake.credential else ({},)


@missing_key.broken_by
def leave_the_key_out(draft: Draft, _random: Random) -> Draft:
    """Neither header."""
    return draft.with_header("x-api-key", None).with_header("authorization", None)


@missing_key.broken_by
def send_an_empty_key(draft: Draft, _random: Random) -> Draft:
    """The header without a value, as an unset environment variable leaves it."""
    return draft.with_header("x-api-key", "")


@rule(
    stage="transport",
    message="anthropic-version: header is required",
    covers=("hdr.version_missing",),
    source=observed("2026-05-06", "capture with a datable request id"),
    fix="Send `anthropic-version: 2023-06-01` or `2026-10-21`.",
)
def missing_version(intake: Intake) -> Iterable[Facts]:
    """No version of the API in the headers."""
    return () if intake.version else ({},)


@missing_version.broken_by
def leave_the_version_out(draft: Draft, _random: Random) -> Draft:
    """The same request without its version."""
    return draft.with_header("anthropic-version", None)


@rule(
    stage="transport",
    message='anthropic-version: "{value}" is not a valid version',
    covers=("hdr.version_invalid",),
    source=reported("2026-07", "public threads, among them a header sent twice and joined with a comma"),
    fix="Send `anthropic-version: 2023-06-01` or `2026-10-21`.",
)
def invalid_version(intake: Intake) -> Iterable[Facts]:
    """A version of the API that was never published."""
    version = intake.version
    return () if not version or version in VERSIONS else ({"value": version},)


@invalid_version.broken_by
def misstate_the_version(draft: Draft, random: Random) -> Draft:
    """A day on which no version came out, a word, or a version sent twice."""
    value = random.choice(["2023-06-02", "2026-10-22", "latest", "v1", "2023-06-01, 2023-06-01"])
    return draft.with_header("anthropic-version", value)


@rule(
    stage="transport",
    message=(
        "Unexpected value(s) {values} for the `anthropic-beta` header. Please consult our documentation at "
        "platform.claude.com/docs or try again without the header."
    ),
    covers=("hdr.beta_unknown",),
    source=observed("2026-09-29", "capture with a datable request id: timing-2026-09-09"),
    fix="Leave the name out. Names dated later than every known one pass, with a remark.",
)
def unknown_beta(intake: Intake) -> Iterable[Facts]:
    """A beta that does not exist, or no longer does."""
    if not intake.betas:
        return ()
    refused = []
    for name in intake.betas:
        if name in KNOWN_BETAS:
            continue
        if not is_future(name):
            refused.append(f"`{name}`")
        elif (remark := _newer(name)) not in intake.findings:
            intake.findings.append(remark)
    return ({"values": ", ".join(refused)},) if refused else ()


def _newer(name: str) -> Finding:
    return Finding("unknown-beta", f"beta {name} is newer than every beta known here; it has no effect", "remark")


@unknown_beta.broken_by
def name_an_unknown_beta(draft: Draft, random: Random) -> Draft:
    """One more beta, of a form or a day that no beta has."""
    name = random.choice(["timing-2026-09-09", "no-such-beta-2024-02-29", "no-such-beta", "string"])
    known = Headers(draft.headers).get("anthropic-beta")
    return draft.with_header("anthropic-beta", f"{known},{name}" if known else name)


@rule(
    stage="transport",
    message='content-type: charset "{charset}" is not supported',
    code="unsupported_charset",
    covers=("hdr.charset",),
    source=documented("2026-11", "SDK 2.12.0: status, error code and charsets; the text is ours"),
    fix="Send `content-type: application/json`.",
)
def unsupported_charset(intake: Intake) -> Iterable[Facts]:
    """A charset other than UTF-8, ISO-8859-1 and US-ASCII."""
    declared = intake.raw.headers.get("content-type")
    if not declared or ";" not in declared:
        return ()
    charset = _CHARSET.search(declared)
    return () if charset is None or charset[1].lower() in CHARSETS else ({"charset": charset[1]},)


@unsupported_charset.broken_by
def declare_another_charset(draft: Draft, random: Random) -> Draft:
    """The same body said to be in another charset."""
    charset = random.choice(["utf-16", "windows-1252", "shift_jis", '"UTF-7"'])
    return draft.with_header("content-type", f"application/json; charset={charset}")


HEADERS: Final[tuple[Rule[Intake], ...]] = (
    invalid_key,
    invalid_access_token,
    missing_key,
    missing_version,
    invalid_version,
    unknown_beta,
    unsupported_charset,
)
"""In the API's order: a wrong key is noticed by the gateway, before a request id is given."""
