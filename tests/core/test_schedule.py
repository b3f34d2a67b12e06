"""The weekly schedule under an injected clock; the store, the jobs and the sources are real."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from core import schedule, watchlists
from core.errors import UserError
from core.jobs.runner import JobRunner, wait
from core.jobs.store import JobStore
from core.market.follows import follow
from core.market.store import BarStore
from core.schedule import Plan, last_run, look, next_due, read_plan, save_plan
from tests.core.indicators.generate import walk

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
MONDAY = datetime(2022, 6, 13, 9, 0, tzinfo=HANOI)
FRIDAY = datetime(2022, 6, 17, 16, 20, tzinfo=HANOI)  # the close of 15:15, an hour, five minutes
WEEK = "2022-06-17"
SESSIONS = 1160  # 2018-01-08 to 2022-06-17


def bars(seed: int, until: str = WEEK) -> pd.DataFrame:
    made = walk(SESSIONS, seed, start="2018-01-08")
    return made[made["date"] <= until]


def publish(data_dir, until: str) -> None:
    """What the source has: a file of prices up to a day."""
    folder = data_dir / "inbox" / "VN"
    folder.mkdir(parents=True, exist_ok=True)
    columns = ["date", "open", "high", "low", "close", "volume"]
    for seed, name in enumerate(("AAA", "BBB")):
        bars(seed, until)[columns].assign(symbol=name).to_csv(folder / f"{name}.csv", index=False)


@pytest.fixture
def market(store, data_dir):
    """Two stocks with prices to the week before, that follow a folder of files."""
    before = "2022-06-10"
    store.write(
        "VN", {name: bars(n, before) for n, name in enumerate(("AAA", "BBB"))}, source="file"
    )
    follow(data_dir, "VN", ["AAA", "BBB"], "file")
    publish(data_dir, WEEK)
    return data_dir


@pytest.fixture
def on(market):
    """The same, with a schedule since Monday."""
    save_plan(market, "VN", Plan(on=True, preset="quick"), MONDAY)
    return market


def later(hours: float) -> datetime:
    return FRIDAY + pd.Timedelta(hours=hours).to_pytimedelta()


def kinds(data_dir) -> list[str]:
    return sorted(job.kind for job in JobStore(data_dir).all())


def finish(data_dir, kind: str, state: str = "done", **fields) -> None:
    """End the waiting job of a kind as a runner would."""
    jobs = JobStore(data_dir)
    (job,) = [job for job in jobs.active() if job.kind == kind]
    jobs.move(job.id, "running")
    jobs.move(job.id, state, **fields)


def arrive(data_dir) -> None:
    """The week's prices are in the store."""
    BarStore(data_dir).write("VN", {"AAA": bars(0), "BBB": bars(1)}, source="file")


def test_a_plan_is_kept_and_off_by_default(market):
    assert not read_plan(market, "VN").on
    plan = save_plan(market, "VN", Plan(on=True, which="chosen", symbols=("AAA",)), MONDAY)
    assert read_plan(market, "VN") == plan
    assert not read_plan(market, "US").on


def test_it_fires_an_hour_after_the_weeks_last_close(on):
    assert next_due(on, "VN", MONDAY) == datetime(2022, 6, 17, 16, 15, tzinfo=HANOI)
    look(on, datetime(2022, 6, 17, 16, 14, tzinfo=HANOI))
    assert kinds(on) == []
    look(on, FRIDAY)
    assert kinds(on) == ["refresh"]
    assert next_due(on, "VN", FRIDAY) == datetime(2022, 6, 24, 16, 15, tzinfo=HANOI)


def test_a_friday_without_a_session_fires_after_thursdays_close(on):
    # 2022-09-02 is the National Day.
    at = schedule.due_at("VN", pd.Timestamp("2022-09-02"))
    assert at.date() < pd.Timestamp("2022-09-02").date()


def test_a_week_without_a_session_does_not_fire():
    # Tet 2022: the market rested from January 31 to February 4.
    assert schedule.due_at("VN", pd.Timestamp("2022-02-04")) is None


def test_a_plan_that_is_off_does_nothing(market):
    save_plan(market, "VN", Plan(on=False), MONDAY)
    look(market, FRIDAY)
    assert kinds(market) == []
    assert next_due(market, "VN", FRIDAY) is None


def test_a_week_that_closed_before_the_plan_was_switched_on_is_not_made_up_for(market):
    save_plan(market, "VN", Plan(on=True), later(1))
    look(market, later(2))
    assert kinds(market) == []


def test_saving_again_does_not_pass_over_the_week_in_hand(on):
    save_plan(on, "VN", Plan(on=True, preset="standard"), later(1))
    look(on, later(2))
    assert kinds(on) == ["refresh"]


def test_what_was_slept_through_is_made_up_for_once(on):
    # Off on Friday and for the week after: the newest week alone is begun.
    monday = datetime(2022, 6, 27, 8, 0, tzinfo=HANOI)
    look(on, monday)
    assert last_run(on, "VN").week == "2022-06-24"
    assert kinds(on) == ["refresh"]


def test_a_week_is_begun_once_over_restarts(on):
    for hours in (0, 1, 20, 60):
        look(on, later(hours))
    assert kinds(on) == ["refresh"]


def test_two_that_look_at_once_begin_one_week(on):
    start = threading.Barrier(4)

    def one() -> None:
        start.wait()
        look(on, FRIDAY)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds(on) == ["refresh"]


