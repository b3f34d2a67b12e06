"""The load table in small: the askers find what is wrong, and find nothing where all is well."""

import os
import subprocess
import sys
import time
from argparse import Namespace

import pytest

from benchmarks.load import truth
from benchmarks.load.__main__ import ENV, loaded
from benchmarks.load.breaking import fill, is_full, movable_clock, move_clock, small_disk
from benchmarks.load.clients import sentence, versions_in
from benchmarks.load.faults import unspoken
from benchmarks.load.seen import Answer, told
from benchmarks.load.team import settled
from tests.browser.helpers import Server

HELD = [truth.Held((1, 1), 0.0, 100.0), truth.Held((2, 2), 99.0, 200.0)]


@pytest.mark.parametrize(
    ("began", "pair", "right"),
    [
        (50.0, (1, 1), True),
        (99.5, (1, 1), True),
        (99.5, (2, 2), True),
        (101.0, (1, 1), False),
        (97.0, (2, 2), False),
        (150.0, (2, 1), False),
    ],
)
def test_an_answer_must_name_the_pair_that_was_in_production_at_some_moment_of_it(
    began, pair, right
):
    answer = Answer("api", "production", began, 1.0, production=pair)
    assert (truth.wrong([answer], HELD, []) == []) == right


def test_a_shown_forecast_must_be_by_a_pair_that_had_been_in_production():
    shown = [truth.Held((3, 3), 0.0, 300.0)]
    answer = Answer("page", "stock", 150.0, 1.0, shown=(3, 3))
    assert "never in production" in truth.wrong([answer], HELD, shown)[0]


def test_seconds_behind_are_counted_from_when_the_shown_pair_left_production():
    answers = [Answer("page", "stock", at, 1.0, shown=(1, 1)) for at in (90.0, 104.0)]
    assert truth.behind(answers, HELD) == [0.0, 4.0]


def test_a_list_of_forecasts_of_two_pairs_is_no_answer():
    of = [{"versions": {"price_target_model": n, "pattern_lstm_classifier": n}} for n in (1, 1, 2)]
    assert versions_in("forecasts", {"items": of[:2]}) == {"shown": (1, 1)}
    assert "several versions" in versions_in("forecasts", {"items": of})["said"]


def test_what_is_no_sentence_counts_as_such():
    said = sentence(503, b'{"detail": "The model store does not answer."}')
    assert said == "503 The model store does not answer."
    assert not unspoken(said)
    assert unspoken(sentence(502, b"<html>"))
    assert unspoken(sentence(500, b'{"detail": "An unexpected error"}'))


def test_what_was_said_is_told_with_its_places_the_most_frequent_first():
    answers = [Answer("page", "stock", 0, 1, said) for said in ("a", "b", "b", "ok")]
    assert told(answers) == ["     2 x b  (page stock 2)", "     1 x a  (page stock 1)"]


def test_a_small_disk_fills_and_has_room_again(tmp_path):
    with small_disk(tmp_path / "small", 1) as made:
        if not made:
            pytest.skip("this user may not mount a file system")
        ballast = fill(tmp_path / "small")
        assert is_full(tmp_path / "small")
        ballast.unlink()
        assert not is_full(tmp_path / "small")


def test_the_clock_of_a_process_goes_back_and_its_sleeps_do_not_mind(tmp_path):
    moved = movable_clock(tmp_path)
    if not moved:
        pytest.skip("there is no C compiler")
    code = "import time; time.sleep(0.01); print(time.time())"
    move_clock(tmp_path / "clock", -7200)
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | moved, capture_output=True, check=True
    )
    assert time.time() - float(done.stdout) == pytest.approx(7200, abs=60)


@pytest.mark.long
def test_readers_and_programs_meet_no_error_and_no_wrong_record(trained, tmp_path):
    options = Namespace(sessions=4, browsers=0, clients=2, minutes=0.2, change_every=3)
    team = settled(trained, "VN", options.clients)
    server = Server(tmp_path / "app", trained, ENV)
    try:
        server.wait_healthy()
        figures = loaded(server, team, options)
    finally:
        server.stop()
    assert figures["load_errors"] == figures["load_wrong_records"] == 0
    assert figures["load_changes_of_production"] >= 1
    assert figures["load_answers_checked"] > 5
    assert figures["load_rerun_count"] > 0
