"""The forms of what the control API is sent and answers, by name."""

from collections.abc import Mapping
from typing import Final, get_args

from mockclaude.engine.scenario_schema import DEFINITIONS, flag, items, one_of, record, string
from mockclaude.engine.settings_data import CHANGES, SETTINGS
from mockclaude.server.control_answer import Kind
from mockclaude.server.control_route import schema
from mockclaude.wire.body import JsonObject
from mockclaude.wire.finding import Severity
from mockclaude.wire.interaction import Ending

Properties = Mapping[str, JsonObject]

ANYTHING: Final[JsonObject] = {"description": "Any JSON"}
COUNT: Final[JsonObject] = {"type": "integer", "minimum": 0}
SECONDS: Final[JsonObject] = {"type": "number", "minimum": 0}


def whole(description: str, properties: Properties, **more: JsonObject) -> JsonObject:
    """The schema of an object that always has all of these keys, and perhaps more."""
    return record(description, {**properties, **more}, *properties)


def or_null(form: JsonObject) -> JsonObject:
    """The same, or null."""
    return {"anyOf": [form, {"type": "null"}]}


STUBS: Final[JsonObject] = items("The stubs", schema("declared_stub"))
TEMPLATES: Final = flag("Whether templates are filled in: only for callers on the server's own machine")

BODY: Final[Properties] = {
    "body": ANYTHING,
    "text": string("A body that is no JSON"),
    "base64": string("A body that is no text, or with `exact` any"),
}
FINDING: Final[Properties] = {
    "rule": string("What `mockclaude explain` knows it by"),
    "message": string("What was noticed"),
    "severity": one_of("Whether something is wrong", get_args(Severity)),
    "path": or_null(string("Where in the request")),
}
HEADERS: Final[JsonObject] = {
    "description": "Headers, keys taken out; with `exact` a list of pairs",
    "anyOf": [
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "array", "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}},
    ],
}
STUB: Final[Properties] = {
    "id": {"type": "integer", "minimum": 1, "description": "Its number"},
    "label": string("What it is called in reports"),
    "name": string("The name that its author gave it"),
    "matcher": string("The calls it means, in words"),
    "when": or_null(schema("when")),
    "replies": items("Its replies in turn", {"type": "object"}),
    "times": or_null(COUNT),
    "state": or_null(string("The state it waits for")),
    "then": or_null(string("The state after it")),
    "scenario": string("The scenario it belongs to"),
    "call_count": COUNT,
    "is_exhausted": flag("Whether it has given all answers it may give"),
}
EXPECTED: Final[Properties] = {
    "holds": flag("Whether the calls are as many as expected"),
    "expected": string("How many were expected"),
    "count": COUNT,
    "calls": items("The request ids of those that matched", {"type": "string"}),
}
LEFT_OUT: Final[JsonObject] = items("What is left out of the verdict, by name", {"type": "string"})
HOLDS: Final[JsonObject] = flag("Whether there is nothing to say")
FIX: Final[JsonObject] = string("What to do about it")
BREACH: Final = whole(
    "A rule that a request broke",
    {
        "request": string("The request in a word"),
        "call": or_null({"type": "integer", "minimum": 1, "description": "The number of the call, where it was one"}),
        **FINDING,
        "fix": FIX,
    },
)
LAPSE: Final = whole(
    "Something that a client should not have done",
    {
        "id": string("What it is called"),
        "message": string("What was done"),
        "calls": items("By which calls", {"type": "integer", "minimum": 1}),
        "fix": FIX,
    },
)
BREACHES: Final[Properties] = {"holds": HOLDS, "breaches": items("The rules that were broken", BREACH)}
LAPSES: Final[Properties] = {"holds": HOLDS, "lapses": items("What was done", LAPSE)}
ERROR: Final = whole(
    "What went wrong",
    {
        "type": one_of("What is wrong, for programs", get_args(Kind)),
        "message": string("What is wrong, and the way out"),
        "nearest": or_null(string("What came nearest to what was asked for")),
    },
)

