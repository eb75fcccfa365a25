"""A mail server that does as it is told, with or without TLS, and the certificates for it."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.ports import Ports


class Programmable:
    """Answers MAIL, RCPT and DATA as programmed; keeps what it took, also where the client never heard of it."""

    def __init__(self) -> None:
        self.sender_reply = "250 OK"
        self.recipient_reply = "250 OK"
        self.data_reply = "250 OK queued as 7"
        self.pause_s = 0.0
        self.together = 1
        self.drop = False
        self.taken: list[bytes] = []
        self.senders: list[str] = []
        self.recipients: list[str] = []
        self.sessions: list[Any] = []
        self._servers: list[Any] = []
        self._met = asyncio.Event()
        self._alone = 0

    def hang_up(self) -> None:
        """Close every line without a word."""
        for server in self._servers:
            server.loop.call_soon_threadsafe(server.transport.abort)

    async def _company(self) -> None:
        """Until so many mails as are to be there together have come."""
        self._alone += 1
        if self._alone == self.together:
            self._alone = 0
            self._met.set()
            self._met = asyncio.Event()
        else:
            await self._met.wait()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, name: str, replies: list[str]) -> list[str]:
        if session not in self.sessions:
            self.sessions.append(session)
            self._servers.append(server)
        session.host_name = name
        return replies

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.sender_reply.startswith("250"):
            envelope.mail_from = address
            self.senders.append(address)
        return self.sender_reply

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.recipient_reply.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.recipient_reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data_reply.startswith("250"):
            self.taken.append(envelope.content)
        await self._company()
        await asyncio.sleep(self.pause_s)
        if self.drop:
            server.transport.abort()
        return self.data_reply


@contextmanager
def running(handler: Programmable, folder: Path, **options: Any) -> Iterator[int]:
    """The port of a server that runs as long as the context; `options` are aiosmtpd's."""
    port = Ports(folder / "ports.json", free_ports=True).of("smtp")
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@dataclass(frozen=True)
class Certificates:
    """An authority of the test's own, and what a server shows that it vouches for."""

    ca_file: Path
    server: ssl.SSLContext


def certificates(folder: Path, host: str = "127.0.0.1") -> Certificates:
    """A fresh authority and a certificate of it for `host`, an address."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _signed(authority_key, authority_key, "authority", x509.BasicConstraints(ca=True, path_length=0))
    own = _signed(key, authority_key, "server", x509.SubjectAlternativeName([x509.IPAddress(ip_address(host))]))
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(authority.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "server.pem").write_bytes(own.public_bytes(pem) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return Certificates(folder / "ca.pem", context)


def _signed(
    key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, name: str, extension: x509.ExtensionType
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(extension, critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )
