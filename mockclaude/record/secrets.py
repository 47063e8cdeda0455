"""What counts as a secret: names of fields that hold one, and the forms that give one away."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from mockclaude.wire.shown import SECRET, SECRET_HEADERS

NAMES: Final = frozenset({name.replace("-", "_") for name in SECRET_HEADERS}) | {
    "access_key", "access_token", "account_uuid", "anthropic_organization_id", "anthropic_workspace_id", "api_key",
    "api_token", "apikey", "auth_token", "authorization_token", "aws_secret_access_key", "client_secret", "id_token",
    "organization_id", "organization_uuid", "passphrase", "passwd", "password", "private_key", "refresh_token",
    "secret", "secret_key", "session_token", "token", "workspace_id", "x_amz_security_token", "x_goog_api_key",
}  # fmt: skip
"""Headers, query parameters and JSON fields whose value is hidden whatever it is; case and `-` do not matter."""

SIGNATURES: Final = frozenset({"sig", "x_amz_signature", "x_goog_signature"})
"""Query parameters, in texts as well, that let whoever has the URL in; no fields of JSON."""
QUERY: Final = SIGNATURES | {"code", "key", "signature"}
"""Query parameters of a request that hold a secret, though a field of JSON of the same name seldom does."""

HEADER: Final = re.compile(
    r"(?:^|_)(?:auth|authorization|cookie|credentials?|key|passwd|password|secret|session|signature|token)$"
)
"""How the names of headers end that hold a secret, whoever thought them up."""
OPEN_HEADERS: Final = frozenset({"idempotency_key"})
"""Headers that end so and hold none."""

IDENTITY: Final = re.compile(
    r"[\w.+%-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\b[0-9a-f]{64}\b"
)
"""What in a `user_id` names a person or an account: an address, a UUID, a digest (Claude Code sends all three)."""

UUID: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "anthropic-key": SECRET,
    "anthropic-workspace": re.compile(r"wrkspc_[0-9A-Za-z]{16,}"),
    # How the API names an organization in its refusals; source: recorded 429, 2025-04 to 2026-06.
    "anthropic-organization": re.compile(rf"org(?:: |anization(?:: | \())(?P<secret>{UUID})"),
    "openai-key": re.compile(r"sk-(?<!\wsk-)(?:(?:proj|svcacct|admin|or-v1)-[\w-]{20,}|[0-9A-Za-z]{40,})"),
    "aws-key": re.compile(r"A(?<!\wA)(?:KIA|SIA)[0-9A-Z]{16}\b"),
    "github-token": re.compile(r"g(?<!\wg)(?:h[opsur]_[0-9A-Za-z]{36,}|ithub_pat_\w{40,})"),
    "gitlab-token": re.compile(r"glpat-(?<!\wglpat-)[\w-]{20,}"),
    "google-key": re.compile(r"AIza(?<!\wAIza)[\w-]{35}"),
    "slack-token": re.compile(r"xox(?<!\wxox)[abeoprs]-[\w-]{10,}"),
    "hugging-face-token": re.compile(r"hf_(?<!\whf_)[0-9A-Za-z]{30,}"),
    "json-web-token": re.compile(r"eyJ(?<!\weyJ)[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]*"),
    "private-key": re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?P<secret>[^-]+)"),
    "bearer-token": re.compile(r"[Bb](?<!\w[Bb])(?:earer|asic|EARER|ASIC) (?P<secret>[\w.~+/-]{20,}=*)"),
    "header-in-text": re.compile(r"[Xx]-(?:[Aa][Pp][Ii]-[Kk][Ee][Yy])['\"]?\s*[:=]\s*['\"]?(?P<secret>[\w.~+/=-]{8,})"),
    "base64-key": re.compile(r"[cNz](?:2stYW50L|rLWFudC|ay1hbnQt)[\w+/-]{16,}={0,2}"),
    "secret-in-assignment": re.compile(
        r"=(?:(?<=_KEY=)|(?<=SECRET=)|(?<=TOKEN=)|(?<=PASSWORD=)|(?<=_key=)|(?<=secret=)|(?<=password=))['\"]?"
        r"(?P<secret>(?=[\w+/=~-]*[0-9])(?=[\w+/=~-]*[A-Za-z])[\w+/=~-]{6,})(?![\w.(\[])"
    ),
    "password-in-url": re.compile(r"://[^\s:/@]{1,200}:(?P<secret>[^\s/@]{1,200})@"),
}
"""Forms of secrets by the name that a scan tells; only the group `secret` is hidden where there is one.

Each begins with what can be sought fast; that no letter stands before is looked at afterwards. A key in base64 is
known by the three ways in which its beginning can be coded; an assignment, as in a file `.env`, by what stands before
the sign and by a value of letters and digits.
"""


def normalised(name: str) -> str:
    """The name as it stands in the tables."""
    return name.lower().replace("-", "_")


def is_secret_header(name: str) -> bool:
    """Whether a header, its name as it stands in the tables, is named like one that holds a secret."""
    return HEADER.search(name) is not None and name not in OPEN_HEADERS


@cache
def fields(names: frozenset[str]) -> re.Pattern[str]:
    """Finds a key of JSON that has one of these names, or one whose value may name a person."""
    return re.compile(rf'(?i)"(?:{_either(names)}|user_id)\\*"')


@cache
def told(names: frozenset[str]) -> re.Pattern[str]:
    """Finds in a text what these names are given: in JSON that is told as text, and in the query of a URL."""
    either, in_url = _either(names), _either(names | SIGNATURES)
    return re.compile(
        rf"""(?i)["?&;](?:(?<=")(?:{either})\\{{0,7}}"\s*:\s*(?P<level>\\{{0,7}})"(?P<in_json>(?:[^"\\]|\\.)+?)"""
        rf"""(?P=level)"|(?<!")(?:{in_url})=(?P<in_url>[^&;#\s"'\\]+))"""
    )


def _either(names: frozenset[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join([re.escape(name).replace("_", "[-_]") for name in longest_first])