def test_one_cut_off_between_the_claim_and_the_refresh_goes_on(on, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(schedule, "request_refresh", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            look(on, FRIDAY)
    assert (last_run(on, "VN").week, kinds(on)) == (WEEK, [])
    look(on, later(0.1))
    assert kinds(on) == ["refresh"]


def test_the_training_comes_after_the_refresh(on):
    look(on, FRIDAY)
    look(on, later(0.1))
    assert kinds(on) == ["refresh"]
    arrive(on)
    finish(on, "refresh")
    look(on, later(0.2))
    (job,) = [job for job in JobStore(on).active() if job.kind == "train"]
    assert (job.params["preset"], job.params["symbols"]) == ("quick", None)
    assert job.params["promote"] is False
    assert job.requested_by == f"weekly schedule, VN {WEEK}"


def test_the_watchlist_is_read_when_it_fires(market):
    watchlists.save(market, "VN", "Mine", ["AAA"])
    save_plan(market, "VN", Plan(on=True, which="list", watchlist="Mine"), MONDAY)
    look(market, FRIDAY)
    watchlists.save(market, "VN", "Mine", ["BBB"], replace=True)
    arrive(market)
    finish(market, "refresh")
    look(market, later(0.2))
    (job,) = [job for job in JobStore(market).active() if job.kind == "train"]
    assert job.params["symbols"] == ["BBB"]


def test_after_a_failed_refresh_nothing_is_trained_and_it_is_tried_again(on):
    look(on, FRIDAY)
    finish(on, "refresh", "failed", message="The source is away.")
    look(on, later(0.2))
    run = last_run(on, "VN")
    assert run.step == "waiting"
    assert run.message == "The refresh failed: The source is away. Nothing was trained."
    look(on, later(1))
    assert [job.kind for job in JobStore(on).active()] == []
    look(on, later(1.3))
    assert [job.kind for job in JobStore(on).active()] == ["refresh"]
    assert "train" not in kinds(on)


def test_after_four_tries_the_week_is_given_up(on):
    for number in range(4):
        look(on, later(2 * number))
        finish(on, "refresh", "failed", message="The source is away.")
        look(on, later(2 * number + 0.1))
    run = last_run(on, "VN")
    assert (run.step, run.tries) == ("failed", 4)
    assert run.message.endswith("Nothing was trained on old prices.")
    look(on, later(20))
    assert kinds(on) == ["refresh"] * 4


def test_prices_that_did_not_come_train_nothing(on):
    look(on, FRIDAY)
    finish(on, "refresh")
    look(on, later(0.2))
    assert "the week's prices have not come (the last complete week is 2022-06-10)" in (
        last_run(on, "VN").message
    )
    assert kinds(on) == ["refresh"]


def test_a_cancelled_refresh_is_not_tried_again(on):
    look(on, FRIDAY)
    finish(on, "refresh", "cancelled", message="Cancelled.")
    look(on, later(0.2))
    assert last_run(on, "VN").step == "failed"


def test_switched_off_in_between_nothing_is_trained(on):
    look(on, FRIDAY)
    save_plan(on, "VN", Plan(on=False), later(0.1))
    arrive(on)
    finish(on, "refresh")
    look(on, later(0.2))
    assert (last_run(on, "VN").step, kinds(on)) == ("done", ["refresh"])


def test_a_training_that_failed_is_said(on):
    look(on, FRIDAY)
    arrive(on)
    finish(on, "refresh")
    look(on, later(0.2))
    finish(on, "train", "failed", message="Memory ran out.")
    look(on, later(0.3))
    run = last_run(on, "VN")
    assert (run.step, run.message) == (
        "failed",
        "Prices are fresh, but the training failed: Memory ran out.",
    )


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan(on=True, preset="mine"), "There is no preset 'mine'"),
        (Plan(on=True, which="list", watchlist="Mine"), "There is no watchlist 'Mine'"),
        (Plan(on=True, which="chosen"), "No stock is chosen"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(market, plan, said):
    with pytest.raises(UserError, match=said):
        save_plan(market, "VN", plan, MONDAY)
    assert not read_plan(market, "VN").on


def test_a_market_that_follows_no_source_has_no_schedule(store, data_dir):
    store.write("VN", {"AAA": bars(0)}, source="made up")
    with pytest.raises(UserError, match="follows a source"):
        save_plan(data_dir, "VN", Plan(on=True), MONDAY)


def test_a_whole_week_with_real_jobs(on):
    look(on, FRIDAY)
    (refresh,) = JobStore(on).active()
    assert wait(on, refresh.id).state == "done"
    look(on, later(0.2))
    (train,) = JobStore(on).active()
    assert wait(on, train.id).state == "done"
    look(on, later(0.5))
    run = last_run(on, "VN")
    assert run.step == "done"
    assert "Registered price_target_model v1 and pattern_lstm_classifier v1" in run.message
    assert "No forecasts: No version of" in run.message
    from core import registry

    assert registry.production() == {}


def test_the_thread_ends_with_the_runner(on):
    runner = JobRunner(on)
    assert runner.start()
    looked = threading.Event()

    def clock() -> datetime:
        looked.set()
        return MONDAY

    schedule.keep_looking(runner, clock)
    thread = next(t for t in threading.enumerate() if t.name == "schedule")
    assert looked.wait(20)
    runner.stop()
    thread.join(20)
    assert not thread.is_alive()
