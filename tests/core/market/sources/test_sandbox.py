import pytest

from core.market.sources.sandbox import NOTICE, Sandbox, _wanted
from core.settings import settings


@pytest.fixture
def sandbox(data_dir):
    return Sandbox(data_dir)


def test_the_worker_inherits_no_secret(sandbox, monkeypatch):
    for name in ("AWS_SECRET_ACCESS_KEY", "MLFLOW_TRACKING_PASSWORD", "TELEGRAM_TOKEN"):
        monkeypatch.setenv(name, "hidden")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hidden@proxy:3128")
    given = sandbox.environment()
    assert "hidden" not in " ".join(given.values())
    assert "HTTPS_PROXY" not in given


def test_a_proxy_without_a_password_is_passed_on(sandbox, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert sandbox.environment()["HTTPS_PROXY"] == "http://proxy:3128"


def test_its_home_lies_in_the_data_folder_and_its_side_effects_are_off(sandbox, data_dir):
    given = sandbox.environment()
    for name in ("HOME", "USERPROFILE", "MPLCONFIGDIR", "TMPDIR"):
        assert given[name].startswith(str(data_dir))
    assert given["VNSTOCK_DISABLE_AGENT_SETUP"] == "1"
    assert given["VNSTOCK_AGENT_TARGETS"] == "none"
    assert given["VNSTOCK_TELEMETRY"] == "off"
    assert given["PIP_NO_INDEX"] == "1"


def test_the_key_reaches_it_and_only_it(sandbox, monkeypatch):
    assert "VNSTOCK_API_KEY" not in sandbox.environment()
    monkeypatch.setenv("VNSTOCK_API_KEY", "k-123")
    settings.cache_clear()
    assert sandbox.environment()["VNSTOCK_API_KEY"] == "k-123"
    assert "k-123" not in repr(settings())


def test_an_installation_of_other_requirements_does_not_count(sandbox):
    sandbox.python.parent.mkdir(parents=True)
    sandbox.python.write_text("")
    sandbox.stamp.write_text("older")
    assert not sandbox.installed
    sandbox.stamp.write_text(_wanted())
    assert sandbox.installed


def test_the_notice_names_the_licence():
    assert "licence" in NOTICE
    assert "personal" in NOTICE
