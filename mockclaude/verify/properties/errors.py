"""P5, P9 and P14: errors keep what they say, also inside a stream, and every way of stopping is shown."""

from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.engine.presets import HTML, UPSTREAM
from mockclaude.rules.catalogue import ALL
from mockclaude.strategies import violations
from mockclaude.strategies.texts import texts
from mockclaude.verify.asked import asking, question
from mockclaude.verify.case import Ask, Case
from mockclaude.verify.property import Broken, Client, NotJudged, Property, Run
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.wire.error import STATUS_OF_TYPE

NO_RETRY: Final[JsonObject] = {"x-should-retry": "false"}
"""Errors that are only to be shown need no second attempt."""

STATUSES: Final = (400, 401, 402, 403, 404, 405, 413, 429, 500, 504, 529)
PAGES: Final = ((502, HTML, "text/html"), (503, UPSTREAM, "text/plain"), (500, "", "text/plain"))
"""What proxies say before the API does."""

OF_BODIES: Final = tuple(
    [rule.id for rule in ALL if rule.stage == "shape" and not rule.needs and rule.endpoints is None]
)
"""Rules that a body of a few words breaks, whatever headers the client puts around it."""

SPOKEN: Final = 4
"""Events of a stream with which its first text is out: start, block start, ping, delta."""

STOPS: Final = (
    "end_turn", "max_tokens", "stop_sequence", "tool_use", "refusal", "pause_turn", "model_context_window_exceeded",
    "future_stop_reason",
)  # fmt: skip
"""The last one is none of today's API."""


def _spoken_errors() -> st.SearchStrategy[JsonObject]:
    said = st.builds(_error, st.sampled_from(STATUSES), texts(max_size=20, printable=True))
    return said | st.sampled_from(PAGES).map(_page)


def _error(status: int, message: str) -> JsonObject:
    return {"error": {"status": status, "message": message, "headers": NO_RETRY}}


def _page(page: tuple[int, str, str]) -> JsonObject:
    status, body, content_type = page
    return {"error": {"status": status, "body": body, "content_type": content_type, "headers": NO_RETRY}}


def error_cases(client: Client) -> st.SearchStrategy[Case]:
    """Errors that are scripted, and requests that the API refuses by itself."""
    scripted = _spoken_errors().map(lambda error: Case(asking(client.form), (error,)))
    if client.only_prompts:
        return scripted
    refused = violations(rules=OF_BODIES, base=st.just(question())).map(
        lambda violation: Case((Ask(client.form, violation.draft.body),), ({"text": "0"},))
    )
    return scripted | refused


def shows_the_error(case: Case, run: Run) -> None:
    """P5."""
    del case
    last = run.exchanges[-1] if run.exchanges else None
    if last is None or last.response is None:
        raise NotJudged("the request never left")
    status, body = last.response.status, last.response.body
    if status == 200:
        raise NotJudged("the request was accepted")
    expected: dict[str, object] = {"status": status, **_told(body), "request_id": last.request_id}
    error = run.outcome.error
    if error is None:
        raise Broken(f"an HTTP {status} is taken for an answer", expected=expected, got=run.outcome)
    if "type" not in expected:  # a proxy's page: what the client makes of it is its own affair
        expected = {"status": status}
    missing = [name for name, value in expected.items() if not error.shows(value)]
    if missing:
        raise Broken(f"the error hides {' and '.join(missing)}", expected=expected, got=run.outcome)


def _told(body: bytes) -> JsonObject:
    try:
        value: Json = loads(body)
    except JSONFault:
        return {}
    error = value.get("error") if isinstance(value, dict) else None
    return {name: error[name] for name in ("type", "message") if name in error} if isinstance(error, dict) else {}


def broken_stream_cases(client: Client) -> st.SearchStrategy[Case]:
    """Streams that end in an error after so many events, and an answer for who asks again."""
    del client
    types = st.sampled_from(("overloaded_error", *[kind for kind in STATUS_OF_TYPE if kind != "overloaded_error"]))
    return st.builds(_broken_stream, st.integers(0, 6), types)


def _broken_stream(after: int, kind: str) -> Case:
    fault: JsonObject = {"kind": "error_event", "after_events": after, "type": kind, "message": "It broke."}
    broken: JsonObject = {"text": "0", "fault": fault}
    return Case(asking("stream"), (broken, {"text": "1"}), {"type": kind, "spoken": after >= SPOKEN})


def shows_the_error_inside(case: Case, run: Run) -> None:
    """P9."""
    kind, error = case.expected["type"], run.outcome.error
    if run.attempts > 1:
        if case.expected["spoken"]:
            raise Broken(
                "a stream that broke after its first words was asked for again",
                expected="1 request, and the error",
                got=f"{run.attempts} requests, and {run.outcome}",
            )
        return  # nothing had been said, so nothing is said twice
    if error is None:
        raise Broken(f"an {kind} inside a stream is taken for its end", expected=f"an error: {kind}", got=run.outcome)
    if not error.shows(kind):
        raise Broken("the error inside a stream loses its type", expected=f"an error: {kind}", got=run.outcome)


def stop_cases(client: Client) -> st.SearchStrategy[Case]:
    """Messages that stop for every reason, today's and a future one."""
    forms = st.sampled_from([form for form in ("stream", "send") if form in client.methods])
    return st.builds(
        lambda form, stop: Case(asking(form), (_stopped(stop),), {"stop_reason": stop}), forms, st.sampled_from(STOPS)
    )


def _stopped(reason: str) -> JsonObject:
    calls: list[Json] = [{"type": "tool_use", "name": "get_weather", "input": {}}] if reason == "tool_use" else []
    data: JsonObject = {"content": [{"type": "text", "text": "0"}, *calls], "stop_reason": reason}
    if reason == "refusal":
        data["stop_details"] = {"type": "refusal", "category": "cyber", "explanation": "It was declined."}
    return {**data, "stop_sequence": "END"} if reason == "stop_sequence" else data


def shows_the_stop(case: Case, run: Run) -> None:
    """P14."""
    reason, outcome = case.expected["stop_reason"], run.outcome
    if outcome.error is not None:
        if not outcome.error.shows(reason):
            raise Broken(
                f"a message that stops with {reason} is an error that does not say so", expected=reason, got=outcome
            )
    elif outcome.message is None:
        raise NotJudged("the client shows neither a message nor an error")
    elif outcome.message.get("stop_reason") != reason:
        raise Broken(
            f"the stop reason {reason} is not shown",
            expected=reason,
            got=cast("object", outcome.message.get("stop_reason")),
        )


ERRORS: Final = Property(
    "P5",
    "hidden-error",
    "An HTTP error shows its status, type, message and request id.",
    error_cases,
    shows_the_error,
    validation="strict",
)
ERRORS_INSIDE: Final = Property(
    "P9",
    "lost-error-event",
    "An error inside a stream shows its type, and what broke after its first words is not asked for again.",
    broken_stream_cases,
    shows_the_error_inside,
    needs=("stream",),
    of_streams=True,
)
STOP_REASONS: Final = Property(
    "P14",
    "unknown-stop",
    "Every stop reason is shown, also one that is not known yet, and none of them crashes the client.",
    stop_cases,
    shows_the_stop,
)
