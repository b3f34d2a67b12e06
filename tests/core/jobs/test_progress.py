import json

import pytest

from core.jobs.progress import LOG, PROGRESS, Progress, Seen, read, tail

STAGES = (("Reading", 1), ("Fitting", 3), ("Writing", 1))


@pytest.fixture
def tell(tmp_path):
    return Progress(tmp_path, STAGES)


def test_nothing_written_is_nothing_seen(tmp_path):
    assert read(tmp_path / "nowhere") == Seen()
    (tmp_path / PROGRESS).write_text("")
    assert read(tmp_path) == Seen()


def test_the_stage_and_its_detail_are_seen(tmp_path, tell):
    tell.stage("Fitting", detail="150 stocks")
    seen = read(tmp_path)
    assert (seen.stage, seen.detail) == ("Fitting", "150 stocks")


@pytest.mark.parametrize(
    ("stage", "done", "fraction"),
    [("Reading", 0, 0), ("Fitting", 0, 0.2), ("Fitting", 0.5, 0.5), ("Writing", 1, 1)],
)
def test_the_fraction_follows_the_usual_shares(tmp_path, tell, stage, done, fraction):
    tell.stage(stage, done)
    assert read(tmp_path).fraction == pytest.approx(fraction)


@pytest.mark.parametrize(("done", "fraction"), [(-1, 0.2), (7, 0.8)])
def test_a_stage_is_never_more_than_done(tmp_path, tell, done, fraction):
    tell.stage("Fitting", done)
    assert read(tmp_path).fraction == pytest.approx(fraction)


def test_every_epoch_is_kept_with_its_losses(tmp_path, tell):
    tell.stage("Fitting")
    tell.epoch(1, 4, 1.1, 1.2)
    tell.epoch(2, 4, 0.9, None)
    told = [(e["stage"], e["epoch"], e["loss"], e["val_loss"]) for e in read(tmp_path).epochs]
    assert told == [("Fitting", 1, 1.1, 1.2), ("Fitting", 2, 0.9, None)]
    assert read(tmp_path).fraction == pytest.approx(0.2 + 0.6 / 2)


def test_the_time_left_is_unknown_at_first_and_nothing_at_the_end(tmp_path, tell):
    tell.stage("Reading")
    assert read(tmp_path).seconds_left is None
    tell.stage("Writing", 1.0)
    assert read(tmp_path).seconds_left == 0


def test_a_half_written_line_is_left_for_the_next_look(tmp_path, tell):
    tell.stage("Fitting")
    tell.epoch(1, 2, 1.1, 1.2)
    whole = (tmp_path / PROGRESS).read_text()
    (tmp_path / PROGRESS).write_text(whole + '{"stage": "Fitting", "epo')
    assert read(tmp_path).epochs == [json.loads(whole.splitlines()[1])]


def test_only_a_half_written_line_is_nothing_yet(tmp_path):
    (tmp_path / PROGRESS).write_text('{"stage": "Rea')
    assert read(tmp_path) == Seen()


def test_the_tail_of_a_log(tmp_path):
    assert tail(tmp_path) == ""
    (tmp_path / LOG).write_text("\n".join(map(str, range(100))))
    assert tail(tmp_path, lines=3) == "97\n98\n99"


def test_a_log_that_is_not_text_is_shown_all_the_same(tmp_path):
    (tmp_path / LOG).write_bytes(b"good\nb\xffd")
    assert tail(tmp_path) == "good\nb\N{REPLACEMENT CHARACTER}d"
