"""The way in and back, and the files of a page, where people sign in."""

import anyio
import httpx2
import pytest
from starlette.responses import RedirectResponse, Response
from streamlit import config

from api.signed_in import SignedIn
from tests.core.access.signing_in import switch_on

HERE = "https://weeklens.desk.example"


@pytest.fixture
def answers(data_dir, monkeypatch):
    """``answers(path, response)``: what becomes of an answer of Streamlit's to a request."""
    switch_on(monkeypatch)

    def ask(path: str, response: Response, **headers: str) -> httpx2.Response:
        async def go() -> httpx2.Response:
            through = httpx2.ASGITransport(SignedIn(response))
            async with httpx2.AsyncClient(transport=through, base_url=HERE) as client:
                return await client.get(path, headers=headers)

        return anyio.run(go)

    return ask


def let_in() -> Response:
    response = RedirectResponse("/", 302)
    response.set_cookie("_streamlit_user", "signed", httponly=True)
    return response


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"{HERE}/stock?market=VN&symbol=VNM", "/stock?market=VN&symbol=VNM"),
        (f"{HERE}/stock?signing_in=failed&lang=vi", "/stock?lang=vi"),
        (f"{HERE}/", None),
        (f"{HERE}//evil.example", None),
        (f"{HERE}/a;b", None),
        (f"{HERE}/" + "a" * 2000, None),
        ("https://evil.example/stock", None),
        ("https://[", None),
        ("", None),
    ],
)
def test_the_page_that_was_asked_for_is_remembered(answers, referer, back):
    response = answers("/auth/login", RedirectResponse("https://id.example"), referer=referer)
    assert response.headers["location"] == "https://id.example"
    kept = response.headers.get("set-cookie", "")
    assert kept.startswith(f"weeklens_back={back};") if back else kept == ""


@pytest.mark.parametrize(
    ("kept", "to"),
    [
        ("/stock?market=VN", "/stock?market=VN"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
    ],
)
def test_after_signing_in_it_goes_there_and_nowhere_else(answers, kept, to):
    response = answers("/oauth2callback?code=1", let_in(), cookie=f"weeklens_back={kept}")
    assert response.headers["location"] == to


def test_the_cookie_of_who_is_signed_in_travels_over_tls_alone(answers):
    response = answers("/oauth2callback?code=1", let_in())
    assert response.headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize(
    ("path", "response", "to"),
    [
        ("/auth/login", Response("Authentication error", 400), "/?signing_in=failed"),
        ("/oauth2callback?code=1", RedirectResponse("/", 302), "/?signing_in=failed"),
        ("/oauth2callback?error=access_denied", RedirectResponse("/", 302), "/?signing_in=failed"),
        ("/oauth2callback", RedirectResponse("/", 302), "/"),  # back from signing out
    ],
)
def test_a_try_that_came_to_nothing_is_told(answers, path, response, to):
    assert answers(path, response).headers["location"] == to


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/media/a.png", 401),
        ("/static/media/a.woff2", 200),
        ("/_stcore/upload_file/a/b", 401),
        ("/_stcore/metrics", 401),
        ("/_stcore/health", 200),
        ("/stock", 200),
    ],
)
def test_a_pages_files_ask_for_a_session(answers, path, status):
    assert answers(path, Response("x")).status_code == status
    assert answers(path, Response("x"), cookie="_streamlit_user=forged").status_code == status


def test_below_a_path_of_the_servers_it_is_the_same(answers):
    before = config.get_option("server.baseUrlPath")
    config.set_option("server.baseUrlPath", "sub")
    try:
        assert answers("/sub/media/a.png", Response("x")).status_code == 401
        failed = answers("/sub/auth/login", Response("Authentication error", 400))
    finally:
        config.set_option("server.baseUrlPath", before)
    assert failed.headers["location"] == "/sub/?signing_in=failed"
