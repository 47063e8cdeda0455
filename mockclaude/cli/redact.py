"""Options that say what is taken out of recordings besides the usual."""

import re
from collections.abc import Iterable

from mockclaude.cli.options import Decorated, option
from mockclaude.errors import SettingsError
from mockclaude.record.redaction import DEFAULT, Redaction


def redact_options(function: Decorated) -> Decorated:
    """What is taken out of recordings besides the usual, for `redaction_of`."""
    pattern = "Regular expression of what is secret too; only its group `secret` if it has one; may be repeated."
    name = "Header, query parameter or JSON field whose value is secret too; may be repeated."
    function = option("--redact-name", "names", multiple=True, metavar="NAME", help=name)(function)
    return option("--redact", "patterns", multiple=True, metavar="REGEX", help=pattern)(function)


def redaction_of(*, patterns: Iterable[str], names: Iterable[str]) -> Redaction:
    """What is taken out of recordings; raises `SettingsError` for what is no regular expression, without quoting it."""
    compiled = []
    for number, pattern in enumerate(patterns, start=1):
        try:
            compiled.append(re.compile(pattern))
        except re.error as fault:
            raise SettingsError(f"--redact number {number} is no regular expression: {fault.msg}") from None
    return DEFAULT.also(names=names, patterns=compiled)
