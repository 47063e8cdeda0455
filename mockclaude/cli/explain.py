"""`mockclaude explain`: one rule in full, with a request that it refuses and the exact answer."""

import json
from collections.abc import Iterator, Sequence
from textwrap import indent
from typing import Any, Final, cast

import click

from mockclaude.clock import EPOCH
from mockclaude.models import Models
from mockclaude.rules.catalogue import ALWAYS_REFUSED, NEEDED, rule_named
from mockclaude.rules.contract import error_file, rule_file
from mockclaude.rules.folding import JOINED
from mockclaude.rules.remarks import REMARKS
from mockclaude.rules.rule import Rule
from mockclaude.wire.body import Json, JsonObject

LONG: Final = 120
"""Characters of a text in an example, beyond which it is cut."""
HEADER: Final = "x-mockclaude-validation"


@click.command("explain")
@click.argument("rule_id", metavar="RULE")
@click.option("--json", "as_json", is_flag=True, help="Print the rule and its file of contracts/errors.")
def command(*, rule_id: str, as_json: bool) -> None:
    """Explain one rule: what it refuses and why, and how to switch it off."""
    if rule_id in REMARKS:
        remark = REMARKS[rule_id]
        text = f"{rule_id}\n  {remark.summary}\n\nWhat to do\n  {remark.fix}"
        click.echo(json.dumps({"id": rule_id, **remark._asdict()}, indent=2) if as_json else text)
        return
    rule = rule_named(rule_id)
    if as_json:
        click.echo(json.dumps({**rule_file(rule), "example": error_file(rule)}, indent=2))
        return
    click.echo("\n\n".join([f"{heading}\n{indent(text, '  ')}" for heading, text in sections(rule)]))


def sections(rule: Rule[Any]) -> Iterator[tuple[str, str]]:
    """The headings with what stands under each."""
    example = error_file(rule)
    yield rule.id, rule.summary
    yield f"The API answers {rule.status} {rule.kind}", rule.message
    if rule.fix:
        yield "What to do", rule.fix
    yield "Known since", f"{rule.source.date}, {rule.source.grade}: {rule.source.where}"
    yield "It holds for", "\n".join(scope_of(rule))
    yield "To switch it off", switch_of(rule, example)
    yield f"For example ({example['change']})", request_of(example)
    yield "is answered with", response_of(example)


def scope_of(rule: Rule[Any]) -> Iterator[str]:
    """Models, versions and endpoints."""
    today = EPOCH.date()
    models = list(Models.load())
    held = [model for model in models if rule.models.holds(model)]
    if len(held) == len(models):
        yield rule.models.label
    else:
        served = [model.id for model in held if model.lifecycle(today) != "retired"]
        retired = len(held) - len(served)
        more = [f"{retired} retired"] if retired else []
        yield f"{rule.models.label}: {', '.join([*served, *more])}"
    if rule.versions is not None:
        yield f"anthropic-version {' or '.join(sorted(rule.versions))}"
    if rule.endpoints is not None:
        yield f"the endpoint {' or '.join(sorted(rule.endpoints))}"


def switch_of(rule: Rule[Any], example: JsonObject) -> str:
    """The setting that lets such a request pass."""
    needed = cast("JsonObject", example["settings"])
    if needed:
        return f"It refuses only with {' '.join([f'`--{name} {value}`' for name, value in needed.items()])}."
    if rule.strict_only:
        return f"`--validation live`, or the header `{HEADER}: live`: today's API accepts such requests."
    if rule.id in NEEDED:
        return "It cannot be switched off: without it no request can be read."
    off = f"`--validation off`, or the header `{HEADER}: off`, makes a finding of it"
    fatal = ", ".join(sorted(ALWAYS_REFUSED))
    return f"{off}, except where no request remains ({fatal})." if rule.stage == "shape" else f"{off}."


def request_of(example: JsonObject) -> str:
    """The request as HTTP would show it, long texts cut."""
    request = cast("JsonObject", example["request"])
    head = [f"{name}: {value}" for name, value in cast("JsonObject", request["headers"]).items()]
    form, body = list(request.items())[-1]
    shown = json.dumps(shortened(body), indent=2, ensure_ascii=False)
    note = "" if form == "json" else f"({form})\n"
    return "\n".join([f"{request['method']} {request['path']}", *head, "", note + shown])


def response_of(example: JsonObject) -> str:
    """The answer as HTTP would show it."""
    response = cast("JsonObject", example["response"])
    if "result" in response:
        return f"HTTP {response['status']}, and in the results\n{json.dumps(response['result'], indent=2, ensure_ascii=False)}"
    return f"HTTP {response['status']}\n{json.dumps(response['body'], indent=2, ensure_ascii=False)}"


def shortened(value: Json) -> Json:
    """The value with its long texts cut."""
    if isinstance(value, str) and len(value) > LONG:
        return f"{value[:LONG]}... ({len(value)} characters)"
    if isinstance(value, list):
        return [shortened(item) for item in value]
    if isinstance(value, dict):
        if JOINED in value:
            return _shortened_parts(cast("list[tuple[str | list[Json], int]]", value[JOINED]))
        return {key: shortened(item) for key, item in value.items()}
    return value


def _shortened_parts(parts: Sequence[tuple[str | list[Json], int]]) -> Json:
    """The beginning of a folded value and how long it is."""
    total = sum(len(part) * times for part, times in parts)
    if all(isinstance(part, str) for part, _ in parts):
        text = "".join([str(part) * min(times, LONG) for part, times in parts])
        return f"{text[:LONG]}... ({total} characters)"
    return [*[shortened(item) for part, _ in parts for item in part], f"... ({total} items)"]
