"""The clock of a server in another process."""

from datetime import datetime

from mockclaude.remote.line import Line


class RemoteClock:
    """Tells the time of the server, and moves it where it is a fixed one."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def now(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.fromisoformat(str(self._line.ask("GET", "/clock")["now"]))

    def tick(self, seconds: float) -> None:
        """Moves the clock forward, for all workspaces; raises `SettingsError` for one that cannot be moved."""
        self._line.ask("POST", "/clock", {"seconds": seconds})

    def __repr__(self) -> str:
        return f"<RemoteClock of {self._line.url}>"
