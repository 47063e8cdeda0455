"""A Docker engine for the tests: the one that answers, or a throw-away one in a network namespace of its own.

The throw-away engine consists of unpacked Debian packages; nothing is installed and nothing stays. It needs root,
cgroups and a Debian mirror, so it is only made when `MOCKCLAUDE_TEST_THROWAWAY_ENGINE=1` asks for it.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = (
    "docker.io", "containerd", "runc", "tini", "iptables", "libnftnl11", "libmnl0", "libnfnetlink0",
    "libnetfilter-conntrack3", "libip4tc2", "libip6tc2", "libxtables12", "libdevmapper1.02.1", "mmdebstrap",
)  # fmt: skip
"""The engine with its libraries, and what makes its base image, from the machine's own release."""

PLUGINS = ("docker-compose", "docker-buildx")
"""Plugins of the client, which do not depend on the release."""

NAMESPACE = "mockclaude"
BASE = """FROM scratch
ADD rootfs.tar /
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN rm -f /usr/lib/python3*/EXTERNALLY-MANAGED && python3 -m venv /usr/local
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
"""
"""Looks like python:3.13-slim, which is Debian's trixie with Python 3.13 under /usr/local."""


@dataclass(frozen=True)
class Engine:
    """How to reach an engine, and how to reach what it publishes."""

    environment: dict[str, str] = field(default_factory=dict)
    inside: tuple[str, ...] = ()
    is_offline: bool = False

    def run(self, *command: str | Path, timeout: float = 600.0) -> str:
        """The output of a program that talks to the engine or to a published port."""
        words = [*self.inside, *map(str, command)]
        done = subprocess.run(
            words, capture_output=True, text=True, timeout=timeout, check=False, env={**os.environ, **self.environment}
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout


def answers() -> bool:
    """Whether an engine of this machine answers."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0


@contextmanager
def throwaway(place: Path) -> Iterator[Engine]:
    """An engine below a folder, taken apart at the end."""
    root = place / "root"
    _unpack(_fetched(place), root)
    plugins = place / "config" / "cli-plugins"
    plugins.mkdir(parents=True)
    for plugin in (root / "usr/libexec/docker/cli-plugins").iterdir():
        (plugins / plugin.name).symlink_to(plugin)
    _run("ip", "netns", "add", NAMESPACE)
    inside = ("nsenter", f"--net=/var/run/netns/{NAMESPACE}")
    engine = None
    try:
        _run(*inside, "ip", "link", "set", "lo", "up")
        engine = _started(place, root, inside)
        environment = {
            "DOCKER_HOST": f"unix://{place}/docker.sock",
            "DOCKER_CONFIG": str(place / "config"),
            "PATH": f"{root}/usr/bin:{os.environ['PATH']}",
        }
        yield Engine(environment, inside, is_offline=True)
    finally:
        if engine is not None:
            engine.send_signal(signal.SIGTERM)
            engine.wait(timeout=60)
        subprocess.run(["umount", place / "exec/netns/default"], capture_output=True, check=False)
        _run("ip", "netns", "del", NAMESPACE)
        shutil.rmtree(place, ignore_errors=True)


def base_image(engine: Engine, place: Path) -> None:
    """Makes python:3.13-slim for a throw-away engine below that folder, which cannot pull it."""
    mmdebstrap = place / "root/usr/bin/mmdebstrap"
    place = place / "base"
    place.mkdir()
    _run(
        mmdebstrap, "--quiet", "--variant=minbase", "--include=python3,python3-venv,ca-certificates,netbase,tzdata",
        "trixie", place / "rootfs.tar", _mirror(),
    )  # fmt: skip
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", place)
    (place / "Dockerfile").write_text(BASE)
    engine.run(
        "env", "DOCKER_BUILDKIT=0", "docker", "build", "-q", "--network", "none", "-t", "python:3.13-slim", place
    )


def wheels(root: Path, place: Path) -> None:
    """Collects every wheel that the image needs, as docker/README.md says."""
    _run(
        sys.executable, "-m", "pip", "download", "--quiet", "--dest", place, "--only-binary=:all:",
        "--python-version", "3.13", "hatchling>=1.25", f"{root}[speed]",
    )  # fmt: skip


def _fetched(place: Path) -> list[Path]:
    folder = place / "packages"
    folder.mkdir()
    _run("apt-get", "-qq", "download", *PACKAGES, cwd=folder)
    lists, cache = place / "apt/lists", place / "apt/cache"
    (lists / "partial").mkdir(parents=True)
    (cache / "archives/partial").mkdir(parents=True)
    sources = place / "apt/sources.list"
    sources.write_text(f"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {_mirror()} trixie main\n")
    options = [
        "-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}",
        "-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=/dev/null",
    ]  # fmt: skip
    _run("apt-get", "-qq", *options, "update", cwd=folder)
    _run("apt-get", "-qq", *options, "download", *PLUGINS, cwd=folder)
    return sorted(folder.glob("*.deb"))


def _unpack(packages: Sequence[Path], root: Path) -> None:
    for package in packages:
        _run("dpkg", "-x", package, root)
    for name in ("iptables", "ip6tables", "iptables-save", "ip6tables-save", "iptables-restore", "ip6tables-restore"):
        (root / "usr/sbin" / name).symlink_to("xtables-nft-multi")  # an installation would link the alternatives


def _started(place: Path, root: Path, inside: Sequence[str]) -> "subprocess.Popen[bytes]":
    libraries = f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu"
    environment = {
        **os.environ,
        "PATH": f"{root}/usr/sbin:{root}/usr/bin:{os.environ['PATH']}",
        "LD_LIBRARY_PATH": libraries,
        "XTABLES_LIBDIR": f"{root}/usr/lib/x86_64-linux-gnu/xtables",
    }
    command = [
        *inside, "dockerd", "--host", f"unix://{place}/docker.sock", "--data-root", f"{place}/data",
        "--exec-root", f"{place}/exec", "--pidfile", f"{place}/pid", "--storage-driver", "overlay2",
        "--exec-opt", "native.cgroupdriver=cgroupfs",
    ]  # fmt: skip
    with (place / "log").open("wb") as log:
        engine = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
    until = time.monotonic() + 60
    while subprocess.run(
        ["docker", "-H", f"unix://{place}/docker.sock", "info"], capture_output=True, check=False
    ).returncode:
        assert engine.poll() is None, (place / "log").read_text()[-2000:]
        assert time.monotonic() < until, "the engine does not answer"
        time.sleep(0.2)
    return engine


def _mirror() -> str:
    """The Debian mirror that this machine itself uses."""
    for file in (Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("debian*"))):
        for word in file.read_text().split() if file.exists() else []:
            if word.startswith("http") and word.rstrip("/").endswith("/debian"):
                return word
    return "http://deb.debian.org/debian"


def _run(*command: str | Path, cwd: Path | None = None) -> None:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
