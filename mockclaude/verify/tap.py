"""A connection that is watched: it begins an answer, says nothing more, and notes when the client leaves."""

import socket
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Final, Self

HEAD: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\nrequest-id: req_watched\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
READ: Final = 1 << 16


class Tap:
    """Listens for one request at a time, answers it with the beginning of a stream, and waits for the client to go."""

    def __init__(self, beginning: bytes, *, patience: float) -> None:
        self._beginning = beginning
        self._patience = patience
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve, daemon=True, name="mockclaude tap")
        self._connection: socket.socket | None = None
        self.begun, self.left = Event(), Event()
        self.left_at = 0.0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def wait(self, seconds: float) -> float | None:
        """The moment at which the client left; `None` when it stays longer than so many seconds."""
        return self.left_at if self.left.wait(seconds) else None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._listener, self._connection):
            if end is not None:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits there
        self._listener.close()
        self._thread.join(self._patience)

    def _serve(self) -> None:
        with suppress(OSError):
            connection, _ = self._listener.accept()
            self._connection = connection
            with connection:
                connection.settimeout(self._patience)
                connection.recv(READ)
                connection.sendall(HEAD + b"%x\r\n%b\r\n" % (len(self._beginning), self._beginning))
                self.begun.set()
                with suppress(ConnectionError):
                    while connection.recv(READ):  # the rest of the request, then the end
                        pass
                self.left_at = monotonic()
                self.left.set()
