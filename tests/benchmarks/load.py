"""A load of HTTP requests over plain sockets, and what it cost the server, by the operating system's account."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

TICKS = os.sysconf("SC_CLK_TCK")


def request(body: bytes) -> bytes:
    """The bytes of a Messages request."""
    head = (
        "POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"x-api-key: sk-ant-mock-load\r\nanthropic-version: 2023-06-01\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def cpu(pid: int) -> float:
    """Seconds of processor time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


@dataclass(frozen=True)
class Cost:
    """Requests per second, and microseconds of the server's processor time per request."""

    rate: float
    cpu: float


def load(port: int, pid: int, data: bytes, *, count: int, connections: int = 16) -> Cost:
    """Sends the request `count` times over so many connections at once; every answer must be a 200."""
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    for connection in sockets:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(data)
        read_answer(connection)
    used, began = cpu(pid), perf_counter()
    for _ in range(count // connections):
        for connection in sockets:
            connection.sendall(data)
        for connection in sockets:
            read_answer(connection)
    elapsed = perf_counter() - began
    used = cpu(pid) - used
    for connection in sockets:
        connection.close()
    sent = count // connections * connections
    return Cost(sent / elapsed, used / sent * 1e6)


def read_answer(connection: socket.socket) -> bytes:
    """One whole answer, by its length or to its last chunk."""
    data = connection.recv(1 << 18)
    end = data.find(b"\r\n\r\n")
    while end < 0:
        data += connection.recv(1 << 18)
        end = data.find(b"\r\n\r\n")
    assert data.startswith(b"HTTP/1.1 200"), data[:300]
    head = data[:end].lower()
    place = head.find(b"content-length:")
    if place >= 0:
        wanted = end + 4 + int(head[place + 15 :].split(b"\r\n", 1)[0])
        while len(data) < wanted:
            data += connection.recv(1 << 18)
    else:
        while not data.endswith(b"\r\n0\r\n\r\n"):
            data += connection.recv(1 << 18)
    return data


def body_of(answer: bytes) -> bytes:
    """The body of an answer, HTTP chunks joined."""
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" not in head.lower():
        return body
    parts: list[bytes] = []
    while True:
        size, _, body = body.partition(b"\r\n")
        if int(size, 16) == 0:
            return b"".join(parts)
        parts.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]
