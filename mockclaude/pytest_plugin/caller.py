"""Who called: the innermost line of the user's own code, on this thread's stack or in a task that waits for it."""

import asyncio
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, CoroutineType, FrameType
from typing import Final

LIBRARIES: Final = tuple(
    {sysconfig.get_path(name) + "/" for name in ("stdlib", "platstdlib")} | {f"{Path(__file__).parent.parent}/", "<"}
)
"""Where code is nobody's own: the standard library, this package, and what has no file."""

INSTALLED: Final = ("/site-packages/", "/dist-packages/")


def is_own(code: CodeType) -> bool:
    """Whether code is the user's, not a library's."""
    path = code.co_filename.replace("\\", "/")
    return not path.startswith(LIBRARIES) and not any(part in path for part in INSTALLED)


def caller(root: Path) -> str:
    """The line of the user's code that led here, by its path below `root`."""
    found = next((place for place in _stack(sys._getframe(1)) if is_own(place[0])), None)  # noqa: SLF001 - its only name
    found = found or next((place for place in _waiting() if is_own(place[0])), None)
    if found is None:
        return f"no line of your own (thread {threading.current_thread().name!r})"
    code, line = found
    path = Path(code.co_filename)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown}:{line} in {code.co_name}"


def _stack(frame: FrameType | None) -> Iterator[tuple[CodeType, int]]:
    """The frames, innermost first."""
    while frame is not None:
        yield frame.f_code, frame.f_lineno
        frame = frame.f_back


def _waiting() -> Iterator[tuple[CodeType, int]]:
    """What the tasks of this thread's event loop wait in, innermost first: a library may resolve names in a task of its own."""
    try:
        tasks = asyncio.all_tasks()
    except RuntimeError:
        return
    for task in sorted(tasks, key=asyncio.Task.get_name):
        chain: list[tuple[CodeType, int]] = []
        waiting: object = task.get_coro()
        while isinstance(waiting, CoroutineType):
            if waiting.cr_frame is not None:
                chain.append((waiting.cr_code, waiting.cr_frame.f_lineno))
            waiting = waiting.cr_await
        yield from reversed(chain)
