"""What is taken out of recordings, by name and by pattern, before anything is written.

Everything is read as text, found first and changed then, so that what is no secret keeps its bytes. The same secret
always leaves the same word, so that a live request, cleaned as well, still matches a recorded one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import unquote_plus

import orjson

from mockclaude.errors import SettingsError
from mockclaude.record.edits import Edit, applied, merged
from mockclaude.record.json_text import Walk, unescaped
from mockclaude.record.pieces import is_event_stream
from mockclaude.record.redacted_stream import redacted_stream
from mockclaude.record.secrets import IDENTITY, NAMES, PATTERNS, QUERY, fields, is_secret_header, normalised, told
from mockclaude.record.uncoded import Unreadable, uncoded
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.shown import REDACTED

WITHHELD: Final = "body-withheld"
"""The finding of an interaction of which a body could not be searched and so is not kept."""
QUERY_PART: Final = re.compile(r"[&;]")
ANCHOR: Final = re.compile(r"(?<!\[)\^|(?<!\\)\$|\\[AZz]|\(\?<?[=!]")
"""What in a pattern looks at the ends of a text, or beyond what it finds."""
FIRSTS: Final = (b"event:", b"data:", b":", b"id:", b"retry:")
"""How a body of server-sent events begins, whatever its headers say."""
RULES: Final = {id(pattern): name for name, pattern in PATTERNS.items()}


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret in an interaction: where, and by which rule it was found; never the secret itself."""

    where: str
    rule: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Redaction:
    """What is taken out: the values of these names, and what these patterns find (or their group `secret`)."""

    names: frozenset[str] = NAMES
    patterns: tuple[re.Pattern[str], ...] = tuple(PATTERNS.values())

    def also(self, *, names: Iterable[str] = (), patterns: Iterable[str | re.Pattern[str]] = ()) -> "Redaction":
        """One that takes out more."""
        more = [re.compile(pattern) if isinstance(pattern, str) else pattern for pattern in patterns]
        return Redaction(self.names | {normalised(name) for name in names}, (*self.patterns, *more))

    def request(self, request: RawRequest) -> RawRequest:
        """The request without secrets, and without a content-encoding."""
        return Pass(self).request(request)

    def response(self, response: RawResponse) -> RawResponse:
        """The response without secrets, and without a content-encoding."""
        return Pass(self).response(response)

    def text(self, text: str) -> str:
        """The text without secrets."""
        return applied(text, self.edits(text))

    def interaction(self, interaction: Interaction) -> Interaction:
        """The interaction without secrets; a body that cannot be searched is left out, which a finding tells."""
        one = Pass(self)
        request, response = one.request(interaction.request), interaction.response
        response = None if response is None else one.response(response)
        findings = [replace(finding, message=self.text(finding.message)) for finding in interaction.findings]
        identifier = self.text(interaction.request_id)
        findings += one.withheld
        return replace(interaction, request=request, response=response, request_id=identifier, findings=findings)

    def leaks(self, interaction: Interaction) -> list[Leak]:
        """The secrets in an interaction."""
        one = Pass(self)
        one.request(interaction.request)
        if interaction.response is not None:
            one.response(interaction.response)
        one.clean(interaction.request_id, "request_id")
        for finding in interaction.findings:
            one.clean(finding.message, "findings")
        return list(dict.fromkeys(one.found))

    def edits(self, text: str) -> list[Edit]:
        """What to change in a text."""
        found = list(self._by_pattern(text))
        for match in told(self.names).finditer(text):
            group = "in_json" if match["in_json"] else "in_url"
            found.append(Edit(match.start(group), match.end(group), REDACTED, "named in text"))
        kept = _spans(text, REDACTED) if found and REDACTED in text else []
        return merged([edit for edit in found if not any(a <= edit.start and edit.end <= b for a, b in kept)])

    def edits_in_json(self, text: str) -> list[Edit]:
        """What to change in a text that is JSON, or the beginning of it."""
        if not self._is_suspicious(text):
            return []
        found = list(Walk(text, in_text=self.edits, hides=self._hides, word=REDACTED).edits())
        if not _is_json(text):
            found += self.edits(text)
        return merged(found)

    def _by_pattern(self, text: str) -> Iterator[Edit]:
        own = 0
        for pattern in self.patterns:
            rule = RULES.get(id(pattern))
            if rule is None:
                own += 1
                rule = f"pattern {own} of your own"
            group = "secret" if "secret" in pattern.groupindex else 0
            for match in pattern.finditer(text):
                if match.end(group) > match.start(group):
                    yield Edit(match.start(group), match.end(group), REDACTED, rule)

    def _hides(self, name: str, value: str) -> str | None:
        known = normalised(name)
        if known in self.names:
            return f"named {name}"
        return "identity in user_id" if known == "user_id" and IDENTITY.search(value) else None

    def _is_suspicious(self, text: str) -> bool:
        """Whether a closer look is worth while; most texts have nothing that looks like a secret."""
        said = unescaped(text)
        return (
            fields(self.names).search(said) is not None
            or told(self.names).search(said) is not None
            or any(looks_beyond(pattern) or pattern.search(said) for pattern in self.patterns)
        )


