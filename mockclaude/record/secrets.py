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
    "password-in-url": re.compile(r"://[^\s:/@]{1,200}:(?P<secret>[^\s/@]{1,200})@"),
}
"""Forms of secrets by the name that a scan tells; only the group `secret` is hidden where there is one.

Each begins with what can be sought fast; that no letter stands before is looked at afterwards.
"""


def normalised(name: str) -> str:
    """The name as it stands in the tables."""
    return name.lower().replace("-", "_")


@cache
def fields(names: frozenset[str]) -> re.Pattern[str]:
    """Finds a key of JSON that has one of these names, or one whose value may name a person."""
    return re.compile(rf'(?i)"(?:{_either(names)}|user_id)\\*"')


@cache
def told(names: frozenset[str]) -> re.Pattern[str]:
    """Finds in a text what these names are given: in JSON that is told as text, and in the query of a URL."""
    either = _either(names)
    return re.compile(
        rf"""(?i)["?&;](?:(?<=")(?:{either})\\{{0,7}}"\s*:\s*(?P<level>\\{{0,7}})"(?P<in_json>(?:[^"\\]|\\.)+?)"""
        rf"""(?P=level)"|(?<!")(?:{either})=(?P<in_url>[^&;#\s"'\\]+))"""
    )


def _either(names: frozenset[str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join([re.escape(name).replace("_", "[-_]") for name in longest_first])
