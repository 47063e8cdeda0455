"""A control request: the world it is about, its parameters and its document, each refused where it cannot be meant."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final

from aiohttp import hdrs, web

from mockclaude.engine.scenario_yaml import read
from mockclaude.errors import SettingsError, nearest
from mockclaude.server.control_answer import Refusal
from mockclaude.server.control_guard import is_local
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, loads
from mockclaude.workspace import NAME_HEADER, Workspace, Workspaces

LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a control request's body."""
FLAGS: Final[Mapping[str, bool]] = {"true": True, "1": True, "": True, "false": False, "0": False}


class ControlRequest:
    """What is asked of the control API; `known` are the names of the parameters it may have."""

    def __init__(self, request: web.Request, workspaces: Workspaces, *, known: Collection[str]) -> None:
        self.request = request
        self.workspaces = workspaces
        for name in request.query:
            if name not in known:
                hint = nearest(name, known) or f"; known: {', '.join(known) or 'none'}"
                raise Refusal(400, "invalid_request", f"unknown parameter {name!r}{hint}")

    @property
    def workspace(self) -> Workspace:
        """The world that `?workspace=` or else the header names, made when it is new."""
        name = self.text("workspace")
        if name is None:
            name = self.request.headers.get(NAME_HEADER)
        try:
            return self.workspaces.default if name is None else self.workspaces.named(name.strip())
        except SettingsError as fault:
            raise Refusal(400, "invalid_request", str(fault)) from None

    @property
    def is_local(self) -> bool:
        """Whether the caller is on this machine."""
        return is_local(self.request)

    def part(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def text(self, name: str) -> str | None:
        """A parameter of the query, if it is there."""
        return self.request.query.get(name)

    def number(self, name: str, *, default: int, least: int = 0) -> int:
        """A parameter that is a whole number; raises `Refusal`."""
        given = self.text(name)
        if given is None:
            return default
        if not given.isascii() or not given.isdigit() or int(given) < least:
            raise Refusal(400, "invalid_request", f"{name} is {given!r}; expected a whole number from {least} on")
        return int(given)

    def flag(self, name: str) -> bool:
        """A parameter that is true or false; raises `Refusal`."""
        given = self.text(name)
        if given is not None and given.lower() not in FLAGS:
            raise Refusal(400, "invalid_request", f"{name} is {given!r}; expected true or false")
        return given is not None and FLAGS[given.lower()]

    @property
    def is_json(self) -> bool:
        """Whether the body says that it is JSON; any other is read as YAML, which JSON is, too."""
        return "json" in self.request.content_type

    async def body(self) -> str:
        """The text of the body; raises `Refusal`."""
        content = self.request.content
        pieces, size = [], 0
        while piece := await content.readany():
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise Refusal(413, "too_large", f"the body is larger than {LARGEST} bytes")
        if hdrs.CONTENT_ENCODING in self.request.headers:
            raise Refusal(415, "invalid_request", "the body has a content-encoding; send it as it is")
        try:
            text = b"".join(pieces).decode()
        except UnicodeDecodeError:
            raise Refusal(400, "invalid_request", "the body is not UTF-8") from None
        if not text.strip():
            raise Refusal(400, "invalid_request", "the body is empty; expected JSON or YAML")
        return text

    async def document(self) -> Json:
        """The data in the body, JSON or YAML; raises `Refusal`, or `ScriptError` with the place in a YAML text."""
        text = await self.body()
        if not self.is_json:
            return (await asyncio.to_thread(read, text, name="body")).data
        try:
            return loads(text.encode())
        except JSONFault as fault:
            raise Refusal(400, "invalid_request", f"the body is not JSON: {fault}") from None

    async def fields(self, *known: str) -> JsonObject:
        """The object in the body, with no other keys than the known ones; raises `Refusal`."""
        data = await self.document()
        if not isinstance(data, dict):
            raise Refusal(400, "invalid_request", f"the body is no object; expected one with {', '.join(known)}")
        for key in data:
            if key not in known:
                hint = nearest(key, known) or f"; known: {', '.join(known)}"
                raise Refusal(400, "invalid_request", f"unknown key {key!r}{hint}")
        return data
