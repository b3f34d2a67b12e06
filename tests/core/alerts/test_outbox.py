"""The outbox: each thing told once, nothing lost, nothing held by the dead."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from core.alerts import outbox
from core.alerts.kinds import Event
from core.settings import PROJECT

NOW = datetime(2024, 4, 8, 12, tzinfo=UTC)
DAY = timedelta(hours=24)


def event(key="a", **more):
    return Event(key, f"Words of {key}.", **more)


def put(data_dir, *events, now=NOW, channel="hook"):
    return outbox.put(data_dir, 1, events, channel, now, DAY)


def states(data_dir):
    every = (outbox.WAITING, outbox.SENDING, outbox.SENT, outbox.UNDELIVERED)
    return [one.state for one in outbox.deliveries(data_dir, *every)]


def test_an_event_is_told_once_to_a_channel(data_dir):
    assert put(data_dir, event()) == 1
    assert put(data_dir, event(), now=NOW + 10 * DAY) == 0
    assert put(data_dir, event(), channel="mail") == 1


def test_what_lasts_is_told_again_after_the_repeat_time_and_not_before(data_dir):
    assert put(data_dir, event(lasting=True)) == 1
    assert put(data_dir, event(lasting=True), now=NOW + DAY - timedelta(seconds=1)) == 0
    assert put(data_dir, event(lasting=True), now=NOW + DAY) == 1


def test_a_flood_is_one_message_and_each_event_is_told(data_dir):
    many = [event(str(n), market="VN", symbol=f"S{n}") for n in range(40)]
    assert put(data_dir, *many) == 1
    one = outbox.claim(data_dir, NOW)
    assert one.text.splitlines()[0] == "Words of 0."
    assert one.text.splitlines()[-1] == "… +10"
    assert (one.market, one.symbol) == ("VN", "")
    assert put(data_dir, *many) == 0


def test_a_claimed_message_is_nobody_elses(data_dir):
    put(data_dir, event())
    assert outbox.claim(data_dir, NOW) is not None
    assert outbox.claim(data_dir, NOW) is None


def test_many_that_claim_at_once_get_each_message_once(data_dir):
    for n in range(12):
        put(data_dir, event(str(n)))
    got, errors = [], []

    def work():
        try:
            while (one := outbox.claim(data_dir, NOW)) is not None:
                got.append(one.id)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for __ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(got) == sorted(set(got))
    assert len(got) == 12


def test_a_refused_message_waits_longer_each_time(data_dir):
    put(data_dir, event())
    now, waits = NOW, []
    for __ in range(4):
        one = outbox.claim(data_dir, now)
        assert outbox.refused(data_dir, one, "Down.", now) == outbox.WAITING
        (one,) = outbox.deliveries(data_dir, outbox.WAITING)
        due = datetime.fromisoformat(one.due)
        waits.append((due - now).total_seconds() / 60)
        assert outbox.claim(data_dir, due - timedelta(seconds=1)) is None
        now = due
    assert waits == [1, 2, 4, 8]
    assert one.reason == "Down."


def test_after_a_day_it_is_undelivered_and_can_be_sent_again(data_dir):
    put(data_dir, event())
    now, tries = NOW, 0
    while states(data_dir) == ["waiting"]:
        one = outbox.claim(data_dir, now)
        outbox.refused(data_dir, one, "Down.", now)
        now, tries = datetime.fromisoformat(one.due), tries + 1
    assert states(data_dir) == ["undelivered"]
    assert DAY <= now - NOW < DAY + timedelta(hours=5)
    assert outbox.undelivered(data_dir) == 1
    outbox.again(data_dir, one.id, now)
    again = outbox.claim(data_dir, now)
    assert again.tries == 1
    outbox.taken(data_dir, again, now)
    assert states(data_dir) == ["sent"]
    assert outbox.undelivered(data_dir) == 0


def test_a_message_that_waited_while_weeklens_was_off_is_tried_enough(data_dir):
    put(data_dir, event())
    outbox.refused(data_dir, outbox.claim(data_dir, NOW), "Down.", NOW)
    later = NOW + 3 * DAY
    assert outbox.refused(data_dir, outbox.claim(data_dir, later), "Down.", later) == "waiting"


def test_what_can_never_arrive_is_undelivered_at_once(data_dir):
    put(data_dir, event())
    one = outbox.claim(data_dir, NOW)
    assert outbox.refused(data_dir, one, "Gone.", NOW, forever=True) == "undelivered"


def test_a_failing_channel_is_spared_and_others_go_on(data_dir):
    put(data_dir, event("a"))
    put(data_dir, event("b"), channel="mail")
    assert outbox.claim(data_dir, NOW, spared=("hook",)).channel == "mail"
    assert outbox.claim(data_dir, NOW, spared=("hook",)) is None


def test_what_has_to_be_silent_is_held_and_not_dropped(data_dir):
    put(data_dir, event(market="VN"))
    assert outbox.claim(data_dir, NOW, silent=lambda market: market == "VN") is None
    assert outbox.claim(data_dir, NOW).tries == 1


def test_what_a_killed_process_had_claimed_is_free_again(data_dir):
    put(data_dir, event())
    code = (
        "import sys, time; from pathlib import Path; from datetime import datetime, UTC\n"
        "from core.alerts import outbox\n"
        "now = datetime(2024, 4, 8, 12, tzinfo=UTC)\n"
        "print(outbox.claim(Path(sys.argv[1]), now).id, flush=True); time.sleep(600)"
    )
    dying = subprocess.Popen(
        [sys.executable, "-c", code, str(data_dir)], cwd=PROJECT, stdout=subprocess.PIPE
    )
    assert dying.stdout.readline().strip() == b"1"
    later = NOW + timedelta(minutes=2)
    assert outbox.claim(data_dir, later) is None
    dying.kill()
    dying.communicate()
    one = outbox.claim(data_dir, later)
    assert (one.id, one.tries, one.claimed_by.split()[0]) == (1, 2, str(os.getpid()))


def test_a_claim_that_is_too_old_is_free_and_its_holder_cannot_undo_what_came_after(data_dir):
    put(data_dir, event())
    first = outbox.claim(data_dir, NOW)
    later = NOW + outbox.LEASE
    second = outbox.claim(data_dir, later)
    outbox.refused(data_dir, first, "Late.", later)
    assert states(data_dir) == ["sending"]
    outbox.taken(data_dir, second, later)
    assert states(data_dir) == ["sent"]


def test_a_message_can_be_dropped_unless_it_is_being_sent(data_dir):
    put(data_dir, event("a"))
    one = outbox.claim(data_dir, NOW)
    outbox.drop(data_dir, one.id)
    assert states(data_dir) == ["sending"]
    outbox.refused(data_dir, one, "Down.", NOW)
    outbox.drop(data_dir, one.id)
    assert states(data_dir) == []


def test_only_the_newest_sent_messages_are_kept(data_dir, monkeypatch):
    monkeypatch.setattr(outbox, "SENT_KEPT", 2)
    for n in range(4):
        put(data_dir, event(str(n)))
        outbox.taken(data_dir, outbox.claim(data_dir, NOW), NOW)
    put(data_dir, event("last"))
    assert states(data_dir) == ["waiting", "sent", "sent"]


def test_a_failure_puts_neither_note_nor_message(data_dir):
    def fail(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outbox.put(data_dir, 1, [event(symbol="AAA")], "hook", NOW, DAY, fail)
    assert states(data_dir) == []
    assert put(data_dir, event(symbol="AAA")) == 1
