"""Replies, stubs and scenarios as the data that a scenario file holds: to be shown and to be sent elsewhere."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Final, cast

from mockclaude.engine.fault import data_of_fault
from mockclaude.engine.matcher_data import data_of_matcher
from mockclaude.engine.reply import ErrorReply, Pace, Reply
from mockclaude.engine.say import Dynamic
from mockclaude.engine.say_error import rate_limited
from mockclaude.engine.scenario import Scenario
from mockclaude.engine.stub import Stub
from mockclaude.engine.template import has_places
from mockclaude.errors import ScriptError
from mockclaude.wire.body import JsonObject


def data_of_scenario(scenario: Scenario) -> JsonObject:
    """The scenario as data; raises `ScriptError` for what only this process has."""
    data: JsonObject = {"name": scenario.name}
    if scenario.description:
        data["description"] = scenario.description
    if scenario.settings:
        data["settings"] = dict(scenario.settings)
    return {**data, "stubs": [data_of_stub(stub) for stub in scenario.stubs]}


def data_of_stub(stub: Stub) -> JsonObject:
    """The stub as an entry of a scenario's `stubs`; raises `ScriptError` for what only this process has."""
    data: JsonObject = {"name": stub.name} if stub.name else {}
    when = data_of_matcher(stub.matcher)
    if when:
        data["when"] = when
    given = {"state": stub.state, "then": stub.then, "times": stub.times}
    data.update({key: value for key, value in given.items() if value is not None})
    return {**data, "replies": [data_of_reply(answer, force=stub.force) for answer in stub.answers]}


def data_of_reply(answer: Reply | Dynamic, *, force: bool = False) -> JsonObject:
    """The reply as an entry of a stub's `replies`; raises `ScriptError` for what only this process has."""
    if not isinstance(answer, Reply):
        name = getattr(answer, "__name__", type(answer).__name__)
        raise ScriptError(
            f"the function {name} exists in this process only; give a reply, or a template such as {{{{ text }}}}"
        )
    if answer.raw is not None:
        raise ScriptError("a response byte for byte exists in this process only; give the message that it carries")
    if answer.fit:
        raise ScriptError("a reply that is cut to fit the request cannot be written as data; give it without fit")
    data: JsonObject = {}
    headers: Mapping[str, str] = answer.headers
    if answer.error is not None:
        data["error"], headers = _error(answer.error, answer)
    elif len(answer.content) == 1 and set(answer.content[0]) == {"type", "text"}:
        data["text"] = answer.content[0]["text"]
    else:
        data["content"] = [cast("JsonObject", block) for block in answer.content]
    given: JsonObject = {name: getattr(answer, name) for name in ALIKE}
    data.update({name: value for name, value in given.items() if value is not None})
    if headers:
        data["headers"] = dict(headers)
    if answer.pace is not None:
        data["pace"] = _pace(answer.pace)
    if answer.fault is not None:
        data["fault"] = data_of_fault(answer.fault)
    if has_places(answer) and not _is_short(data):
        data["templates"] = answer.templates
    return {**data, "force": True} if answer.force or force else data


ALIKE: Final = ("stop_reason", "stop_sequence", "stop_details", "usage", "container")
"""Parts of a reply that are their own data."""


def _error(error: ErrorReply, reply: Reply) -> tuple[JsonObject, dict[str, str]]:
    """The error, and the headers that do not follow from it."""
    headers = dict(reply.headers)
    limited = _rate_limited(reply)
    if limited is not None:
        return {"status": 429, "retry_after": float(headers["retry-after"])}, limited
    if not error.message and error.body is None:
        raise ScriptError(f"error {error.status} has no message; as data it would get the API's own")
    data: JsonObject = {"status": error.status}
    if error.kind:
        data["type"] = error.kind
    if error.message:
        data["message"] = error.message
    if error.details is not None:
        data["details"] = dict(error.details)
    if error.body is not None:
        try:
            data["body"] = error.body.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise ScriptError(f"the body of error {error.status} is no text; data cannot carry it") from None
    if error.content_type != "application/json":
        data["content_type"] = error.content_type
    return data, headers


def _rate_limited(reply: Reply) -> dict[str, str] | None:
    """The headers beside the API's own, when the reply is what status 429 says by itself."""
    try:
        plain = rate_limited(retry_after=float(reply.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
    if plain.error != reply.error or any(reply.headers.get(name) != value for name, value in plain.headers.items()):
        return None
    return {name: value for name, value in reply.headers.items() if name not in plain.headers}


def _is_short(data: JsonObject) -> bool:
    """Whether the error brings its own templates along."""
    error = data.get("error")
    return isinstance(error, dict) and "message" not in error and "body" not in error


def _pace(pace: Pace) -> JsonObject:
    """What of a pace does not go without saying."""
    given = {one.name: getattr(pace, one.name) for one in fields(pace)}
    return {name: value for name, value in given.items() if value != getattr(Pace(), name)}
