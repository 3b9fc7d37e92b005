"""moto behind a real socket of this process, with a hook that may answer, break or hold any call.

What talks to it is botocore with all its parts: sockets, time-outs, parsers.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from msgspec import Struct
from werkzeug.test import Client

from tests.embedded import all_default_listings

PAGE_ITEMS = 20
"""What AWS is asked for 1,000 of comes in pages of so many: AWS may, and paging is what breaks."""


class Call(Struct, frozen=True):
    """One call as it arrives: the operation as IAM spells it, and its parameters."""

    operation: str
    parameters: dict[str, str]
    is_json: bool


class Reply(Struct, frozen=True):
    """What goes back. `cut` keeps that share of the body; `is_reset` closes the connection without a word."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut: float = 1.0
    is_reset: bool = False


Hook = Callable[[Call, Callable[[], Reply]], Reply]
"""Is given a call and what would answer it, and gives what goes back."""


def error(call: Call, status: int, code: str) -> Reply:
    """An error answer in the protocol of the call."""
    if call.is_json:
        return Reply(status, (), json.dumps({"__type": code, "message": "as injected"}).encode())
    text = f"<ErrorResponse><Error><Code>{code}</Code><Message>as injected</Message></Error></ErrorResponse>"
    return Reply(status, (), text.encode())


@contextmanager
def embedded_server(hook: Hook) -> Iterator[str]:
    """The URL of moto, empty at first, every call passing through the hook."""
    moto = Client(DomainDispatcherApplication(create_backend_app))
    moto.post("/moto-api/reset")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536
        """Head and body leave in one piece: in two, each answer would wait 40 ms for an acknowledgement."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            call = _call(
                self.headers.get("Authorization") or "", self.headers.get("X-Amz-Target") or "", body
            )

            def answer() -> Reply:
                shortened = re.sub(rb"MaxItems=\d+", b"MaxItems=%d" % PAGE_ITEMS, body)
                given = {
                    name: value for name, value in self.headers.items() if name.lower() != "content-length"
                }
                with lock:
                    found = moto.post(self.path, data=shortened, headers=given)
                kept = ("content-type", "x-amzn-errortype", "x-amzn-requestid")
                headers = [(name, value) for name, value in found.headers.items() if name.lower() in kept]
                return Reply(found.status_code, tuple(headers), found.get_data())

            self._send(hook(call, answer))

        def _send(self, reply: Reply) -> None:
            if reply.is_reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            body = reply.body[: int(len(reply.body) * reply.cut)]
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that gave up, or a connection that was reset: both on purpose."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        with all_default_listings():
            yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _call(authorization: str, target: str, body: bytes) -> Call:
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", authorization)
    service = scope[1] if scope else ""
    if target:
        parameters = {name: str(value) for name, value in json.loads(body or b"{}").items()}
        return Call(f"{service}:{target.rpartition('.')[2]}", parameters, is_json=True)
    parameters = dict(parse_qsl(body.decode()))
    return Call(f"{service}:{parameters.pop('Action', '')}", parameters, is_json=False)
