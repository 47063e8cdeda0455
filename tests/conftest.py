"""What holds for the whole suite."""


def pytest_make_parametrize_id(config: object, val: object, argname: str) -> str | None:
    """Bytes are named by their length: compressed ones carry the time, and workers must agree on every name."""
    del config
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) else None
