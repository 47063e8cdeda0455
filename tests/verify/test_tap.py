"""A watched connection begins an answer and notes when the client leaves."""

import socket

from mockclaude.verify.tap import HEAD, Tap


def connected(tap: Tap) -> socket.socket:
    host, _, port = tap.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    connection.sendall(b"POST / HTTP/1.1\r\n\r\n")
    return connection


def test_it_answers_with_the_beginning_and_notes_the_end() -> None:
    with Tap(b"hello", patience=10) as tap:
        with connected(tap) as connection:
            assert tap.begun.wait(10)
            expected = HEAD + b"5\r\nhello\r\n"
            assert connection.recv(len(expected), socket.MSG_WAITALL) == expected
            assert tap.wait(0) is None
        assert tap.wait(10) is not None


def test_it_ends_although_nobody_came_or_somebody_stays() -> None:
    with Tap(b"", patience=10):
        pass
    with Tap(b"", patience=10) as tap:
        staying = connected(tap)
        assert tap.begun.wait(10)
    staying.close()
