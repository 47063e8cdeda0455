from mockclaude.errors import MockClaudeError as MockClaudeError
from mockclaude.mock import MockClaude as MockClaude
from mockclaude.settings import Settings as Settings
from mockclaude.wire.error import APIError as APIError

__version__: str
__all__ = ["APIError", "MockClaude", "MockClaudeError", "Settings", "__version__"]

def __dir__() -> list[str]: ...
