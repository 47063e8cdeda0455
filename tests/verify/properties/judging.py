"""What a property says of a client."""

from mockclaude.verify.kit import Check, chosen
from mockclaude.verify.report import Result


def judged(adapter: object, property_id: str, *, examples: int = 100) -> Result:
    with Check(adapter, max_examples=examples, derandomize=True, failures=None) as check:
        return check.judge(chosen([property_id])[0])


def cause(adapter: object, property_id: str) -> str:
    """Why it does not hold."""
    result = judged(adapter, property_id)
    assert result.status == "failed", result
    assert result.failure is not None
    return result.failure.cause
