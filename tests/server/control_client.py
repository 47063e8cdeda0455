"""A program that uses the control API as any other language would: HTTP and JSON, nothing of ours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from .line import HELLO

ROOT = "/_mockclaude"


@dataclass(frozen=True)
class Said:
    """What the server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def error(self) -> Any:
        return self.json()["error"]


class ControlClient:
    """Asks one server; every request has a connection of its own."""

    def __init__(self, url: str) -> None:
        self.place = urlsplit(url)

    def ask(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None, root: str = ROOT
    ) -> Said:
        """The answer; a body that is text goes out as YAML, any other as JSON."""
        fields = dict(headers or {})
        data = body.encode() if isinstance(body, str) else body
        if data is not None and not isinstance(data, bytes):
            data, fields = json.dumps(data).encode(), {"content-type": "application/json", **fields}
        connection = HTTPConnection(str(self.place.hostname), self.place.port, timeout=10)
        try:
            connection.request(method, f"{root}{path}", body=data, headers=fields)
            response = connection.getresponse()
            return Said(response.status, {key.lower(): value for key, value in response.getheaders()}, response.read())
        finally:
            connection.close()

    def call(self, text: str = "hello", *, workspace: str = "default", **fields: Any) -> Said:
        """The answer to a call of the API with this text."""
        body = {**HELLO, "messages": [{"role": "user", "content": text}], **fields}
        headers = {"x-api-key": f"sk-ant-mock-{workspace}", "anthropic-version": "2023-06-01"}
        return self.ask("POST", "/v1/messages", body, headers=headers, root="")

    def said(self, text: str = "hello", *, workspace: str = "default") -> str:
        """The text that a call is answered with."""
        return str(self.call(text, workspace=workspace).json()["content"][-1]["text"])
