"""Behind a proxy: whose wrong tokens count against whom."""

import pytest

from api.door import WRONG_TOKENS
from core.errors import UserError
from core.settings import settings
from tests.api.conftest import Caller, serving

ONE, OTHER = "203.0.113.5", "203.0.113.6"


@pytest.fixture
def stranger(data_dir, unlimited):
    """Somebody with a wrong token, through what passes it on."""
    with serving() as address:
        yield Caller(address, "wrong")


def tried(stranger: Caller, said: str) -> int:
    return stranger.get("/indicators", headers={"X-Forwarded-For": said}).status_code


def use_up(stranger: Caller, said: str) -> None:
    for _ in range(WRONG_TOKENS.amount):
        assert tried(stranger, said) == 401
    assert tried(stranger, said) == 429


def test_one_callers_wrong_tokens_do_not_shut_others_out(stranger, monkeypatch):
    monkeypatch.setenv("WEEKLENS_PROXIES", "10.0.0.0/8, 127.0.0.1")
    settings.cache_clear()
    use_up(stranger, ONE)
    assert tried(stranger, OTHER) == 401


def test_what_a_caller_claims_before_the_proxys_own_word_is_not_believed(stranger, monkeypatch):
    monkeypatch.setenv("WEEKLENS_PROXIES", "127.0.0.1")
    settings.cache_clear()
    use_up(stranger, ONE)
    assert tried(stranger, f"{OTHER}, {ONE}") == 429


def test_without_the_setting_no_header_is_believed(stranger):
    use_up(stranger, ONE)
    assert tried(stranger, OTHER) == 429


def test_what_comes_through_a_proxy_is_not_the_person_at_this_machine(
    data_dir, unlimited, monkeypatch
):
    monkeypatch.setenv("WEEKLENS_PROXIES", "127.0.0.1")
    settings.cache_clear()
    with serving() as address:
        here = Caller(address)
        assert here.get("/indicators").status_code == 200
        assert here.get("/indicators", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 401


def test_proxies_that_are_no_networks_are_refused_in_a_sentence(data_dir, monkeypatch):
    monkeypatch.setenv("WEEKLENS_PROXIES", "10.0.0.1/8")
    settings.cache_clear()
    with pytest.raises(UserError, match="WEEKLENS_PROXIES does not fit"):
        settings()
