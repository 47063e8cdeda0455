"""The eighteen properties of a client, each once, in their order."""

from typing import Final

from mockclaude.verify.properties.agent import HALF_CALLS, REQUESTS, TOOL_LOOP
from mockclaude.verify.properties.errors import ERRORS, ERRORS_INSIDE, STOP_REASONS
from mockclaude.verify.properties.folding import EDGES_KEPT, FORMS, LATER, SPLITS
from mockclaude.verify.properties.isolation import CANCEL, CROWD, SECRETS
from mockclaude.verify.properties.retries import REPEATS, RETRIES, WAITS
from mockclaude.verify.properties.truncation import TAIL, TRUNCATION
from mockclaude.verify.property import Property

PROPERTIES: Final[tuple[Property, ...]] = (
    SPLITS, FORMS, LATER, EDGES_KEPT, ERRORS, TRUNCATION, TAIL, RETRIES, ERRORS_INSIDE, WAITS, REPEATS, REQUESTS,
    TOOL_LOOP, STOP_REASONS, HALF_CALLS, CANCEL, CROWD, SECRETS,
)  # fmt: skip
