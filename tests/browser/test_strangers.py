"""What another site, open in the same browser, may ask of the running app: nothing."""

import http.client
from urllib.parse import urlsplit

import pytest

SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}


@pytest.fixture(scope="module")
def app(server):
    return server(WEEKLENS_TRAIN_SAMPLE="false")


def answer(app, method: str, path: str, headers: dict[str, str], body: bytes | None = None) -> int:
    """The status of one raw request: a client library would tidy its path and headers."""
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_websocket_from_our_own_page_opens(app):
    assert answer(app, "GET", "/_stcore/stream", SOCKET | {"Origin": app.url}) == 101


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1.evil.example", "null"]
)
def test_a_websocket_from_another_origin_is_refused(app, origin):
    assert answer(app, "GET", "/_stcore/stream", SOCKET | {"Origin": origin}) == 403


def test_a_name_that_an_attacker_points_at_this_machine_opens_nothing(app):
    """DNS rebinding: the browser takes the site and the app for one origin."""
    host = f"evil.example:{urlsplit(app.url).port}"
    rebound = {"Host": host, "Origin": f"http://{host}"}
    assert answer(app, "GET", "/_stcore/stream", SOCKET | rebound) == 403
    assert answer(app, "GET", "/api/v1/symbols", rebound) == 401


def test_an_upload_without_the_pages_own_token_is_refused(app):
    path = "/_stcore/upload_file/some-session/some-file"
    headers = {"Origin": "https://evil.example", "Content-Type": "application/octet-stream"}
    assert answer(app, "PUT", path, headers, b"symbol,date\n") in (400, 403)


@pytest.mark.parametrize(
    "path",
    [
        "/app/static/../app.py",
        "/app/static/%2e%2e/app.py",
        "/app/static/..%2fapp.py",
        "/app/static//etc/passwd",
        "/media/../app.py",
    ],
)
def test_only_the_static_folder_is_served(app, path):
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    assert b"lifespan" not in body
    assert b"root:" not in body


def test_another_site_reads_no_answer_of_the_api(app):
    """Without a header that allows it, the browser keeps the answer from the site that asked."""
    connection = http.client.HTTPConnection(urlsplit(app.url).netloc, timeout=10)
    connection.request("GET", "/api/v1/symbols", headers={"Origin": "https://evil.example"})
    got = connection.getresponse()
    got.read()
    connection.close()
    assert got.status == 401
    assert got.getheader("Access-Control-Allow-Origin") is None
