"""From a rule to a real receiver, with everything that can go wrong between."""

import logging
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from core import forecasts
from core.alerts import channels, kept, manners, outbox, sending
from core.alerts.manners import Manners
from core.db import path
from core.jobs.runner import JobRunner
from core.jobs.store import JobStore
from core.settings import PROJECT, settings
from tests.core.jobs.test_runner import until

NOW = datetime(2024, 4, 8, 12, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def watched(flipped, webhook):
    """A rule on changed calls, and a webhook that hears of it."""
    channels.add(flipped, "hook", webhook.url)
    kept.add(flipped, "call", {"market": "VN"})
    return flipped


def clock(now=NOW):
    return lambda: now


def states(data_dir):
    every = (outbox.WAITING, outbox.SENDING, outbox.SENT, outbox.UNDELIVERED)
    return [one.state for one in outbox.deliveries(data_dir, *every)]


def test_a_changed_call_arrives_with_picture_and_link_once(watched, webhook):
    assert sending.look(watched, NOW) == 1
    assert sending.send(watched, clock()).sent == 1
    assert sending.look(watched, NOW) == 0
    assert sending.send(watched, clock()).sent == 0
    (message,) = webhook.taken
    record = forecasts.latest(watched, "VN").set_index("symbol").loc["AAA", "id"]
    assert message["title"] == "Weeklens: AAA"
    assert "AAA: the call changed from UP to DOWN" in message["message"]
    assert f"http://127.0.0.1:8501/forecast?id={record}" in message["message"]
    (picture,) = webhook.pictures()
    assert picture.startswith(PNG)
    assert len(picture) > 10_000
    assert message["attachments"][0]["filename"] == "weeklens-AAA-2024-03-08.png"


def test_mail_carries_the_picture_and_speaks_the_chosen_language(flipped, mail, monkeypatch):
    monkeypatch.setenv("WEEKLENS_URL", "https://weeklens.example.com/desk/")
    settings.cache_clear()
    manners.save(flipped, Manners(language="vi"))
    channels.add(flipped, "mail", mail.url)
    kept.add(flipped, "call", {"market": "VN"}, "mail")
    sending.look(flipped, NOW)
    assert sending.send(flipped, clock()).sent == 1
    parts = {p.get_content_type(): p.get_payload(decode=True) for p in mail.taken[0].walk()}
    assert parts["image/png"].startswith(PNG)
    text = (parts.get("text/plain") or parts["text/html"]).decode()
    assert "https://weeklens.example.com/desk/forecast?id" in text
    assert "Dự báo thống kê" in text


def test_an_alert_without_a_stock_has_no_picture_and_leads_home(flipped, webhook):
    channels.add(flipped, "hook", webhook.url)
    kept.add(flipped, "stale", {"weeks": 1})
    sending.look(flipped, NOW + timedelta(days=21))
    sending.send(flipped, clock(NOW + timedelta(days=21)))
    (message,) = webhook.taken
    assert message["attachments"] == []
    assert message["message"].endswith("http://127.0.0.1:8501/?market=VN")


def test_a_stock_without_forecast_leads_to_its_page(store, webhook):
    from tests.core.market.bars import make_bars

    store.write("VN", {"AAA": make_bars(30)}, source="file")
    channels.add(store.data_dir, "hook", webhook.url)
    level = {"market": "VN", "symbol": "AAA", "level": 20 * 1.285}
    kept.add(store.data_dir, "level", level)
    assert sending.look(store.data_dir, NOW) == 1
    sending.send(store.data_dir, clock())
    assert webhook.taken[0]["message"].endswith("/stock?market=VN&symbol=AAA")


def test_a_rule_that_rests_or_has_no_channel_tells_nothing(watched):
    (rule,) = kept.rules(watched)
    kept.switch(watched, rule.id, False)
    assert sending.look(watched, NOW) == 0
    kept.switch(watched, rule.id, True)
    channels.delete(watched, "hook")
    assert sending.look(watched, NOW) == 0
    assert states(watched) == []


def test_a_receiver_that_fails_and_comes_back_gets_it_then(watched, webhook):
    webhook.refuse()
    sending.look(watched, NOW)
    done = sending.send(watched, clock())
    assert done.sent == 0
    ((channel, reason),) = done.failed
    assert channel == "hook"
    assert "500" in reason
    assert sending.send(watched, clock()).failed == []  # not before its time
    webhook.refuse(False)
    assert sending.send(watched, clock(NOW + timedelta(minutes=1))).sent == 1
    assert len(webhook.taken) == 1


def test_after_a_day_of_failures_it_is_undelivered_with_the_reason_until_sent_again(
    watched, webhook
):
    webhook.close()
    sending.look(watched, NOW)
    sending.send(watched, clock())
    for hours in (1, 4, 8):
        later = NOW + timedelta(hours=hours)
        outbox.refused(watched, outbox.claim(watched, later), "Down.", later)
    sending.send(watched, clock(NOW + timedelta(hours=25)))
    (one,) = outbox.deliveries(watched, outbox.UNDELIVERED)
    assert one.tries == 5
    assert "did not take it" in one.reason
    webhook.__init__()
    channels.delete(watched, "hook")
    channels.add(watched, "hook", webhook.url)
    outbox.again(watched, one.id, datetime.now(UTC))
    assert sending.send(watched).sent == 1
    assert states(watched) == ["sent"]


def test_one_channel_that_is_down_holds_up_no_other(watched, webhook, mail):
    channels.add(watched, "desk", mail.url)
    webhook.refuse()
    assert sending.look(watched, NOW) == 2
    done = sending.send(watched, clock())
    assert (done.sent, len(done.failed), len(mail.taken)) == (1, 1, 1)


def test_what_waits_for_a_deleted_channel_is_undelivered(watched):
    sending.look(watched, NOW)
    channels.delete(watched, "hook")
    sending.send(watched, clock())
    (one,) = outbox.deliveries(watched, outbox.UNDELIVERED)
    assert one.reason == "This channel was deleted."


def test_quiet_hours_hold_and_drop_nothing(watched, webhook):
    manners.save(watched, Manners(quiet=True, start="18:00", end="20:00"))
    sending.look(watched, NOW)  # 19:00 in Hanoi
    assert sending.send(watched, clock()).sent == 0
    assert states(watched) == ["waiting"]
    assert webhook.asked == 0
    assert sending.send(watched, clock(NOW + timedelta(hours=1))).sent == 1


def test_stale_prices_are_repeated_after_the_set_time_only(flipped, webhook):
    manners.save(flipped, Manners(repeat_hours=48))
    channels.add(flipped, "hook", webhook.url)
    kept.add(flipped, "stale", {"weeks": 1})
    later = NOW + timedelta(days=21)
    told = [sending.look(flipped, later + timedelta(hours=hours)) for hours in (0, 1, 47, 48)]
    assert told == [1, 0, 0, 1]


def test_a_process_killed_between_claim_and_send_loses_nothing(watched, webhook):
    sending.look(watched, NOW)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from core.alerts import sending\n"
        "sending.compose = lambda *_: os.kill(os.getpid(), 9)\n"
        "sending.send(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", code, str(watched)]
    killed = subprocess.run(command, cwd=PROJECT, check=False)
    assert killed.returncode == -9
    assert states(watched) == ["sending"]
    assert webhook.asked == 0
    assert sending.send(watched, clock(datetime.now(UTC) + timedelta(minutes=1))).sent == 1
    assert len(webhook.taken) == 1


