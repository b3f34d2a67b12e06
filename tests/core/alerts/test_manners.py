"""Quiet hours in the right time zone, and what does not fit."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.alerts import manners
from core.alerts.manners import Manners
from core.errors import UserError

NIGHT = Manners(quiet=True, start="22:00", end="07:00")


def at(hour, minute=0):
    return datetime(2024, 4, 8, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ways", "market", "now", "silent"),
    [
        (NIGHT, "VN", at(15), True),  # 22:00 in Hanoi
        (NIGHT, "VN", at(14, 59), False),
        (NIGHT, "VN", at(23, 59), True),
        (NIGHT, "VN", at(0), False),  # 07:00
        (NIGHT, "US", at(15), False),  # 11:00 in New York
        (NIGHT, "US", at(2), True),
        (NIGHT, "", at(15), True),
        (replace(NIGHT, zone="UTC"), "VN", at(15), False),
        (replace(NIGHT, zone="UTC"), "VN", at(22), True),
        (replace(NIGHT, start="12:00", end="13:00", zone="UTC"), "VN", at(12, 30), True),
        (replace(NIGHT, start="12:00", end="13:00", zone="UTC"), "VN", at(13), False),
        (replace(NIGHT, quiet=False), "VN", at(15), False),
    ],
)
def test_quiet_hours(ways, market, now, silent):
    assert ways.silent(market, now) is silent


def test_manners_are_kept(data_dir):
    assert manners.read(data_dir) == Manners()
    wanted = replace(NIGHT, zone="Asia/Tokyo", repeat_hours=48, language="vi")
    manners.save(data_dir, wanted)
    assert manners.read(data_dir) == wanted


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": "late"}, "late is no time"),
        ({"start": "07:00"}, "two different times"),
        ({"zone": "Moon/Base"}, "There is no time zone 'Moon/Base'"),
        ({"repeat_hours": 0}, "must lie between 1 and 744"),
        ({"language": "xx"}, "There is no language 'xx'"),
    ],
)
def test_what_does_not_fit_is_one_sentence_and_nothing_changes(data_dir, change, said):
    with pytest.raises(UserError, match=said):
        manners.save(data_dir, replace(NIGHT, **change))
    assert manners.read(data_dir) == Manners()
