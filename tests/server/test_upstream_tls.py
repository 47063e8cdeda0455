"""An upstream is asked over TLS, and only where its certificate is one that the system trusts."""

import json
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mockclaude import Cassette, MockClaude, Tape
from mockclaude.server import upstream as upstream_module

from .upstream import Upstream, says

ANSWER = b'{"type":"message"}'
SPOKEN = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(ANSWER), ANSWER)

needs_openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl makes the certificate, and is not installed"
)


class Secured(Upstream):
    """The same over TLS; a client that does not trust it is gone before it asks."""

    def __init__(self, certificate: Path, key: Path) -> None:
        super().__init__(says(SPOKEN))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self.url = self.url.replace("http:", "https:")

    def _serve(self, connection: socket.socket) -> None:
        try:
            secured = self._context.wrap_socket(connection, server_side=True)
        except (ssl.SSLError, OSError):
            connection.close()
            return
        super()._serve(secured)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(made)]
    subprocess.run([*command, *names], check=True, capture_output=True)
    return made, key


@pytest.fixture
def api(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Secured]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    upstream_module.certificates.cache_clear()
    with Secured(*certificate) as running:
        yield running
    upstream_module.certificates.cache_clear()


def asked(url: str) -> tuple[int, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("POST", "/v1/messages", b"{}", {"x-api-key": "sk-ant-api03-real"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@needs_openssl
def test_a_trusted_upstream_is_recorded(
    api: Secured, certificate: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    path = tmp_path / "cassette.json"
    with MockClaude(cassette=Tape(path, record="once", upstream=api.url)) as mock:
        assert asked(mock.url) == (200, ANSWER)
    [recorded] = Cassette.load(path)
    assert recorded.response is not None
    assert recorded.response.body == ANSWER


@needs_openssl
def test_an_upstream_that_nobody_vouches_for_is_not_asked(api: Secured, tmp_path: Path) -> None:
    with MockClaude(cassette=Tape(tmp_path / "cassette.json", record="once", upstream=api.url)) as mock:
        status, body = asked(mock.url)
    assert (status, api.asked) == (418, [])
    assert "CERTIFICATE_VERIFY_FAILED" in json.loads(body)["error"]["message"]


def test_a_server_of_its_own_asks_with_the_certificates_of_the_system() -> None:
    code = """
import ssl
from mockclaude.cli.serve import without_certificates
with without_certificates():
    import aiohttp.connector
from mockclaude.server.upstream import certificates
kept = aiohttp.connector._SSL_CONTEXT_VERIFIED
print(len(kept.get_ca_certs()), kept.verify_mode.name, len(certificates().get_ca_certs()))
"""
    run = partial(subprocess.run, capture_output=True, text=True, check=True)
    mine = len(ssl.create_default_context().get_ca_certs())
    assert run([sys.executable, "-c", code]).stdout == f"0 CERT_REQUIRED {mine}\n"