class Pass:
    """One search through an interaction, and what it found."""

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._is_usual = redaction.names >= NAMES  # who takes less out does not want the usual guesses
        self._in_query = redaction.names | QUERY if self._is_usual else redaction.names
        self.found: list[Leak] = []
        self.withheld: list[Finding] = []

    def request(self, request: RawRequest) -> RawRequest:
        """The request without secrets."""
        chunks, headers = self._open(((Chunk(request.body),) if request.body else ()), request.headers, "request")
        body = b"".join([chunk.data for chunk in chunks])
        clean = self._body(body, "request.body")
        fields = {name: self._field(name, value, "request") for name, value in headers.items()}
        if "content-length" in fields and clean != request.body:
            fields["content-length"] = str(len(clean))
        return request._replace(
            path=self.clean(request.path, "request.path", quoted=True),
            headers=Headers(fields),
            body=clean,
            query=self._query(request.query),
        )

    def response(self, response: RawResponse) -> RawResponse:
        """The response without secrets."""
        names = dict(response.headers)
        chunks, kept = self._open(response.chunks, Headers(names), "response")
        body = b"".join([chunk.data for chunk in chunks])
        if is_event_stream(response) or body.startswith(FIRSTS):
            found: list[Edit] = []
            clean = redacted_stream(chunks, self._redaction.edits, self._redaction.edits_in_json, found.append)
            self._tell("response.events", found)
        else:
            text = self._body(body, "response.body")
            clean = chunks if text == body else _refilled(chunks, text)
        size = sum([len(chunk.data) for chunk in clean])
        headers = [
            (name, str(size) if name.lower() == "content-length" and clean != response.chunks else value)
            for name, value in response.headers
            if name.lower() in kept
        ]
        return response._replace(
            headers=tuple([(name, self._field(name, value, "response")) for name, value in headers]), chunks=clean
        )

    def clean(self, text: str, where: str, *, quoted: bool = False) -> str:
        """The text without secrets; one that is quoted for a URL is looked at without its quotes too."""
        edits = self._redaction.edits(text)
        self._tell(where, edits)
        made = applied(text, edits)
        if quoted and "%" in made:
            plain = unquote_plus(made)
            hidden = self._redaction.edits(plain)
            self._tell(where, hidden)
            return applied(plain, hidden) if hidden else made
        return made

    def _open(
        self, chunks: tuple[Chunk, ...], headers: Mapping[str, str], where: str
    ) -> tuple[tuple[Chunk, ...], Headers]:
        """The chunks without their coding, and the headers that then hold."""
        codings = headers.get("content-encoding")
        if not codings:
            return chunks, Headers(headers)
        rest = Headers({name: value for name, value in headers.items() if name.lower() != "content-encoding"})
        try:
            return uncoded(chunks, codings), rest
        except Unreadable as fault:
            message = f"the body is not kept, since nobody can tell whether it holds secrets: {fault}"
            self.withheld.append(Finding(WITHHELD, message, "remark", where))
            self.found.append(Leak(f"{where}.body", f"cannot be searched: {fault}"))
            return (), rest

    def _body(self, body: bytes, where: str) -> bytes:
        text = body.decode("utf-8", "surrogateescape")
        edits = self._redaction.edits_in_json(text)
        if not edits:
            return body
        self._tell(where, edits)
        return applied(text, edits).encode("utf-8", "surrogateescape")

    def _field(self, name: str, value: str, where: str) -> str:
        place = f"{where}.headers.{name.lower()}"
        known = normalised(name)
        if known not in self._redaction.names and not (self._is_usual and is_secret_header(known)):
            return self.clean(value, place)
        if value != REDACTED:
            self.found.append(Leak(place, f"named {name.lower()}"))
        return REDACTED

    def _query(self, query: str) -> str:
        if not query:
            return query
        signs = QUERY_PART.findall(query)
        parts = [self._parameter(part) for part in QUERY_PART.split(query)]
        return "".join([part + sign for part, sign in zip(parts, [*signs, ""], strict=True)])

    def _parameter(self, part: str) -> str:
        name, equals, value = part.partition("=")
        if equals and normalised(unquote_plus(name)) in self._in_query:
            if value not in {"", REDACTED}:
                self.found.append(Leak("request.query", f"named {unquote_plus(name)}"))
            return f"{name}={REDACTED}" if value else part
        return self.clean(part, "request.query", quoted=True)

    def _tell(self, where: str, edits: Iterable[Edit]) -> None:
        self.found.extend([Leak(where, edit.rule) for edit in edits])


def looks_beyond(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern of somebody's own may find in a string what it does not find in the whole document."""
    return id(pattern) not in RULES and ANCHOR.search(pattern.pattern) is not None


def _refilled(chunks: tuple[Chunk, ...], body: bytes) -> tuple[Chunk, ...]:
    """As many chunks with the bytes of another body; the last takes what is over."""
    made, start = [], 0
    for number, chunk in enumerate(chunks, start=1):
        end = len(body) if number == len(chunks) else min(len(body), start + len(chunk.data))
        made.append(chunk._replace(data=body[start:end]))
        start = end
    return tuple(made)


def _spans(text: str, word: str) -> list[tuple[int, int]]:
    return [(match.start(), match.end()) for match in re.finditer(re.escape(word), text)]


def _is_json(text: str) -> bool:
    try:
        orjson.loads(text)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return False
    return True


DEFAULT: Final = Redaction()


def redaction_of(*, patterns: Iterable[str], names: Iterable[str]) -> Redaction:
    """What is usually taken out and this; raises `SettingsError` for what is no regular expression, without quoting it."""
    compiled = []
    for number, pattern in enumerate(patterns, start=1):
        try:
            compiled.append(re.compile(pattern))
        except re.error as fault:
            raise SettingsError(f"redact number {number} is no regular expression: {fault.msg}") from None
    return DEFAULT.also(names=names, patterns=compiled) if compiled or names else DEFAULT
