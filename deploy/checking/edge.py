"""What the proxy must do and refuse, asked from outside."""

import gzip
import http.client
import re
import socket
import ssl
import warnings

from deploy.checking.asking import Door
from deploy.checking.findings import Findings
from deploy.native.composed import LOOPBACK
from deploy.native.process import Service

WANTED = {
    "strict-transport-security": r"max-age=\d{8,}",
    "content-security-policy": r"default-src 'self'.*object-src 'none'.*frame-ancestors 'none'",
    "x-content-type-options": r"nosniff",
    "x-frame-options": r"DENY",
    "referrer-policy": r"strict-origin-when-cross-origin",
    "permissions-policy": r"camera=\(\)",
    "cross-origin-opener-policy": r"same-origin",
}
HANDSHAKE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
MLFLOW = (
    "/api/2.0/mlflow/experiments/search?max_results=1",
    "/ajax-api/2.0/mlflow/experiments/search?max_results=1",
    "/api/2.0/mlflow-artifacts/artifacts",
    "/mlflow/",
    "/graphql",
)


def check_edge(findings: Findings, door: Door, proxy: Service, limit_mb: int) -> None:
    """Transport, headers, names and origins, what is hidden, and the limit of a body."""
    findings.check("http only redirects to https", lambda: _redirects(door, proxy))
    findings.check("TLS 1.2 and 1.3 are spoken, 1.0 and 1.1 refused", lambda: _tls(door))
    for path in (
        "/",
        "/static/js/none.js",
        "/api/v1/health",
        "/api/v1/symbols",
        "/_stcore/metrics",
    ):
        findings.check(f"security headers on {path}", lambda path=path: _headers(door, path))
    findings.check("Streamlit's files are compressed and kept for a year", lambda: _static(door))
    findings.check("cookies are sent over https alone", lambda: _cookies(door))
    findings.check("another name in Host is refused", lambda: _host(door))
    findings.check("a page's web socket opens from its own origin", lambda: _socket(door, True))
    findings.check("and is refused to a foreign origin", lambda: _socket(door, False))
    findings.check("Streamlit's metrics and agent are not served", lambda: _hidden(door))
    findings.check("MLflow is not reachable through it", lambda: _no_mlflow(door))
    findings.check("PostgreSQL is not reachable through it", lambda: _no_postgres(proxy))
    findings.check("an upload over the limit gets a sentence", lambda: _too_large(door, limit_mb))
    findings.check("so does too large a body for the API", lambda: _too_large_for_api(door))


def _redirects(door: Door, proxy: Service) -> str:
    port = int(proxy.http_url.rsplit(":", 1)[1])
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
    connection.request("GET", "/stock?symbol=VNM", headers={"Host": door.name})
    answer = connection.getresponse()
    wanted = f"https://{door.name}:{door.port}/stock?symbol=VNM"
    assert (answer.status, answer.getheader("Location")) == (301, wanted), answer.getheaders()
    connection.request("GET", "/", headers={"Host": "evil.example"})
    answer.read()
    again = connection.getresponse().getheader("Location")
    assert again == f"https://{door.name}:{door.port}/", f"a foreign Host led to {again}"
    return "301"


