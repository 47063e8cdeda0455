"""One request on its way through the server: its world, its ids, its body, and the way back."""

from collections.abc import Awaitable, Callable
from datetime import date
from functools import lru_cache
from time import monotonic
from typing import Final, Literal

from aiohttp import hdrs, web

from mockclaude.call import Call, Intake
from mockclaude.engine.imposed import imposed
from mockclaude.engine.reply import Reply
from mockclaude.errors import SettingsError
from mockclaude.rules.catalogue import rule_named
from mockclaude.rules.headers import HEADERS
from mockclaude.server.headers import Speaker, head
from mockclaude.server.receive import BodyTooLarge, arrived, arriving, headers_of
from mockclaude.server.send import Sent, send
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.finding import Finding
from mockclaude.wire.ids import timed_id
from mockclaude.wire.interaction import Chunk, Course, Interaction, RawRequest, RawResponse
from mockclaude.wire.shown import without_keys
from mockclaude.workspace import Workspaces

CORS: Final = (("access-control-allow-origin", "*"), ("access-control-expose-headers", "*"))
"""What lets a page in a browser read an answer; assumed, no recording was made by a browser."""

JSON: Final = (("content-type", "application/json"),)
TRACE: Final = 192
"""A trace and its span have 48 hexadecimal digits."""
DAY: Final = 86_400
"""Seconds of a day."""


Limit = Literal["body_bytes", "batch_bytes"]
"""The limit of the bytes that an endpoint takes."""


class Exchange:
    """A request and what answers it; made when its head has arrived."""

    __slots__ = (
        "_second", "course", "dice", "findings", "has_begun", "headers", "interaction", "is_last", "limit", "misuse",
        "now", "raw", "request", "request_id", "speaker", "stub", "workspace", "workspaces",
    )  # fmt: skip

    def __init__(
        self, request: web.Request, workspaces: Workspaces, *, speaker: Speaker = "api", limit: Limit = "body_bytes"
    ) -> None:
        self.course = Course(monotonic())
        self.request = request
        self.workspaces = workspaces
        self.speaker = speaker
        self.limit = limit
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
        self.request_id = timed_id("req", int(moment * 1000), self.dice.bits(80))
        self.raw: RawRequest | None = None
        self.interaction: Interaction | None = None
        self.findings: list[Finding] = []
        self.stub: str | None = None
        self.has_begun = self.is_last = False

    @property
    def place(self) -> str:
        """Method and path, as a log may show them."""
        return f"{self.request.method} {without_keys(self.request.path)!r}"

    async def read(self) -> Intake:
        """The whole request; raises the API's 413 for a body over the limit, `SettingsError` for our own headers."""
        if self.misuse is not None:
            raise self.misuse
        settings = self.workspace.settings_for(self.headers)
        request = self.request
        limit: int = getattr(settings.limits, self.limit)
        try:
            body = arrived(request, limit=limit) if request.content.is_eof() else await arriving(request, limit=limit)
        except BodyTooLarge:
            self.is_last = True
            raise rule_named("body-too-large").error({}) from None
        self.raw = raw = self._raw(body)
        return self._intake(raw, settings)

    def admit(self) -> None:
        """Checks a request of which the body means nothing; raises what the API says about its head."""
        if self.misuse is not None:
            raise self.misuse
        intake = self._intake(self._raw(), self.workspace.settings_for(self.headers))
        for rule in HEADERS:
            for facts in rule.check(intake):
                raise rule.error(facts)

    def respond(self, call: Call) -> RawResponse:
        """What the world answers to a call; raises what it says instead."""
        engine = self.workspace.engine
        fault = imposed(call, self.dice)
        answer = engine.scripted(call, fault=fault)
        if isinstance(answer, Reply):
            self.stub = answer.label or None
        return engine.spoken(answer, call, self.dice, fault=fault, request_id=self.request_id)

    def send(self, response: RawResponse, *, speaker: Speaker | None = None) -> Awaitable[Sent]:
        """Remembers the response and writes it; `speaker` is who says it, if not the endpoint."""
        if hdrs.ORIGIN in self.request.headers:
            response = response._replace(headers=response.headers + CORS)
        start = head(response.status, response.headers, speaker or self.speaker, self._second, self.workspace.id)
        self.remember(response)
        self.has_begun = True
        digits = b"%048x" % self.dice.bits(TRACE)
        ids = {
            b"request": self.request_id.encode(),
            b"trace": b"%b-%b" % (digits[:32], digits[32:]),
            b"ray": digits[8:24],
        }
        return send(self.request, response, head=start, ids=ids, course=self.course, last=self.is_last)

    def send_json(self, value: JsonObject) -> Awaitable[Sent]:
        """Sends an object as the body of a 200."""
        return self.send(RawResponse(200, JSON, (Chunk(dumps(value)),)))

    def remember(self, response: RawResponse | None) -> None:
        """Puts the exchange into the journal, before the client can know its end."""
        if self.interaction is None:
            request = self.raw or self._raw()
            self.interaction = Interaction(
                request, self.now, self.request_id, response, self.stub, self.findings, self.course
            )
            self.workspace.journal.add(self.interaction)
            answered, status = self.workspaces.answered, 0 if response is None else response.status
            answered[status] = answered.get(status, 0) + 1

    def close(self) -> None:
        """Ends the exchange: what has not left by now never will."""
        course = self.course
        if course.ended is None:
            course.ended, course.is_cut_short = monotonic(), True

    def _raw(self, body: bytes = b"") -> RawRequest:
        request = self.request
        return RawRequest(request.method, request.path, self.headers, body, request.query_string)

    def _intake(self, raw: RawRequest, settings: Settings) -> Intake:
        workspace = self.workspace
        plans = workspace.plans if settings is workspace.settings else None
        intake = Intake(
            raw, settings=settings, models=self.workspaces.models, today=day(self._second // DAY), plans=plans
        )
        self.findings = intake.findings
        return intake


@lru_cache(maxsize=64)
def day(number: int) -> date:
    """The day of that number since the beginning of Unix time."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)


Handler = Callable[[Exchange], Awaitable[Sent]]
"""Answers an exchange."""
