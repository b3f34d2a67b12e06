"""Channels: kept apart, for the owner's eyes alone, never shown again."""

import json
import logging

import pytest

from core.alerts import channels
from core.db import path
from core.errors import UserError
from core.settings import settings


def test_a_channel_is_kept_in_a_file_that_only_the_owner_reads(data_dir):
    made = channels.add(data_dir, "  Desk   mail ", "mailto://an:pa55word@gmail.com")
    (kept,) = channels.channels(data_dir)
    assert kept == made
    assert (kept.name, kept.own) == ("Desk mail", True)
    assert "pa55word" not in repr(kept)
    file = data_dir / channels.FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert channels.address(data_dir, "Desk mail") == "mailto://an:pa55word@gmail.com"
    others = [p for p in data_dir.rglob("*") if p.is_file() and p != file]
    assert [p for p in others if b"pa55word" in p.read_bytes()] == []
    assert not path(data_dir).exists() or b"pa55word" not in path(data_dir).read_bytes()


def test_a_file_that_others_may_read_is_closed(data_dir):
    channels.add(data_dir, "hook", "json://127.0.0.1:1/x")
    (data_dir / channels.FILE).chmod(0o644)
    channels.channels(data_dir)
    assert (data_dir / channels.FILE).stat().st_mode & 0o777 == 0o600


def test_a_deleted_channel_takes_its_address_along(data_dir):
    channels.add(data_dir, "hook", "json://127.0.0.1:1/s3cret")
    channels.delete(data_dir, "hook")
    channels.delete(data_dir, "hook")
    assert channels.channels(data_dir) == []
    assert "s3cret" not in (data_dir / channels.FILE).read_text()
    assert channels.address(data_dir, "hook") == ""


def test_a_channel_of_the_settings_is_used_and_not_kept(data_dir, monkeypatch):
    monkeypatch.setenv("WEEKLENS_CHANNELS", json.dumps({"desk": "json://127.0.0.1:1/s3cret"}))
    settings.cache_clear()
    (fixed,) = channels.channels(data_dir)
    assert (fixed.name, fixed.masked, fixed.own) == ("desk", "json://…", False)
    assert channels.address(data_dir, "desk") == "json://127.0.0.1:1/s3cret"
    assert not (data_dir / channels.FILE).exists()
    assert "s3cret" not in repr(settings())
    with pytest.raises(UserError, match="There is a channel Desk already"):
        channels.add(data_dir, "Desk", "json://127.0.0.1:1/x")


@pytest.mark.parametrize("value", ["{bad s3cret", '["s3cret"]', '{"a": ["s3cret"]}'])
def test_a_setting_that_does_not_fit_is_a_sentence_without_it(data_dir, monkeypatch, value):
    monkeypatch.setenv("WEEKLENS_CHANNELS", value)
    settings.cache_clear()
    with pytest.raises(UserError, match="The setting WEEKLENS_CHANNELS does not fit") as error:
        settings()
    assert "s3cret" not in str(error.value)
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("", "json://127.0.0.1:1/x", "A channel needs a name"),
        ("\n\t", "json://127.0.0.1:1/x", "A channel needs a name"),
        ("a", "", "must look like mailto"),
        ("a", "s3cret", "must look like mailto"),
        ("a", "json://a b", "must look like mailto"),
        ("a", "json://127.0.0.1:1/x\njson://127.0.0.1:2/x", "must look like mailto"),
        ("a", "json://" + "x" * 3000, "must look like mailto"),
        ("a", "nosuch://s3cret", "no address of a channel that Apprise knows"),
    ],
)
def test_what_is_no_channel_is_one_sentence_and_nothing_is_kept(
    data_dir, caplog, capfd, name, url, said
):
    with caplog.at_level(logging.DEBUG), pytest.raises(UserError) as error:
        channels.add(data_dir, name, url)
    assert said in str(error.value)
    out, err = capfd.readouterr()
    assert "s3cret" not in str(error.value) + caplog.text + out + err
    assert channels.channels(data_dir) == []


def test_a_damaged_file_is_one_sentence(data_dir):
    data_dir.mkdir()
    for text in ("nonsense", "[]", '{"a": 1}', '{"a": {"url": "x"}}'):
        (data_dir / channels.FILE).write_text(text)
        with pytest.raises(UserError, match="cannot be read: move it away"):
            channels.channels(data_dir)


def test_a_test_arrives_in_the_language_of_the_alerts(data_dir, webhook):
    channels.add(data_dir, "hook", webhook.url)
    channels.test(data_dir, "hook", "en")
    assert webhook.words == ["This channel works: alerts will arrive here."]


def test_a_test_that_is_refused_says_why_and_no_address(data_dir, webhook, caplog, capfd):
    webhook.refuse()
    channels.add(data_dir, "hook", webhook.url + "/s3cret-path?token=s3cret")
    with caplog.at_level(logging.DEBUG), pytest.raises(UserError, match="500") as error:
        channels.test(data_dir, "hook", "en")
    out, err = capfd.readouterr()
    assert "s3cret" not in str(error.value) + caplog.text + out + err
