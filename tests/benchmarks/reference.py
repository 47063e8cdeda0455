"""A bare aiohttp server that sends ready bytes: what any Python server must at least cost.

Usage: `python reference.py PORT_FILE BODY_FILE STREAM_FILE`; a request body with `"stream":true` gets the events of
STREAM_FILE, one write each.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web

PORT_FILE, BODY, STREAM = (Path(argument) for argument in sys.argv[1:4])
REPLY = BODY.read_bytes()
EVENTS = [event + b"\n\n" for event in STREAM.read_bytes().split(b"\n\n")[:-1]]


async def answer(request: web.Request) -> web.StreamResponse:
    body = await request.read()
    if b'"stream":true' not in body:
        return web.Response(body=REPLY, content_type="application/json")
    response = web.StreamResponse(headers={"content-type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    for event in EVENTS:
        await response.write(event)
    return response


async def main() -> None:
    application = web.Application(client_max_size=64 << 20)
    application.router.add_post("/v1/messages", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    PORT_FILE.write_text(str(runner.addresses[0][1]))
    await asyncio.Event().wait()


asyncio.run(main())