def _tls(door: Door) -> str:
    spoken = []
    for version in ("TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("ALL:@SECLEVEL=0")  # else this side refuses the old ones itself
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        try:
            with (
                socket.create_connection((LOOPBACK, door.port), 10) as plain,
                context.wrap_socket(plain, server_hostname=door.name) as secured,
            ):
                spoken.append(secured.version())
        except (ssl.SSLError, ConnectionError):
            continue
    assert spoken == ["TLSv1.2", "TLSv1.3"], f"spoken: {spoken}"
    return ", ".join(spoken)


def _headers(door: Door, path: str) -> str:
    answer = door(path)
    for name, wanted in WANTED.items():
        have = answer.headers.get(name, "nothing")
        assert re.search(wanted, have), f"{name} is {have}"
    assert "access-control-allow-origin" not in answer.headers, "any origin may read it"
    return f"{answer.status}, {len(WANTED)} headers"


def _static(door: Door) -> str:
    page = door("/", Accept_Encoding="gzip")
    html = gzip.decompress(page.body) if page.headers.get("content-encoding") else page.body
    path = re.search(r'src="\.(/static/js/index\.[^"]+\.js)"', html.decode())[1]
    plain, packed = door(path), door(path, Accept_Encoding="gzip, br")
    assert packed.headers.get("content-encoding") == "gzip", "it is not compressed"
    assert gzip.decompress(packed.body) == plain.body, "it unpacks to something else"
    assert "immutable" in packed.headers.get("cache-control", ""), "it is not kept"
    return f"{len(plain.body) / 1e3:.0f} kB sent as {len(packed.body) / 1e3:.0f} kB"


def _cookies(door: Door) -> str:
    answer = door("/_stcore/host-config")
    cookies = [door("/_stcore/health").headers.get("set-cookie"), answer.headers.get("set-cookie")]
    named = [cookie for cookie in cookies if cookie]
    assert named, "no cookie was set, so nothing was checked"
    assert all("secure" in cookie.lower() for cookie in named), named
    return named[0].split("=")[0]


def _host(door: Door) -> str:
    answer = door("/", Host="evil.example")
    assert answer.status == 421, answer.status
    return "421"


def _socket(door: Door, own: bool) -> str:
    origin = f"https://{door.name}:{door.port}" if own else "https://evil.example"
    connection = door.connection()
    try:
        connection.request("GET", "/_stcore/stream", headers=HANDSHAKE | {"Origin": origin})
        status = connection.getresponse().status
    finally:
        connection.close()
    assert status == (101 if own else 403), status
    return str(status)


def _hidden(door: Door) -> str:
    paths = ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/interact")
    for path in paths:
        assert door(path).status == 404, path
    return "404"


def _no_mlflow(door: Door) -> str:
    for path in MLFLOW:
        answer = door(path)
        assert b"experiment" not in answer.body.lower(), f"{path} is answered by MLflow"
        assert b"<title>mlflow" not in answer.body.lower(), f"{path} is MLflow's page"
    return f"{len(MLFLOW)} addresses"


def _no_postgres(proxy: Service) -> str:
    """Its first question, whether it may encrypt, is answered by S or N."""
    for port in (proxy.port, int(proxy.http_url.rsplit(":", 1)[1])):
        with socket.create_connection((LOOPBACK, port), 10) as plain:
            plain.sendall((8).to_bytes(4, "big") + (80877103).to_bytes(4, "big") + b"\r\n\r\n")
            try:
                said = plain.recv(1)
            except OSError:
                said = b""
            assert said not in (b"S", b"N"), f"port {port} answers as PostgreSQL does"
    return "both ports"


def _too_large(door: Door, limit_mb: int) -> str:
    size = limit_mb * 2**20 + 1
    connection = door.connection()
    try:
        path = "/_stcore/upload_file/0/0"
        connection.putrequest("PUT", path)
        connection.putheader("Content-Length", str(size))
        connection.endheaders()
        answer = connection.getresponse()
        said = answer.read().decode()
    finally:
        connection.close()
    assert answer.status == 413, answer.status
    assert f"larger than {limit_mb} MB" in said, said
    assert answer.getheader("X-Content-Type-Options") == "nosniff", "without headers"
    return f"413 from {limit_mb} MB on, unread"


def _too_large_for_api(door: Door) -> str:
    answer = door("/api/v1/jobs", "POST", b"x" * 2**21)
    assert answer.status == 413, answer.status
    assert answer.headers["content-type"] == "application/problem+json", answer.headers
    assert "128 kB" in answer.text, answer.text
    return "413, problem+json"
