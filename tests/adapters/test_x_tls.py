"""The same over TLS, where a connection is more than a socket."""

import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from doubles.fake_x import FakeX, fault
from doubles.x_client import CREDENTIALS, JumpingClock, destination, post, posted

from onering_cli.adapters.x.destination import XDestination
from onering_cli.adapters.x.session import OAuth1Signer, Session
from onering_cli.adapters.x.transport import Transport
from onering_cli.publishing.outcomes import Ambiguous, Created, NotSent

x509 = pytest.importorskip("cryptography.x509", reason="certificates are made with the cryptography package")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine and its key, in one file."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(encoding) + private)
    return path


@pytest.fixture
def x(certificate: Path) -> Iterator[FakeX]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with FakeX(tls=context) as service:
        yield service


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_a_thread_goes_out(x: FakeX) -> None:
    root = posted(destination(x), "root")
    assert isinstance(post(destination(x), "leaf", parent_id=root), Created)


def test_a_certificate_that_nobody_vouches_for_gets_no_request(x: FakeX) -> None:
    assert post(destination(x)) == NotSent("no secure connection to the server")
    assert x.seen() == []


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("name", ["drop_after_accept", "drop_in_body", "truncated_201"])
def test_what_was_accepted_and_not_told_is_ambiguous(x: FakeX, name: str) -> None:
    x.strike(fault(name))
    assert isinstance(post(destination(x)), Ambiguous)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("name", ["drip", "hang_after"])
def test_a_server_that_never_finishes_ends_within_the_total_limit(x: FakeX, name: str) -> None:
    x.strike(fault(name, hang_s=3.0) if name == "hang_after" else fault(name))
    session = Session(Transport(x.base, connect_timeout_s=0.5, read_timeout_s=0.5), OAuth1Signer(CREDENTIALS))
    started = time.monotonic()
    assert post(XDestination(session, clock=JumpingClock())) == Ambiguous("no complete answer within 1 s")
    assert time.monotonic() - started < 2
