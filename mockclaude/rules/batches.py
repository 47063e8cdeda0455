"""What a batch is refused for when it is made, and what only its rows are: the rest is judged as everywhere."""

from collections.abc import Iterable
from random import Random
from typing import Final, cast

from mockclaude.call import Call, Intake
from mockclaude.rules.batch_fields import CUSTOM_ID, LONGEST
from mockclaude.rules.edits import with_beta
from mockclaude.rules.flaws import offending
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.settings import Limits
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import documented, observed

CAPTURED: Final = observed("2026-09-02", "captures of every refusal of a batch and of its rows")


def rows_in(document: Json) -> list[JsonObject]:
    """The rows of a batch's body."""
    requests = document.get("requests") if isinstance(document, dict) else None
    return cast("list[JsonObject]", requests) if isinstance(requests, list) else []


def _with_rows(draft: Draft, *rows: JsonObject) -> Draft:
    return draft.with_body(requests=cast("list[Json]", list(rows)))


def _named(draft: Draft, name: str) -> Draft:
    """The draft with another name for its last row."""
    *others, last = rows_in(draft.body)
    return _with_rows(draft, *others, {**last, "custom_id": name})


def _asking(draft: Draft, **fields: Json) -> Draft:
    """The draft with fields set in the request of its first row."""
    first, *others = rows_in(draft.body)
    return _with_rows(draft, {**first, "params": {**cast("JsonObject", first["params"]), **fields}}, *others)


@rule(
    stage="shape",
    message="{path}: String should have at most {longest} characters",
    endpoints=("batches",),
    covers=("batch.custom_id_long",),
    source=CAPTURED,
    fix=f"Name the row in at most {LONGEST} characters.",
)
def overlong_custom_id(intake: Intake) -> Iterable[Facts]:
    """A row of a batch whose name is too long."""
    return offending(intake, overlong_custom_id.id)


@overlong_custom_id.broken_by
def lengthen_a_custom_id(draft: Draft, random: Random) -> Draft:
    """A name of one character too many, or of many, some of them not allowed either."""
    return _named(draft, random.choice(("r" * (LONGEST + 1), "row " * LONGEST)))


@rule(
    stage="shape",
    message="{path}: String should match pattern '{pattern}'",
    endpoints=("batches",),
    covers=("batch.custom_id_pattern",),
    source=CAPTURED,
    fix=f"Name the row with letters, digits, `_` and `-` only: {CUSTOM_ID}.",
)
def malformed_custom_id(intake: Intake) -> Iterable[Facts]:
    """A row of a batch whose name is empty or has characters that are not allowed."""
    return offending(intake, malformed_custom_id.id)


@malformed_custom_id.broken_by
def misname_a_row(draft: Draft, random: Random) -> Draft:
    """A name with a space, a dot or an umlaut, or none at all."""
    return _named(draft, random.choice(("row 1", "row.1", "zeile-fünf", "row\n", "")))


@rule(
    stage="batch",
    message="requests: List should have at least 1 item after validation, not 0",
    endpoints=("batches",),
    covers=("batch.empty",),
    source=CAPTURED,
    fix="Make a batch only where there is something to ask.",
)
def empty_batch(intake: Intake) -> Iterable[Facts]:
    """A batch without rows."""
    return () if rows_in(intake.document) else ({"path": "requests"},)


@empty_batch.broken_by
def take_the_rows_away(draft: Draft, _random: Random) -> Draft:
    """The same batch of nothing."""
    return _with_rows(draft)


@rule(
    stage="batch",
    message="requests: List should have at most {limit} items after validation, not {count}",
    endpoints=("batches",),
    source=documented("2026-11", "batch processing page: at most 100,000; the text is ours, after that of no rows"),
    fix="Make several batches; `--limit batch_requests=N` moves the limit.",
)
def overlong_batch(intake: Intake) -> Iterable[Facts]:
    """A batch of more rows than the API takes."""
    count, limit = len(rows_in(intake.document)), intake.settings.limits.batch_requests
    return () if count <= limit else ({"count": count, "limit": limit, "path": "requests"},)