def test_processes_that_send_at_once_send_each_message_once(watched, webhook):
    (rule,) = kept.rules(watched)
    for n in range(6):
        event = kept.Event(str(n), f"Message {n}.")
        outbox.put(watched, rule.id, [event], "hook", NOW, timedelta(hours=1))
    code = (
        "import sys; from pathlib import Path; from core.alerts import sending\n"
        "sys.stdin.readline(); print(sending.send(Path(sys.argv[1])).sent)"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", code, str(watched)]
    both = [subprocess.Popen(command, cwd=PROJECT, **pipes) for __ in range(2)]
    sent = 0
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in both:
        sent += int(process.communicate()[0])
    assert sent == 6
    assert sorted(webhook.words) == [f"Message {n}." for n in range(6)]


def test_a_message_that_cannot_be_written_stands_in_nobodys_way(watched, webhook, monkeypatch):
    sending.look(watched, NOW)
    (rule,) = kept.rules(watched)
    fine = kept.Event("fine", "Fine.")
    outbox.put(watched, rule.id, [fine], "hook", NOW, timedelta(hours=1))
    monkeypatch.setattr(forecasts, "find", lambda *_: {}["broken"])
    assert sending.send(watched, clock()).sent == 1
    assert webhook.words == ["Fine."]
    (one,) = outbox.deliveries(watched, outbox.WAITING)
    assert one.reason == sending.UNWRITTEN


def test_no_secret_reaches_database_logs_or_output(flipped, webhook, caplog, capfd):
    url = webhook.url.replace("json://", "json://an:s3cret@") + "/s3cret?token=s3cret"
    channels.add(flipped, "hook", url)
    kept.add(flipped, "call", {"market": "VN"})
    webhook.refuse()
    with caplog.at_level(logging.DEBUG):
        sending.look(flipped, NOW)
        sending.send(flipped, clock())
        webhook.refuse(False)
        sending.send(flipped, clock(NOW + timedelta(hours=1)))
    assert len(webhook.taken) == 1
    out, err = capfd.readouterr()
    assert "s3cret" not in caplog.text + out + err
    files = [p for p in flipped.rglob("*") if p.is_file() and p.name != channels.FILE]
    assert path(flipped) in files
    assert [p for p in files if b"s3cret" in p.read_bytes()] == []


def test_the_thread_sends_when_a_job_ends_and_stops_with_the_runner(watched, webhook):
    runner = JobRunner(watched)
    runner.start()
    try:
        sending.keep_sending(runner)
        until(lambda: len(webhook.taken) == 1)
        kept.add(watched, "failed", {})
        jobs = JobStore(watched)
        job, _ = jobs.submit("audit", {"nothing": 1}, requested_by="tests")
        until(lambda: not jobs.get(job.id).active)
        assert jobs.get(job.id).state == "failed"
        until(lambda: len(webhook.taken) == 2)
    finally:
        runner.stop()
    assert "failed on" in webhook.words[1]


def test_a_nudge_lets_the_thread_look_at_once(watched, webhook):
    runner = JobRunner(watched)
    keeper = sending.Keeper(runner)
    keeper.glance()
    assert len(webhook.taken) == 1
    event = kept.Event("more", "More.")
    outbox.put(watched, 1, [event], "hook", datetime.now(UTC), timedelta(hours=1))
    keeper.glance()
    assert len(webhook.taken) == 1
    sending.nudge()
    keeper.glance()
    assert len(webhook.taken) == 2


def test_the_sending_process_knows_no_setting_with_secrets(monkeypatch):
    from core.alerts.post import Post

    monkeypatch.setenv("WEEKLENS_CHANNELS", '{"a": "json://s3cret"}')
    with Post("json://127.0.0.1:1/x") as post:
        post.described()
        import psutil

        child = psutil.Process(post._process.pid)
        assert "WEEKLENS_CHANNELS" not in child.environ()
        assert "127.0.0.1:1" not in " ".join(child.cmdline())
    assert os.environ["WEEKLENS_CHANNELS"]
