"""Any program as an adapter: it reads and writes JSON lines, so it may be written in any language.

It is told `{"id": 1, "method": "stream", "base_url": ..., "api_key": ..., "request": {...}}` and answers with the same
id and `message`, `text` or `error`. An agent's `{"id": 1, "tool": name, "input": {...}}` is answered with a `result`
or an `error`.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from itertools import count
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Final, cast

from mockclaude.verify.adapter import Endpoint, Tools
from mockclaude.verify.caller import Hangs
from mockclaude.verify.outcome import AdapterError, Outcome, error_of_data
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.encoding import JSONFault, dumps, loads

PATIENCE: Final = 30.0
KEPT: Final = 65_536
"""Bytes of what the program prints that are kept."""

SHOWN: Final = 400
ENDED: Final = "ended"


class Ended(Exception):
    """The program has ended although it was to answer."""


class Process:
    """The running program: lines to it, and its answers by the number of what was asked."""

    def __init__(
        self, command: Sequence[str], cwd: str | os.PathLike[str] | None, env: Mapping[str, str] | None
    ) -> None:
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own program
                command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        except OSError as fault:
            raise AdapterError(f"{command[0]} cannot be started: {fault.strerror}") from None
        self._command = command
        self._waiting: dict[int, SimpleQueue[JsonObject]] = {0: SimpleQueue()}
        self._lock = Lock()
        self.printed = b""
        self.is_over = False
        self._readers = [Thread(target=read, daemon=True) for read in (self._answers, self._prints)]
        for reader in self._readers:
            reader.start()

    def expect(self, number: int) -> None:
        """Keeps the answers to a number from now on."""
        self._waiting[number] = SimpleQueue()

    def tell(self, line: JsonObject) -> None:
        """Writes a line."""
        assert self._process.stdin is not None
        with self._lock:
            try:
                self._process.stdin.write(dumps(line) + b"\n")
                self._process.stdin.flush()
            except OSError:
                self._end()

    def hear(self, number: int, patience: float) -> JsonObject:
        """The next line about a number; raises `Hangs` or `Ended` when none comes."""
        name = self._command[0]
        try:
            line = self._waiting[number].get(timeout=patience)
        except Empty:
            raise Hangs(f"{name} says nothing for {patience:g} seconds; expected a JSON line") from None
        if ENDED in line:
            self._process.wait()
            last_words = self.printed.decode("utf-8", "replace")[-SHOWN:]
            raise Ended(f"{name} has ended with code {self._process.returncode}; it printed {last_words!r}")
        return line

    def forget(self, number: int) -> None:
        """Lets further answers to a number go."""
        self._waiting.pop(number, None)

    def close(self) -> None:
        """Ends the program."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe is not None
            pipe.close()

    def _answers(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            try:
                line = loads(text)
            except JSONFault:
                line = None
            if isinstance(line, dict):
                number = line.get("id", 0)
                queue = self._waiting.get(number) if isinstance(number, int) else None
                if queue is not None:
                    queue.put(line)
            else:
                self.printed = (self.printed + text)[-KEPT:]
        self._end()

    def _prints(self) -> None:
        assert self._process.stderr is not None
        for text in self._process.stderr:
            self.printed = (self.printed + text)[-KEPT:]

    def _end(self) -> None:
        self.is_over = True
        for queue in list(self._waiting.values()):
            queue.put({ENDED: True})


class ProgramClient:
    """A program that is started once a run and asked line by line; its first line says what it is.

    That line is `{"client": "...", "version": "...", "methods": ["send", "stream"], "skips_waits": false}`. What it
    prints besides is searched for keys, like a log.
    """

    def __init__(
        self,
        *command: str,
        cwd: str | os.PathLike[str] | None = None,
        env: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._command, self._cwd, self._env, self._patience = command, cwd, env, patience
        self._numbers = count(1)
        self._lock = Lock()
        self._running: Process | None = None
        hello = self._hello()
        offered = hello.get("methods")
        self.client: Final = str(hello.get("client", ""))
        self.version: Final = str(hello.get("version", ""))
        self.skips_waits: Final = hello.get("skips_waits") is True
        self.methods: Final = frozenset(map(str, offered)) if isinstance(offered, list) else frozenset[str]()

    def send(self, server: Endpoint, request: JsonObject) -> Outcome:
        """Asks the program for a whole message."""
        return self._asked("send", server, {"request": request})

    def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
        """Asks the program for a stream."""
        return self._asked("stream", server, {"request": request})

    def cancel(self, server: Endpoint, request: JsonObject) -> Outcome:
        """Asks the program to leave a stream."""
        return self._asked("cancel", server, {"request": request})

    def agent(self, server: Endpoint, task: str, tools: Tools) -> Outcome:
        """Asks the program to run an agent, and runs the tools that it calls."""
        definitions: list[Json] = [tool.definition for tool in tools.values()]
        return self._asked("agent", server, {"task": task, "tools": definitions}, tools=tools)

    def close(self) -> None:
        """Ends the program; it is started again when it is asked again."""
        with self._lock:
            running, self._running = self._running, None
        if running is not None:
            running.close()

    def _hello(self) -> JsonObject:
        process = self._process()
        try:
            return process.hear(0, self._patience)
        except (Ended, Hangs) as fault:
            process.close()
            raise AdapterError(f"{fault}; expected a line that says what it is") from None

    def _process(self) -> Process:
        with self._lock:
            if self._running is not None and self._running.is_over:
                self._running.close()
                self._running = None
            if self._running is None:
                self._running = Process(self._command, self._cwd, self._env)
            return self._running

    def _asked(self, method: str, server: Endpoint, what: JsonObject, *, tools: Tools | None = None) -> Outcome:
        process, number = self._process(), next(self._numbers)
        process.expect(number)
        process.tell({"id": number, "method": method, "base_url": server.url, "api_key": server.api_key, **what})
        try:
            while "tool" in (line := process.hear(number, self._patience)):
                process.tell({"id": number, **_run(line, tools or {})})
        finally:
            process.forget(number)
        server.waits.extend(
            [wait for wait in cast("list[Json]", line.get("waits", [])) if isinstance(wait, int | float)]
        )
        return _outcome(line, process.printed.decode("utf-8", "replace"))

    def __repr__(self) -> str:
        return f"<ProgramClient {' '.join(self._command)}>"


def _run(line: JsonObject, tools: Tools) -> JsonObject:
    given = line.get("input")
    try:
        return {"result": tools[str(line["tool"])](**(given if isinstance(given, dict) else {}))}
    except Exception as error:  # noqa: BLE001 - the program is told, whatever it is
        return {"error": f"{type(error).__name__}: {error}"}


def _outcome(line: JsonObject, printed: str) -> Outcome:
    message, text, error, deltas = (line.get(name) for name in ("message", "text", "error", "deltas"))
    return Outcome(
        message if isinstance(message, dict) else None,
        text if isinstance(text, str) else None,
        error_of_data(error) if isinstance(error, dict) else None,
        tuple(map(str, deltas)) if isinstance(deltas, list) else None,
        printed,
    )
