"""The line that called is the innermost one of the user's own."""

import asyncio
import json
import os
import threading
from pathlib import Path

from mockclaude.pytest_plugin.caller import caller, is_own

HERE = Path(__file__).parent


def test_code_of_libraries_and_of_this_package_is_nobody_s_own() -> None:
    assert is_own(test_code_of_libraries_and_of_this_package_is_nobody_s_own.__code__)
    for function in (json.loads, os.path.join, caller, asyncio.run):
        assert not is_own(function.__code__)


def called_by_a_library() -> str:
    return str(json.loads("1", parse_int=lambda _: caller(HERE)))


def test_it_is_named_by_path_line_and_function() -> None:
    line = called_by_a_library.__code__.co_firstlineno + 1
    assert called_by_a_library() == f"test_caller.py:{line} in <lambda>"
    assert caller(Path("/nowhere")).startswith(f"{__file__}:")


CALL = compile("told.append(caller(HERE))", "<string>", "exec")


async def test_a_task_that_waits_is_named_where_no_frame_is() -> None:
    told: list[str] = []
    done = asyncio.Event()

    async def waiting() -> None:
        await done.wait()

    task = asyncio.create_task(waiting(), name="A task before others")
    loop = asyncio.get_running_loop()
    loop.call_soon(exec, CALL, {"told": told, "caller": caller, "HERE": HERE})
    loop.call_soon(done.set)
    await task
    assert told == [f"test_caller.py:{waiting.__code__.co_firstlineno + 1} in waiting"]


def test_nobody_is_named_in_a_thread_of_a_library() -> None:
    told: list[str] = []
    thread = threading.Thread(target=exec, args=(CALL, {"told": told, "caller": caller, "HERE": HERE}), name="theirs")
    thread.start()
    thread.join()
    assert told == ["no line of your own (thread 'theirs')"]
