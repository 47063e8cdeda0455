"""What is taken out of recordings, by name and by pattern."""

from dataclasses import dataclass, replace
from typing import Final

from mockclaude.record.redact import redacted_request, redacted_response, without_keys
from mockclaude.wire.interaction import Interaction, RawRequest, RawResponse


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is taken out of recordings; the same secret always leaves the same word behind."""

    def request(self, request: RawRequest) -> RawRequest:
        """The request without secrets."""
        return redacted_request(request)

    def response(self, response: RawResponse) -> RawResponse:
        """The response without secrets."""
        return redacted_response(response)

    def text(self, text: str) -> str:
        """The text without secrets."""
        return without_keys(text)

    def interaction(self, interaction: Interaction) -> Interaction:
        """The interaction without secrets; the one given stays as it is."""
        response = interaction.response
        return replace(
            interaction,
            request=self.request(interaction.request),
            response=None if response is None else self.response(response),
        )


DEFAULT: Final = Redaction()
