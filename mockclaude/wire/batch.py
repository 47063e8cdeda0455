"""A batch of the Message Batches API as types: what it is, how many of its rows became what, and what each row became."""

from typing import Annotated, Literal, TypeAlias

from mockclaude.wire.message import Message
from mockclaude.wire.tolerant import ChosenBy, JsonObject, Tolerant


class RequestCounts(Tolerant):
    """How many rows of a batch are what; until the batch has ended all of them are processing."""

    processing: int
    succeeded: int
    errored: int
    canceled: int
    expired: int

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


class MessageBatch(Tolerant):
    """A batch; the moments are texts in RFC 3339, `None` where there was none yet."""

    id: str
    type: Literal["message_batch"]
    processing_status: Literal["in_progress", "canceling", "ended"]
    request_counts: RequestCounts
    ended_at: str | None = None
    created_at: str
    expires_at: str
    archived_at: str | None = None
    cancel_initiated_at: str | None = None
    results_url: str | None = None


class RowError(Tolerant):
    """What went wrong with a row."""

    details: JsonObject | None = None
    type: str
    message: str


class RowErrorEnvelope(Tolerant):
    """An error as a row tells it; `request_id` names what failed while the row was answered."""

    type: Literal["error"]
    error: RowError
    request_id: str | None = None


class Succeeded(Tolerant):
    """A row that was answered."""

    type: Literal["succeeded"]
    message: Message


class Errored(Tolerant):
    """A row that was refused, or could not be answered."""

    type: Literal["errored"]
    error: RowErrorEnvelope


class Canceled(Tolerant):
    """A row of which the batch was canceled before it was answered."""

    type: Literal["canceled"]


class Expired(Tolerant):
    """A row that was not answered within a day."""

    type: Literal["expired"]


RowResult: TypeAlias = Annotated[Succeeded | Errored | Canceled | Expired, ChosenBy("type")]


class MessageBatchRow(Tolerant):
    """One line of a batch's results."""

    custom_id: str
    result: RowResult
