"""Local web servers that misbehave as told, and a certificate authority of one afternoon."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

Speak = Callable[[socket.socket, bytes], None]

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0" * 8000


def answer(status: str, body: bytes = b"", *headers: str, length: bool = True) -> bytes:
    """Write an HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status}", *headers, "Connection: close"]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def media(body: bytes = PNG, mime: str = "image/png") -> bytes:
    """Answer a range of 4 KiB as S3 does."""
    part = f"Content-Range: bytes 0-{min(len(body), 4096) - 1}/{len(body)}"
    return answer("206 Partial Content", body[:4096], f"Content-Type: {mime}", part)


class Web:
    """A server on loopback: `routes` has what each path is answered, `seen` every request."""

    def __init__(self, context: ssl.SSLContext | None = None, family: int = socket.AF_INET) -> None:
        self.routes: dict[str, bytes | Speak] = {}
        self.any = b""  # what S3 clients are answered: to HEAD with `head`, to the rest with `any`
        self.head = b""
        self.seen: list[bytes] = []
        self._context = context
        self._socket = socket.create_server(
            ("127.0.0.1" if family == socket.AF_INET else "::1", 0),
            family=socket.AddressFamily(family),
        )
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http{'s' if self._context else ''}://{host}:{self.port}{path}"

    def close(self) -> None:
        """Stop listening."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(peer,), daemon=True).start()

    def _speak(self, peer: socket.socket) -> None:
        try:
            if self._context is not None:
                peer = self._context.wrap_socket(peer, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request and (piece := peer.recv(65536)):
                request += piece
                if self.any or not request.startswith(b"GET "):
                    break
            self.seen.append(request)
            if not request.startswith(b"GET ") or self.any:
                self._answer_any(peer, request)
                return
            path = request.split(b" ")[1].decode().partition("?")[0] if request else "/"
            speech = self.routes.get(path, answer("404 Not Found", b"no"))
            if callable(speech):
                speech(peer, request)
            else:
                peer.sendall(speech)
        except OSError:
            pass
        finally:
            peer.close()

    def _answer_any(self, peer: socket.socket, request: bytes) -> None:
        words = self.head if request.startswith(b"HEAD") and self.head else self.any
        while b"\r\n\r\n" not in request and self.any:
            request += peer.recv(65536)
        head, _, body = request.partition(b"\r\n\r\n")
        length = [v for v in head.lower().split(b"\r\n") if v.startswith(b"content-length:")]
        left = int(length[0].partition(b":")[2]) - len(body) if length else 0
        while left > 0 and (piece := peer.recv(65536)):
            left -= len(piece)
        peer.sendall(words or answer("400 Bad Request"))


@contextmanager
def web(context: ssl.SSLContext | None = None, family: int = socket.AF_INET) -> Iterator[Web]:
    """Serve for as long as the block runs."""
    server = Web(context, family)
    try:
        yield server
    finally:
        server.close()


def certificates(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """Make an authority and a certificate for one name; return a server's context and the CA."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.now(UTC)

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def sign(
        subject: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, is_ca: bool
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(subject))
            .issuer_name(named("authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        )
        return builder.sign(by, hashes.SHA256())

    authority, server = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = serialization.Encoding.PEM
    ca, chain = folder / "ca.pem", folder / "server.pem"
    ca.write_bytes(sign("authority", authority, authority, True).public_bytes(pem))
    private = server.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(private + sign(name, server, authority, False).public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return context, str(ca)
