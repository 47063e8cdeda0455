"""A cassette as a scenario: stubs that say what was recorded, for people to go on writing."""

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple, cast

import yaml

from mockclaude.calls import RecordedCall, calls_of
from mockclaude.engine.conversation import results
from mockclaude.engine.scenario_reader import stub_of
from mockclaude.errors import ScriptError
from mockclaude.models import Models
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.interaction import Interaction, RawResponse
from mockclaude.wire.sse import decode
from mockclaude.wire.stream import StreamFault, message_of

LONGEST: Final = 200
"""Characters of the user's text by which a stub knows its call."""
PLAIN: Final = re.compile(r"[-+.~0-9]|(?:true|false|null)$", re.IGNORECASE)
"""How a text begins that a reader of YAML 1.2 could take for a number or a word of YAML."""
SAID: Final = ("stop_reason", "stop_sequence", "stop_details", "container")


class Script(NamedTuple):
    """A scenario, and how many interactions it leaves out because they are no whole answer to a conversation."""

    text: str
    left_out: int


def scenario_text(interactions: Iterable[Interaction], *, models: Models) -> Script:
    """The scenario that answers the recorded calls as they were answered; equal calls get their answers in turn."""
    interactions = list(interactions)
    stubs: dict[str, JsonObject] = {}
    told = 0
    for call in calls_of(interactions, models=models):
        reply = _reply(call.response)
        if reply is None or call.call is None:
            continue
        told += 1
        when = _when(call)
        stub = stubs.setdefault(repr(when), {"when": when, "replies": []})
        cast("list[Json]", stub["replies"]).append(reply)
    longest_first = sorted(stubs.values(), key=lambda stub: -len(cast("dict[str, str]", stub["when"]).get("text", "")))
    data: JsonObject = {"templates": False, "stubs": [*longest_first]}
    text = yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100) if stubs else ""
    return Script(text, len(interactions) - told)


class Dumper(yaml.SafeDumper):
    """Quotes every text that YAML 1.2 might read as something else, and never refers to what stood before."""

    def ignore_aliases(self, data: Any) -> bool:
        """Says that a value is written out each time."""
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    quoted = PLAIN.match(text) is not None or not text.isprintable()
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if quoted else None)


Dumper.add_representer(str, _text)


def _when(call: RecordedCall) -> JsonObject:
    """What tells the call from others: its model, what was said last, and how long the conversation is."""
    assert call.call is not None
    when: JsonObject = {"model": call.model, "turns": len(call.call.dialogue)}
    if call.text:
        when["text"] = call.text[:LONGEST]
    tools = [result.tool for result in results(call.call) if result.tool]
    if tools:
        when["after_tool"] = tools[-1]
    return when


def _reply(response: RawResponse | None) -> JsonObject | None:
    if response is None:
        return None
    reply = _error(response) if response.status != 200 else _message(response)
    if reply is None:
        return None
    try:
        stub_of({"replies": [reply]}, templates=False)
    except ScriptError:
        reply["force"] = True  # it was recorded, so it happens
    return reply


def _message(response: RawResponse) -> JsonObject | None:
    try:
        events = decode(response.body) if response.body.lstrip().startswith((b"event:", b"data:")) else None
        message = loads(response.body) if events is None else cast("JsonObject", message_of(events))
    except (JSONFault, StreamFault):
        return None
    if not isinstance(message, dict) or message.get("type") != "message":
        return None
    told = {key: message[key] for key in SAID if message.get(key) is not None}
    return {"content": message["content"], **told, "usage": message["usage"]}


def _error(response: RawResponse) -> JsonObject:
    headers = {name.lower(): value for name, value in response.headers}
    error: JsonObject = {"status": response.status}
    try:
        envelope = loads(response.body)
    except JSONFault:
        envelope = None
    told = envelope.get("error") if isinstance(envelope, dict) else None
    if isinstance(told, dict) and isinstance(told.get("type"), str) and isinstance(told.get("message"), str):
        error |= {"type": told["type"], "message": told["message"]}
    else:
        error |= {"body": response.body.decode("utf-8", "replace")}
        error |= {"content_type": headers["content-type"]} if "content-type" in headers else {}
    if "retry-after" in headers:
        error["headers"] = {"retry-after": headers["retry-after"]}
    return {"error": error}
