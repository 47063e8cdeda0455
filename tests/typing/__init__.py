"""Uses of the public API that mypy checks: it must find these types, and every mistake that is marked as one."""