@overlong_batch.broken_by
def repeat_a_row(draft: Draft, _random: Random) -> Draft:
    """One short row, once more than is allowed."""
    row: JsonObject = {"custom_id": "row", "params": {}}
    return _with_rows(draft, *[row] * (Limits().batch_requests + 1))


@rule(
    stage="batch",
    message="requests: custom_id's must be unique within a batch. Duplicate custom_id found: {custom_id}",
    endpoints=("batches",),
    covers=("batch.duplicate",),
    source=CAPTURED,
    fix="Name every row differently: the results are told apart by nothing else.",
)
def repeated_custom_id(intake: Intake) -> Iterable[Facts]:
    """A batch of which two rows have one name."""
    seen: set[Json] = set()
    for row in rows_in(intake.document):
        name = row["custom_id"]
        if name in seen:
            return ({"custom_id": name, "path": "requests"},)
        seen.add(name)
    return ()


@repeated_custom_id.broken_by
def append_a_row_again(draft: Draft, random: Random) -> Draft:
    """One of the rows a second time."""
    rows = rows_in(draft.body)
    return _with_rows(draft, *rows, random.choice(rows))


@rule(
    stage="shape",
    message="{path}: must be greater than or equal to 1",
    endpoints=("batch_rows",),
    source=CAPTURED,
    fix="Ask for one token at least; a batch cannot warm a cache.",
)
def max_tokens_below_one(intake: Intake) -> Iterable[Facts]:
    """A row of a batch that asks for no token; a request of its own may ask for none."""
    return offending(intake, max_tokens_below_one.id)


@max_tokens_below_one.broken_by
def ask_for_no_token(draft: Draft, random: Random) -> Draft:
    """A limit of zero tokens in a row, or of less."""
    return _asking(draft, max_tokens=random.choice((0, -1)))


@rule(
    message='"stream=True" is not supported in the Message Batches API',
    needs=("stream",),
    endpoints=("batch_rows",),
    source=CAPTURED,
    fix="Leave `stream` out; the results come as a whole.",
)
def stream_in_batch(call: Call) -> Iterable[Facts]:
    """A row of a batch that asks for a stream."""
    return ({"path": "stream"},) if call.is_streaming else ()


@stream_in_batch.broken_by
def ask_for_a_stream(draft: Draft, _random: Random) -> Draft:
    """A row as it would be asked for by itself."""
    return _asking(draft, stream=True)


@rule(
    message='"speed" is not supported in the Message Batches API',
    needs=("speed",),
    endpoints=("batch_rows",),
    source=documented("2026-11", "batch processing page; the text is ours, after that of streams"),
    fix="Leave `speed` out; batches have a pace of their own.",
)
def speed_in_batch(_call: Call) -> Iterable[Facts]:
    """A row of a batch that asks for a speed."""
    return ({"path": "speed"},)


@speed_in_batch.broken_by
def ask_for_a_speed(draft: Draft, random: Random) -> Draft:
    """A row that is to be answered fast, or as usual."""
    return _asking(draft, speed=random.choice(("fast", "standard")))


@rule(
    message='"fallbacks" is not supported in the Message Batches API',
    needs=("fallbacks",),
    endpoints=("batch_rows",),
    source=documented("2026-11", "server-side fallback page; the text is ours, after that of streams"),
    fix="Leave `fallbacks` out, and make another batch of the rows that were refused.",
)
def fallbacks_in_batch(_call: Call) -> Iterable[Facts]:
    """A row of a batch that names models to stand in."""
    return ({"path": "fallbacks"},)


@fallbacks_in_batch.broken_by
def name_a_stand_in(draft: Draft, _random: Random) -> Draft:
    """A row that lets another model take over."""
    return with_beta(_asking(draft, fallbacks="default"), FALLBACKS)


FALLBACKS: Final = "server-side-fallback-2026-07-01"

NAMES: Final[tuple[Rule[Intake], ...]] = (overlong_custom_id, malformed_custom_id)
WHOLE: Final[tuple[Rule[Intake], ...]] = (empty_batch, overlong_batch, repeated_custom_id)
IN_ROWS: Final[tuple[Rule[Call], ...]] = (stream_in_batch, speed_in_batch, fallbacks_in_batch)
