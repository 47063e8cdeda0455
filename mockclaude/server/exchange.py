"""One request on its way through the server: its world, its ids, its body, and the way back."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import lru_cache
from typing import Final

from aiohttp import hdrs, web

from mockclaude.call import Intake
from mockclaude.errors import SettingsError
from mockclaude.rules.catalogue import rule_named
from mockclaude.rules.headers import HEADERS
from mockclaude.server.headers import Speaker, head
from mockclaude.server.receive import BodyTooLarge, body_of, headers_of
from mockclaude.server.send import Sent, send
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.ids import base58, uuid7
from mockclaude.wire.interaction import Chunk, Interaction, RawRequest, RawResponse
from mockclaude.workspace import Workspaces

CORS: Final = (("access-control-allow-origin", "*"), ("access-control-expose-headers", "*"))
"""What lets a page in a browser read an answer; assumed, no recording was made by a browser."""

JSON: Final = (("content-type", "application/json"),)
SCRAMBLE: Final = 0x9E3779B97F4A7C15F39CC0605CEDC835  # odd, so different ids have different traces
THIRTY_TWO: Final = (1 << 128) - 1
"""Numbers of so many hexadecimal digits."""
DAY: Final = 86_400
"""Seconds of a day."""


class Exchange:
    """A request and what answers it; made when its head has arrived."""

    __slots__ = (
        "_number", "_second", "dice", "findings", "has_begun", "headers", "interaction", "is_last", "misuse", "now",
        "raw", "request", "request_id", "speaker", "workspace", "workspaces",
    )  # fmt: skip

    def __init__(self, request: web.Request, workspaces: Workspaces, *, speaker: Speaker = "api") -> None:
        self.request = request
        self.workspaces = workspaces
        self.speaker = speaker
        self.headers = headers_of(request)
        self.misuse: SettingsError | None = None
        try:
            self.workspace = workspaces.resolve(self.headers)
        except SettingsError as misuse:
            self.misuse, self.workspace = misuse, workspaces.default
        self.now = workspaces.clock()
        moment = self.now.timestamp()
        self._second = int(moment)
        self.dice = self.workspace.roll()
        self._number = uuid7(int(moment * 1000), self.dice.bits(74))
        self.request_id = f"req_01{base58(self._number)}"
        self.raw: RawRequest | None = None
        self.interaction: Interaction | None = None
        self.findings: list[Finding] = []
        self.has_begun = self.is_last = False

    async def read(self) -> Intake:
        """The whole request; raises the API's 413 for a body over the limit, `SettingsError` for our own headers."""
        if self.misuse is not None:
            raise self.misuse
        settings = self.workspace.settings_for(self.headers)
        try:
            body = await body_of(self.request, limit=settings.limits.body_bytes)
        except BodyTooLarge:
            self.is_last = True
            raise rule_named("body-too-large").error({}) from None
        self.raw = self._raw(body)
        return self._intake(self.raw, settings)

    def admit(self) -> None:
        """Checks a request of which the body means nothing; raises what the API says about its head."""
        if self.misuse is not None:
            raise self.misuse
        intake = self._intake(self._raw(), self.workspace.settings_for(self.headers))
        for rule in HEADERS:
            for facts in rule.check(intake):
                raise rule.error(facts)

    async def send(self, response: RawResponse, *, speaker: Speaker | None = None) -> Sent:
        """Remembers the response and writes it; `speaker` is who says it, if not the endpoint."""
        if hdrs.ORIGIN in self.request.headers:
            response = response._replace(headers=response.headers + CORS)
        start = head(response.status, response.headers, speaker or self.speaker, self._second, self.workspace.id)
        self.remember(response)
        self.has_begun = True
        trace = b"%032x" % (self._number * SCRAMBLE & THIRTY_TWO)
        ids = {b"request": self.request_id.encode(), b"trace": trace, b"span": trace[:16]}
        return await send(self.request, response, head=start, ids=ids, last=self.is_last)

    async def send_json(self, value: JsonObject) -> Sent:
        """Sends an object as the body of a 200."""
        return await self.send(RawResponse(200, JSON, (Chunk(dumps(value)),)))

    def remember(self, response: RawResponse | None) -> None:
        """Puts the exchange into the journal, before the client can know its end."""
        if self.interaction is None:
            request = self.raw or self._raw()
            self.interaction = Interaction(request, self.now, self.request_id, response, findings=self.findings)
            self.workspace.journal.add(self.interaction)

    def _raw(self, body: bytes = b"") -> RawRequest:
        request = self.request
        return RawRequest(request.method, request.path, self.headers, body, request.query_string)

    def _intake(self, raw: RawRequest, settings: Settings) -> Intake:
        workspace = self.workspace
        plans = workspace.plans if settings is workspace.settings else None
        intake = Intake(raw, settings=settings, models=self.workspaces.models, today=day(self._second // DAY), plans=plans)
        self.findings = intake.findings
        return intake


@lru_cache(maxsize=64)
def day(number: int) -> date:
    """The day of that number since the beginning of Unix time."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)


Handler = Callable[[Exchange], Awaitable[Sent]]
"""Answers an exchange."""
