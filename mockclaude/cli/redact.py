"""Options that say what is taken out of recordings besides the usual."""

from mockclaude.cli.options import Decorated, option


def redact_options(function: Decorated) -> Decorated:
    """What is taken out of recordings besides the usual."""
    pattern = "Regular expression of what is secret too; only its group `secret` if it has one; may be repeated."
    name = "Header, query parameter or JSON field whose value is secret too; may be repeated."
    function = option("--redact-name", "names", multiple=True, metavar="NAME", help=name)(function)
    return option("--redact", "patterns", multiple=True, metavar="REGEX", help=pattern)(function)
