"""nginx with the configuration of compose.yaml, on the loopback."""

import contextlib
import os
import pwd
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import streamlit
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.compress import compress
from deploy.native.composed import LOOPBACK, PROJECT, Places, service
from deploy.native.process import (
    Service,
    free_port,
    private_folder,
    program,
    responds,
    unprivileged,
)
from deploy.native.stores import VARIABLES

TEMPLATE = PROJECT / "deploy" / "nginx" / "nginx.conf.template"


@contextlib.contextmanager
def proxy(
    folder: Path,
    port: int = 0,
    http_port: int = 0,
    *,
    app: Service,
    api: Service,
    variables: dict[str, str] = VARIABLES,
    **environment: str,
) -> Iterator[Service]:
    """The proxy with a certificate of its own making.

    ``.url`` is the address (https), ``.http_url`` the one that only redirects, ``.certificate``
    the file to trust.

    Parameters
    ----------
    folder : Path
        Where its log and certificate go.
    port, http_port : int
        0 takes a free one.
    app, api : Service
        From ``app`` and ``api``; anything with ``.port`` does.
    variables : dict of str to str
        As in ``.env``; ``WEEKLENS_HOST`` is the name in the address.
    environment : str
        Over compose.yaml's ``PROXY_...``.
    """
    nginx, owner = program("nginx", "nginx-light"), unprivileged("www-data")
    port, http_port = port or free_port(), http_port or free_port()
    places = Places({"app": (8501, app.port), "api": (8600, api.port)})
    said = service("proxy", variables, places)[1]
    with private_folder(owner) as home:
        tls, health = home / "tls", free_port()
        tls.mkdir()
        make_certificate(said["PROXY_NAME"], tls)
        compress(Path(streamlit.__file__).parent / "static" / "static", home / "static")
        here = {
            "PROXY_LISTEN": f"{LOOPBACK}:",
            "PROXY_HTTP_PORT": str(http_port),
            "PROXY_HTTPS_PORT": str(port),
            "PROXY_HEALTH_PORT": str(health),
            "PROXY_PUBLIC_PORT": str(port),
            "PROXY_RESOLVER": LOOPBACK,  # addresses are numbers here: never asked
            "PROXY_FOLDER": str(home),
            "PROXY_FILES": str(home),
            "PROXY_TLS": str(tls),
            "PROXY_ACME": str(home),
        }
        config = home / "nginx.conf"
        config.write_text(rendered(said | here | environment))
        if owner:
            _give(home, owner)
        running = Service(
            "proxy",
            folder,
            [nginx, "-e", "stderr", "-c", str(config), "-g", "daemon off;"],
            {},
            responds(f"http://{LOOPBACK}:{health}/"),
            user=owner,
        )
        running.url, running.port = f"https://{said['PROXY_NAME']}:{port}", port
        running.http_url = f"http://{said['PROXY_NAME']}:{http_port}"
        running.certificate = folder / "certificate.pem"
        running.certificate.write_bytes((tls / "fullchain.pem").read_bytes())
        with running:
            yield running


def rendered(values: dict[str, str]) -> str:
    """The template with its ``${PROXY_NAME}`` filled in, as the image's start does it."""
    return re.sub(r"\$\{(PROXY_\w+)\}", lambda match: values[match[1]], TEMPLATE.read_text("utf-8"))


def make_certificate(name: str, folder: Path) -> None:
    """A certificate of its own making for a name and the loopback, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ip_address(LOOPBACK))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.public_bytes(form))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def _give(folder: Path, owner: str) -> None:
    known = pwd.getpwnam(owner)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, known.pw_uid, known.pw_gid)
