from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from mockclaude.verify import check_client, gateway_adapter


class Gateway(BaseHTTPRequestHandler):
    """The gateway that is to be proven: it hands on what comes, piece by piece."""

    protocol_version = "HTTP/1.1"
    api = ""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name: self.headers[name] for name in ("x-api-key", "anthropic-version", "content-type")}
        upstream = HTTPConnection(urlsplit(self.api).netloc)
        upstream.request("POST", self.path, body, headers)
        try:
            answer = upstream.getresponse()
            self.send_response(answer.status)
            for name in ("content-type", "request-id", "retry-after", "x-should-retry"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            while piece := answer.read1(65536):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        except (HTTPException, OSError):
            self.close_connection = True  # what broke off must break off for the client, too
        finally:
            upstream.close()

    def log_message(self, *_: object) -> None:
        pass


def start(api: str) -> str:
    Gateway.api = api
    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


report = check_client(
    gateway_adapter(start),
    max_examples=10,
    exclude=["P16"],  # a thread that waits for the API does not notice that its client has left
)
assert report["P17"].status == "held"