SCHEMAS: Final[Mapping[str, JsonObject]] = {
    **DEFINITIONS,
    "declared_stub": whole("A stub that is declared", STUB),
    "new_stubs": {"anyOf": [schema("stub"), items("Several stubs", schema("stub"))]},
    "new_replies": whole("Replies to the next calls", {"replies": items("One for each call", schema("reply"))}),
    "stub_list": whole("Stubs in the order in which they are asked", {"stubs": STUBS}),
    "declared_stubs": whole("Stubs that were declared", {"stubs": STUBS, "templates": TEMPLATES}),
    "played_scenario": whole(
        "A scenario that is played",
        {"name": string("What it is called"), "settings": {"type": "object"}, "stubs": STUBS, "templates": TEMPLATES},
    ),
    "entry": whole(
        "A request, its answer, and what was noticed",
        {
            "request_id": string("The id that the answer's header has, too"),
            "began": string("When it came", format="date-time"),
            "stub": or_null(string("The stub that answered")),
            "findings": items("What was noticed", schema("finding")),
            "request": schema("entry_request"),
            "response": or_null(schema("entry_response")),
        },
    ),
    "entry_request": whole(
        "What was asked",
        {"method": string("GET, POST"), "path": string("The path"), "query": string("The query"), "headers": HEADERS},
        **BODY,
    ),
    "entry_response": whole(
        "What was answered",
        {
            "status": {"type": "integer"},
            "headers": HEADERS,
            "streamed": flag("Whether it went out in HTTP chunks"),
            "ending": one_of("How it ended", get_args(Ending)),
        },
        **BODY,
        events=items("A stream", whole("An event", {"at": SECONDS, "data": {"type": "object"}})),
        chunks=items("With `exact` the bytes", whole("A chunk", {"at": SECONDS, "base64": string("Its bytes")})),
    ),
    "finding": whole("Something that was noticed", FINDING),
    "noticed": whole("Something that was noticed, and where", {"request_id": string("The request"), **FINDING}),
    "journal": whole(
        "What was asked, oldest first",
        {"total": {**COUNT, "description": "How many pass the filters"}, "entries": items("The newest of them", schema("entry"))},
    ),
    "expectation": record(
        "How many calls there should be, at least one when no number is given",
        {"when": schema("when"), "times": COUNT, "at_least": COUNT, "at_most": COUNT},
    ),
    "verdict": whole("How many calls there were", EXPECTED),
    "failed_verdict": whole("Calls that are not as many as expected", {**EXPECTED, "error": ERROR}),
    "contract_expectation": record(
        "By what requests are judged",
        {"validation": one_of("By what: `strict` unless told otherwise", ["strict", "live"]), "ignore": LEFT_OUT},
    ),
    "contract_verdict": whole("Requests that kept the API's contract", BREACHES),
    "failed_contract_verdict": whole("Requests that broke the API's contract", {**BREACHES, "error": ERROR}),
    "resilience_expectation": record(
        "What a client may do",
        {
            "attempts": {"type": "integer", "minimum": 1, "description": "At one thing, 10 unless told otherwise"},
            "within": {**SECONDS, "description": "Seconds from the first attempt to the last, 600 unless told otherwise"},
            "tolerance": {**SECONDS, "description": "Seconds that a wait may fall short, 0.05 unless told otherwise"},
            "restarts": flag("Whether it throws partial output away and begins anew"),
            "resumes": flag("Whether it asks in words of its own for the rest of a broken stream"),
            "outcome": {
                "description": "What it returned at last: a text, or a message",
                "anyOf": [{"type": "string"}, {"type": "object", "required": ["content"]}],
            },
            "ignore": LEFT_OUT,
        },
    ),
    "resilience_verdict": whole("A client that coped", LAPSES),
    "failed_resilience_verdict": whole("A client that did not cope", {**LAPSES, "error": ERROR}),
    "cassette": whole(
        "A cassette, as contracts/cassette.schema.json describes it",
        {"mockclaude_cassette": {"const": 1}, "metadata": {"type": "object"}, "interactions": items("In their order", {"type": "object"})},
    ),
    "playing": whole(
        "What is played",
        {"cassette": or_null(whole("A cassette", {
            "name": string("What it is called"),
            "record": string("When it is recorded"),
            "interactions": COUNT,
            "unplayed": items("The numbers of those that were not asked for", COUNT),
        }))},
    ),
    "settings": SETTINGS,
    "settings_changes": CHANGES,
    "moment": whole("What time it is", {"now": string("The present moment of the server's clock", format="date-time")}),
    "clock_move": whole(
        "How far the clock is moved", {"seconds": {"type": "number", "description": "Forward, by so many seconds"}}
    ),
    "new_workspace": whole("A workspace to make", {"name": string("1 to 64 letters, digits, '_' or '.'")}),
    "workspace": whole(
        "An isolated world",
        {
            "name": string("What it is called"),
            "id": string("What the API's headers call it"),
            "api_key": string("A key that leads to it"),
            "calls": {**COUNT, "description": "Requests since it began"},
            "stubs": COUNT,
            "journal_entries": COUNT,
            "journal_bytes": COUNT,
            "idle_seconds": SECONDS,
        },
    ),
    "health": whole("The server answers", {"status": {"const": "ok"}, "version": string("The server's version")}),
    "refusal": whole("A request that is not fulfilled", {"error": ERROR}),
}  # fmt: skip
