"""Signing in is off, or wholly on; never half."""

import os
import time

import pytest

from core.access import Role, oidc
from core.access.claims import SessionEnded
from core.errors import UserError
from core.settings import settings
from tests.core.access.signing_in import CLAIMS, SETTINGS, switch_on


@pytest.fixture(autouse=True)
def alone(data_dir):
    """No settings of signing in but those that a test makes."""


def test_it_is_off_by_default():
    assert not oidc.switched_on()
    assert oidc.provider() is None
    assert oidc.signed_in({"sub": "anna"}) is None


def test_all_settings_switch_it_on(monkeypatch):
    switch_on(monkeypatch)
    found = oidc.provider()
    assert found.callback == "https://weeklens.desk.example/oauth2callback"
    assert found.rules.named[Role.ANALYST] == {"desk-analysts", "an@desk.example"}
    assert oidc.signed_in(CLAIMS | {"iat": time.time()}).role is Role.OWNER


@pytest.mark.parametrize("name", [name for name in SETTINGS if name != "WEEKLENS_URL"])
def test_one_setting_alone_is_half_of_it(monkeypatch, name):
    monkeypatch.setenv(name, SETTINGS[name])
    settings.cache_clear()
    assert oidc.switched_on()
    with pytest.raises(UserError, match=r"half switched on: .* missing"):
        oidc.signed_in(CLAIMS)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WEEKLENS_OIDC_METADATA_URL", "http://id.desk.example/x", "must begin with https://"),
        ("WEEKLENS_OIDC_METADATA_URL", "id.desk.example", "must begin with https://"),
        ("WEEKLENS_OIDC_METADATA_URL", "https://", "must begin with https://"),
        ("WEEKLENS_URL", "http://weeklens.desk.example", "it must begin with https://"),
        ("WEEKLENS_OIDC_COOKIE_SECRET", "short", "at least 32 random characters"),
        ("WEEKLENS_OIDC_SCOPE", "email profile", "needs the word openid"),
        ("WEEKLENS_OIDC_OWNERS", "", "WEEKLENS_OIDC_OWNERS is missing"),
    ],
)
def test_what_is_unsafe_is_refused_in_a_sentence(monkeypatch, name, value, said):
    switch_on(monkeypatch, **{name: value})
    with pytest.raises(UserError, match=said):
        oidc.provider()


def test_the_loopback_needs_no_tls(monkeypatch):
    url = "http://127.0.0.1:9000/.well-known/openid-configuration"
    switch_on(monkeypatch, WEEKLENS_OIDC_METADATA_URL=url, WEEKLENS_URL="http://localhost:8501")
    assert oidc.provider().metadata_url == url


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a, b ,", ("a", "b")),
        ('["CN=owners,OU=desk", "b"]', ("CN=owners,OU=desk", "b")),
    ],
)
def test_names_are_written_with_commas_or_as_json(monkeypatch, written, read):
    monkeypatch.setenv("WEEKLENS_OIDC_OWNERS", written)
    settings.cache_clear()
    assert settings().oidc_owners == read


@pytest.mark.parametrize("written", ["[a", "[1, 2]"])
def test_names_that_are_no_json_after_all_are_refused(monkeypatch, written):
    monkeypatch.setenv("WEEKLENS_OIDC_OWNERS", written)
    settings.cache_clear()
    with pytest.raises(UserError, match="WEEKLENS_OIDC_OWNERS does not fit"):
        settings()


def test_who_signs_out_is_out_in_every_tab(monkeypatch):
    switch_on(monkeypatch)
    claims = CLAIMS | {"iat": time.time(), "nonce": "of this session"}
    oidc.leave(claims)
    with pytest.raises(SessionEnded, match="signed out"):
        oidc.signed_in(claims)
    assert oidc.signed_in(claims | {"nonce": "of the next"}).name == "olga@desk.example"


def test_the_key_is_kept_for_its_owner_alone_and_is_the_same_at_the_next_start(
    monkeypatch, data_dir
):
    switch_on(monkeypatch)
    first = oidc.for_streamlit(data_dir)["auth"]
    path = data_dir / oidc.KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert oidc.for_streamlit(data_dir)["auth"] == first
    assert path.read_text().strip() not in first["cookie_secret"]


def test_another_provider_ends_every_session(monkeypatch, data_dir):
    switch_on(monkeypatch)
    first = oidc.for_streamlit(data_dir)["auth"]["cookie_secret"]
    switch_on(monkeypatch, WEEKLENS_OIDC_METADATA_URL="https://other.example/x")
    assert oidc.for_streamlit(data_dir)["auth"]["cookie_secret"] != first


def test_a_damaged_key_is_told(monkeypatch, data_dir):
    switch_on(monkeypatch)
    data_dir.mkdir()
    (data_dir / oidc.KEY_FILE).write_text("")
    with pytest.raises(UserError, match=oidc.KEY_FILE):
        oidc.for_streamlit(data_dir)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(monkeypatch, data_dir):
    switch_on(monkeypatch)
    data_dir.mkdir(mode=0o500)
    with pytest.raises(UserError, match=oidc.KEY_FILE):
        oidc.for_streamlit(data_dir)


def test_no_secret_is_shown(monkeypatch):
    switch_on(monkeypatch)
    shown = f"{oidc.provider()!r} {settings()!r}"
    assert SETTINGS["WEEKLENS_OIDC_CLIENT_SECRET"] not in shown
