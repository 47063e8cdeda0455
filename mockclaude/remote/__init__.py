"""The handle of a server in another process or container: the same words as at hand, told over its control API."""

from mockclaude.remote.handle import RemoteMock, connect
from mockclaude.remote.stubs import RemoteStub, RemoteWhen

__all__ = ["RemoteMock", "RemoteStub", "RemoteWhen", "connect"]
