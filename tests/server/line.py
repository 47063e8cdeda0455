"""A raw connection to a server: what is written arrives as it is, and answers are read byte by byte."""

import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

KEY = "sk-ant-mock-default"
HELLO: Mapping[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "hello"}],
}
HEADERS = {"host": "mock", "x-api-key": KEY, "anthropic-version": "2023-06-01", "content-type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """One response as it came: its fields in their order, and its body without HTTP's own framing."""

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.fields)

    def json(self) -> Any:
        return json.loads(self.body)


def request(
    body: bytes | Mapping[str, Any] = HELLO,
    *,
    method: str = "POST",
    path: str = "/v1/messages",
    headers: Mapping[str, str] | None = None,
    version: str = "1.1",
) -> bytes:
    """The bytes of a whole request; a header that is empty is left out."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {**HEADERS, "content-length": str(len(data)), **(headers or {})}
    head = "".join([f"{name}: {value}\r\n" for name, value in fields.items() if value])
    return f"{method} {path} HTTP/{version}\r\n{head}\r\n".encode() + data


class Line:
    """A connection that a test holds in its hand."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout)
        self._reader = self.socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._reader.close()
        self.socket.close()

    def write(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, data: bytes, *, bodiless: bool = False) -> Answer:
        self.write(data)
        return self.answer(bodiless=bodiless)

    def head(self) -> tuple[int, tuple[tuple[str, str], ...]]:
        """The status line and fields; raises `EOFError` when the connection ends instead."""
        line = self._reader.readline()
        if not line:
            raise EOFError("the server closed the connection")
        fields = []
        while (field := self._reader.readline()) not in {b"\r\n", b""}:
            name, _, value = field.decode("latin-1").rstrip("\r\n").partition(": ")
            fields.append((name.lower(), value))
        return int(line.split()[1]), tuple(fields)

    def answer(self, *, bodiless: bool = False) -> Answer:
        status, fields = self.head()
        headers = dict(fields)
        if bodiless or status in {204, 304}:
            return Answer(status, fields, b"")
        if headers.get("transfer-encoding") == "chunked":
            return Answer(status, fields, b"".join(self.chunks()))
        if "content-length" in headers:
            return Answer(status, fields, self._reader.read(int(headers["content-length"])))
        return Answer(status, fields, self._reader.read())

    def chunks(self) -> list[bytes]:
        """The HTTP chunks up to the last; raises `EOFError` when that never comes."""
        found: list[bytes] = []
        while True:
            line = self._reader.readline()
            if not line:
                raise EOFError(b"".join(found))
            data = self._reader.read(int(line, 16))
            self._reader.readline()
            if not data:
                return found
            found.append(data)

    def rest(self) -> bytes:
        """Everything until the connection ends."""
        return self._reader.read()
