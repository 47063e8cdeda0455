"""`mockclaude check`: what the API would say of the requests in a file, without a server."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, get_args

import click

from mockclaude.call import Intake
from mockclaude.cli.locate import Place, line_at, lines_of
from mockclaude.cli.options import models_option
from mockclaude.models import Models
from mockclaude.rules.catalogue import audit
from mockclaude.settings import Settings, Validation, validation_named
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, dumps, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Headers, RawRequest

BATCHES: Final = "/v1/messages/batches"
ENDPOINTS: Final = ("/v1/messages", "/v1/messages/count_tokens", BATCHES)
DEFAULTS: Final = {"x-api-key": "sk-ant-mock-check", "anthropic-version": "2023-06-01"}
READ: Final = ("anthropic-version", "anthropic-beta")
"""Headers of a recording that say how its body is to be read; the others are not what is checked."""

NOWHERE: Final[Mapping[Place, int]] = {}


class Request(NamedTuple):
    """A request of the file: its body, the headers and path of a recording, and where it stands."""

    body: bytes | None
    headers: Mapping[str, str]
    path: str = ENDPOINTS[0]
    line: int = 1
    lines: Mapping[Place, int] = NOWHERE
    start: Place = ()

    @property
    def is_meant(self) -> bool:
        """Whether there is something to check: a body, to an endpoint that takes conversations."""
        return self.body is not None and self.path in ENDPOINTS

    def line_of(self, finding: Finding) -> int:
        """The line of what a finding is about, or of the request."""
        return line_at(self.lines, finding.path, start=self.start) if self.lines else self.line


@click.command("check")
@click.argument("file", type=click.File("rb"))
@click.option("--validation", type=click.Choice(get_args(Validation)), default="strict", show_default=True)
@click.option("--version", "api_version", metavar="DATE", help="Value of anthropic-version for every request.")
@click.option("--beta", "betas", multiple=True, metavar="NAME", help="One more value of anthropic-beta; repeatable.")
@click.option("--model", metavar="ID", help="Judge every request as one to this model.")
@models_option()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as a JSON array.")
def command(
    *,
    file: BinaryIO,
    validation: str,
    api_version: str | None,
    betas: tuple[str, ...],
    model: str | None,
    models_file: Path | None,
    as_json: bool,
) -> None:
    """Check the requests in FILE ('-' reads standard input): exit code 1 if anything is wrong with one of them.

    FILE holds one body, a JSON array of bodies, or one body a line, of messages or of batches; in place of a body, a
    recording may stand that has it in `request_body`, with `request_headers` and `path` beside it.
    """
    name = getattr(file, "name", "<stdin>")
    settings = Settings(validation=validation_named(validation))
    models = Models.load(*([models_file] if models_file else []))
    today = datetime.now(UTC).date()
    requests = [spoken(request, api_version, betas, model) for request in requests_in(file.read())]
    found = [
        (number, request.line_of(finding), finding)
        for number, request in enumerate(requests, 1)
        if request.is_meant
        for finding in audit(Intake(raw(request), settings=settings, models=models, today=today))
    ]
    if as_json:
        click.echo(json.dumps([row_of(name, *each) for each in found], indent=2))
    else:
        for _, line, finding in found:
            note = "" if finding.severity == "violation" else f" ({finding.severity})"
            click.echo(f"{name}:{line}: {finding}{note}")
        click.echo(summary(requests, {number for number, _, _ in found}, len(found)), err=bool(found))
    sys.exit(1 if found else 0)


def requests_in(data: bytes) -> Iterator[Request]:
    """The requests of a file: one JSON value, the items of an array, or a value a line."""
    try:
        value = loads(data)
    except JSONFault:
        yield from _lines(data)
        return
    lines = lines_of(data.decode())
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _request(item, lines=lines, start=(index,))
    else:
        yield _request(value, lines=lines)


def _lines(data: bytes) -> Iterator[Request]:
    """What is not JSON as a whole: JSON lines if one of them is an object, else a single broken body."""
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    values = [(number, line, _value(line)) for number, line in lines]
    if not any(isinstance(value, dict) for _, _, value in values):
        yield Request(data, {})
        return
    for number, line, value in values:
        yield Request(line, {}, line=number) if value is None else _request(value)._replace(line=number)


def _value(line: bytes) -> Json:
    try:
        return loads(line)
    except JSONFault:
        return None


def _request(value: Json, *, lines: Mapping[Place, int] = NOWHERE, start: Place = ()) -> Request:
    if not isinstance(value, dict) or "request_body" not in value:
        path = BATCHES if isinstance(value, dict) and "requests" in value else ENDPOINTS[0]
        return Request(dumps(value), {}, path, lines=lines, start=start)
    body, headers = value["request_body"], value.get("request_headers")
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else None if body is None else dumps(body)
    path = str(value.get("path") or ENDPOINTS[0]).partition("?")[0]
    kept = {name.lower(): str(said) for name, said in headers.items()} if isinstance(headers, dict) else {}
    kept = {name: kept[name] for name in READ if name in kept}
    return Request(data, kept, path, lines=lines, start=(*start, "request_body"))


def spoken(request: Request, version: str | None, betas: Sequence[str], model: str | None) -> Request:
    """The request with what the options say in place of its own words."""
    headers = {**DEFAULTS, **request.headers, **({"anthropic-version": version} if version else {})}
    named = [name for name in (headers.get("anthropic-beta"), *betas) if name]
    if named:
        headers["anthropic-beta"] = ",".join(named)
    body = _value(request.body) if model and request.body is not None else None
    if model and isinstance(body, dict):
        return request._replace(headers=headers, body=dumps(asked_of(body, model)))
    return request._replace(headers=headers)


def asked_of(body: JsonObject, model: str) -> JsonObject:
    """The body as one to another model; in a batch every row."""
    rows = body.get("requests")
    if not isinstance(rows, list):
        return {**body, "model": model}
    return {**body, "requests": [_row_of(row, model) for row in rows]}


def _row_of(row: Json, model: str) -> Json:
    params = row.get("params") if isinstance(row, dict) else None
    return {**row, "params": {**params, "model": model}} if isinstance(row, dict) and isinstance(params, dict) else row


def raw(request: Request) -> RawRequest:
    """The request as it would arrive."""
    return RawRequest("POST", request.path, Headers(request.headers), request.body or b"")


def row_of(name: str, number: int, line: int, finding: Finding) -> JsonObject:
    """A finding as the machine reads it; requests count from 1."""
    return {
        "file": name,
        "line": line,
        "request": number,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "path": finding.path,
    }


def summary(requests: Sequence[Request], wrong: set[int], findings: int) -> str:
    """What the findings come to."""
    checked = sum(request.is_meant for request in requests)
    skipped = len(requests) - checked
    more = f"; left out {skipped} without a body or to another endpoint" if skipped else ""
    if not wrong:
        return f"nothing wrong with {checked} request{'s' * (checked != 1)}{more}"
    return f"{findings} finding{'s' * (findings != 1)} in {len(wrong)} of {checked} requests{more}"
