"""A client of a few lines that speaks JSON lines, with the standard library only; told `--broken`, it ends at once.

It stands for a program in any language.
"""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

OPEN = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


def say(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def asked(line: dict[str, Any], body: dict[str, Any]) -> Any:
    headers = {
        "x-api-key": line["api_key"],
        "anthropic-version": "2023-06-01",
        "content-type": "application/json",
    }
    data = json.dumps(body).encode()
    return OPEN(urllib.request.Request(f"{line['base_url']}/v1/messages", data, headers), timeout=10)


def told(line: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    try:
        with asked(line, body) as response:
            return {"message": json.load(response)}
    except urllib.error.HTTPError as failed:
        page = failed.read().decode()
        error = json.loads(page)["error"] if page.startswith("{") else {"type": None, "message": page}
        seen = {"status": failed.code, "request_id": failed.headers["request-id"]}
        return {"error": {"kind": "HTTPError", "type": error["type"], "message": error["message"], **seen}}


def answered(line: dict[str, Any]) -> dict[str, Any]:
    if line["method"] == "agent":
        return {"text": run(line)}
    return told(line, {**line["request"], "stream": False})


def run(line: dict[str, Any]) -> str:
    """The agent: it asks for its tools by lines of its own."""
    body = {"model": "claude-opus-5", "max_tokens": 1000, "tools": line["tools"]}
    messages: list[Any] = [{"role": "user", "content": line["task"]}]
    while True:
        message = told(line, {**body, "messages": messages})["message"]
        messages.append({"role": "assistant", "content": message["content"]})
        if message["stop_reason"] not in {"tool_use", "pause_turn"}:
            return "".join(block["text"] for block in message["content"] if block["type"] == "text")
        results = list(called(line["id"], message["content"]))
        if results:
            messages.append({"role": "user", "content": results})


def called(number: int, content: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for block in content:
        if block["type"] == "tool_use":
            say(id=number, tool=block["name"], input=block["input"])
            line = json.loads(sys.stdin.readline())
            result = {
                "type": "tool_result",
                "tool_use_id": block["id"],
                "content": line.get("result", line.get("error")),
            }
            yield {**result, "is_error": "error" in line}


def main() -> None:
    if "--silent" in sys.argv:
        sys.stdin.read()
    say(client="chatting", version="1.0", methods=["send", "agent"], skips_waits=True)
    print("this line is no JSON")
    if "--broken" in sys.argv:
        sys.exit("it broke")
    for text in sys.stdin:
        line = json.loads(text)
        say(id=line["id"], waits=[0.25], **answered(line))


if __name__ == "__main__":
    main()
