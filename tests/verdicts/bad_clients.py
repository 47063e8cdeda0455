"""Clients of the standard library alone, each with one bug that teams have had, and one without."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from mockclaude import MockWorkspace

Body = dict[str, Any]
HELLO: Body = {"model": "claude-opus-5", "max_tokens": 100, "messages": [{"role": "user", "content": "hello"}]}


class Failed(Exception):
    """The API did not answer; `status` is 0 where the connection broke."""

    def __init__(self, status: int, wait: float = 0.0) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.wait = wait


def post(mock: MockWorkspace, body: Body, *, patience: float = 10.0) -> Iterator[bytes]:
    """The lines of one answer; raises `Failed`, also where the connection breaks in the middle."""
    connection = HTTPConnection(urlsplit(mock.url).netloc, timeout=patience)
    headers = {"x-api-key": mock.api_key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
    try:
        connection.request("POST", "/v1/messages", json.dumps(body), headers)
        response = connection.getresponse()
        if response.status != 200:
            raise Failed(response.status, float(response.headers.get("retry-after", 0)))
        yield from response
    except (OSError, HTTPException):  # the break of a body that is read line by line comes as one of these
        raise Failed(0) from None
    finally:
        connection.close()


def create(mock: MockWorkspace, body: Body) -> Body:
    """The whole message."""
    message: Body = json.loads(b"".join(post(mock, body)))
    return message


def stream(mock: MockWorkspace, body: Body, said: list[str], *, patience: float = 10.0) -> bool:
    """Collects the text of a stream and tells whether its end came."""
    for line in post(mock, {**body, "stream": True}, patience=patience):
        if line.startswith(b"data:"):
            event: Body = json.loads(line[5:]) if line.endswith(b"}\n") else {"type": "cut"}
            if event["type"] == "message_stop":
                return True
            if event["type"] == "error":
                raise Failed(529)
            said.append(event.get("delta", {}).get("text", ""))
    return False


def again_whatever_happens(mock: MockWorkspace, body: Body = HELLO, *, most: int = 3) -> Body | None:
    """BUG: takes every error for a passing one."""
    for _ in range(most):
        try:
            return create(mock, body)
        except Failed:
            continue
    return None


def at_once(mock: MockWorkspace, body: Body = HELLO) -> Body:
    """BUG: does not wait as long as it is told."""
    try:
        return create(mock, body)
    except Failed:
        return create(mock, body)


def whatever_came(mock: MockWorkspace, body: Body = HELLO) -> str:
    """BUG: the end of the connection is the end of the message."""
    said: list[str] = []
    with suppress(Failed):
        stream(mock, body, said)
    return "".join(said)


def chatting_on(mock: MockWorkspace, body: Body = HELLO) -> str:
    """BUG: keeps what came of a broken stream in its history."""
    said = whatever_came(mock, body)
    turns = [*body["messages"], {"role": "assistant", "content": said}, {"role": "user", "content": "and then?"}]
    return whatever_came(mock, {**body, "messages": turns})


def anew_over_its_output(mock: MockWorkspace, body: Body = HELLO) -> str:
    """BUG: prints a stream from its beginning again, behind the part that is printed already."""
    said: list[str] = []
    for _ in range(3):
        try:
            if stream(mock, body, said):
                return "".join(said)
        except Failed:
            continue
    raise Failed(0)


def without_the_result(mock: MockWorkspace, body: Body) -> Body:
    """BUG: forgets the second of two parallel tool calls."""
    first = create(mock, body)
    calls = [block for block in first["content"] if block["type"] == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": call["id"], "content": "18 C"} for call in calls[:1]]
    turns = [{"role": "assistant", "content": first["content"]}, {"role": "user", "content": results}]
    return create(mock, {**body, "messages": [*body["messages"], *turns]})


def careful(mock: MockWorkspace, body: Body = HELLO, *, sleep: Callable[[float], None] = time.sleep) -> str:
    """No bug: retries what may be retried, in time, falls back to a whole message, and gives up."""
    said: list[str] = []
    last = Failed(0)
    for _ in range(4):
        try:
            if not said:
                if stream(mock, body, said):
                    return "".join(said)
                last = Failed(0)
            else:
                return "".join([block.get("text", "") for block in create(mock, body)["content"]])
        except Failed as failed:
            last = failed
            if failed.status in {400, 401, 403, 404, 413}:
                raise
            sleep(failed.wait)
    raise last
