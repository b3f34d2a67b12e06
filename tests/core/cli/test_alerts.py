"""Alerts from the command line, as cron would send them."""

import json

import pytest

from core.__main__ import main
from core.alerts import channels, kept, outbox
from core.settings import settings
from tests.core.alerts.receivers import Webhook
from tests.core.records import two_weeks


@pytest.fixture
def webhook():
    """A web server."""
    running = Webhook()
    yield running
    running.close()


@pytest.fixture
def watched(store, webhook):
    """A rule on changed calls, and a webhook that hears of it."""
    two_weeks(store)
    channels.add(store.data_dir, "hook", f"{webhook.url}/s3cret")
    kept.add(store.data_dir, "call", {"market": "VN"})
    return store.data_dir


def test_without_a_channel_it_says_what_to_do(data_dir, capsys):
    assert main(["alerts"]) == 2
    assert "enter one on the Alerts page, or set WEEKLENS_CHANNELS" in capsys.readouterr().err


def test_a_dry_run_prints_and_leaves_everything_as_it_was(watched, webhook, capsys):
    for __ in range(2):
        assert main(["alerts", "--dry-run"]) == 0
        assert "hook: AAA: the call changed from UP to DOWN" in capsys.readouterr().out
    assert webhook.asked == 0
    assert outbox.waiting(watched) == 0


def test_it_sends_once_and_says_so(watched, webhook, capsys):
    assert main(["alerts"]) == 0
    assert capsys.readouterr().out == "1 new, 1 sent, 0 waiting, 0 undelivered.\n"
    assert main(["alerts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 0
    assert len(webhook.taken) == 1
    assert main(["alerts", "--dry-run"]) == 0
    assert capsys.readouterr().out == "Nothing new to tell.\n"


def test_a_refusal_is_a_failure_with_its_reason_and_without_the_address(watched, webhook, capsys):
    webhook.refuse()
    assert main(["alerts"]) == 1
    out = capsys.readouterr().out
    assert "1 new, 0 sent, 1 waiting" in out
    assert "500" in out
    assert "s3cret" not in out


def test_the_list_names_channels_and_rules_without_secrets(watched, capsys):
    assert main(["alerts", "--list"]) == 0
    out = capsys.readouterr().out
    assert "channel hook  json://127.0.0.1" in out
    assert "A call changes: Vietnam, every stock  to every channel" in out
    assert "s3cret" not in out


def test_a_channel_of_the_settings_can_be_tested(data_dir, webhook, capsys, monkeypatch):
    monkeypatch.setenv("WEEKLENS_CHANNELS", json.dumps({"desk": webhook.url}))
    settings.cache_clear()
    assert main(["alerts", "--test", "desk"]) == 0
    assert main(["alerts", "--test", "other"]) == 2
    assert "There is no channel 'other'" in capsys.readouterr().err
    assert len(webhook.taken) == 1
