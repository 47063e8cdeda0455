"""A value that a JSON Schema accepts: input for a forced tool, text for an output schema."""

import re
from random import Random
from typing import Final, cast

from mockclaude.engine.draw import Draw, Endless
from mockclaude.engine.scalar import Unmet
from mockclaude.errors import ScriptError
from mockclaude.wire.body import Json, JsonObject

ATTEMPTS: Final = 12


def sample(schema: Json, *, seed: int = 0) -> Json:
    """A value that the schema accepts, the same for the same seed; raises `ScriptError` when none is found."""
    reason: str | None = None
    for attempt in range(ATTEMPTS):
        draw = Draw(schema, Random(seed + attempt))  # noqa: S311  # repeatable on purpose
        try:
            value = draw.value(schema)
        except Unmet as fault:
            reason = str(fault)
            continue
        except (Endless, ArithmeticError, LookupError, RecursionError, TypeError, ValueError, AttributeError) as fault:
            reason = str(fault) or type(fault).__name__
            break
        reason = fault_of(value, schema) if draw.is_doubtful else None
        if reason is None:
            return value
    raise ScriptError(f"no value was found that the schema accepts: {reason}; script the reply to this call")


def fault_of(value: Json, schema: Json) -> str | None:
    """Why `jsonschema` does not accept the value; raises `ScriptError` for what is no JSON Schema."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    known = cast("JsonObject", schema)
    try:
        Draft202012Validator.check_schema(known)
        # Without a registry of its own a validator would fetch references.
        checker = Draft202012Validator.FORMAT_CHECKER
        validator = Draft202012Validator(known, registry=Registry(), format_checker=checker)
        fault = best_match(validator.iter_errors(value))
    except SchemaError as error:
        raise ScriptError(f"not a JSON Schema: {error.message}") from None
    except (Unresolvable, RecursionError, re.error) as error:
        raise ScriptError(f"the schema cannot be followed: {error}") from None
    return fault.message if fault else None
