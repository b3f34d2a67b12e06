"""The training desk in Vietnamese: the form, the live view, the history and the schedule."""

import json
import re

import pytest

from core.db import connect
from core.jobs.progress import Progress
from core.jobs.store import JobStore
from core.jobs.trouble import says_silent
from core.language import using
from core.schedule import Plan, _write
from pages.parts.speaking import KEY
from tests.core.market.bars import make_bars
from tests.pages.conftest import words
from tests.pages.spoken import left_in_english, texts

SPOKEN = (
    *("pages/training.py", "pages/parts/jobs.py", "core/schedule.py", "core/jobs/kinds.py"),
    *(f"pages/parts/training_{part}.py" for part in ("form", "live", "history", "stocks")),
    *("pages/parts/training_schedule.py", "core/jobs/store.py", "core/jobs/trouble.py"),
    *("core/training/presets.py", "core/training/request.py", "core/training/recipe.py"),
)
"""Files whose messages stand on the page."""


@pytest.fixture
def prices(store, data_dir):
    stocks = {name: make_bars(1200) for name in ("AAA", "BBB", "CCC")}
    store.write("VN", {**stocks, "YOUNG": make_bars(150)}, source="test")
    return data_dir


def again(at):
    """Run once more: the tester, no part of the page, must know the language of the choices."""
    with using("vi"):
        return at.run()


def test_the_search_for_english_finds_it(show, prices):
    left = {message for message, text in left_in_english(show("training"), SPOKEN)}
    assert {"New training", "Every week", "Stocks to learn from", "Quick"} <= left


def test_form_and_schedule_are_vietnamese(show, prices):
    at = show("training", lang="vi", symbols="AAA,BBB")
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
    assert "Lần đầu chạy Chuẩn trên máy này" in words(at)
    for preset in ("quick", "thorough", "specification"):
        at.radio(key="preset").set_value(preset)
        again(at)
        assert not at.exception
        assert left_in_english(at, SPOKEN) == []


def test_what_keeps_it_from_starting_is_vietnamese(show, prices):
    at = show("training", lang="vi", symbols="YOUNG")
    assert "Lịch sử dài nhất trong các mã đã chọn có 29 tuần" in words(at)
    assert left_in_english(at, SPOKEN) == []


def test_the_choice_of_a_penalty_is_recorded_alike(show, prices):
    at = show("training", lang="vi")
    at.selectbox(key="alpha-standard").set_value("Fixed")
    again(at).number_input(key="alpha-fixed-standard").set_value(250.0)
    again(at).button(key="train").click()
    again(at)
    assert not at.exception
    assert JobStore(prices).active()[0].params["alpha"] == 250.0


def test_another_language_keeps_what_was_chosen(show, prices):
    at = show("training")
    at.radio(key="preset").set_value("quick").run()
    at.number_input(key="epochs-quick").set_value(5)
    at.selectbox(key="schedule-preset-VN").set_value("thorough")
    at.button_group(key="history_kind").set_value("All work").run()
    at.session_state[KEY] = "vi"
    at.run()
    assert not at.exception
    assert at.radio(key="preset").options[0] == "Nhanh"
    assert at.radio(key="preset").value == "quick"
    assert at.number_input(key="epochs-quick").value == 5
    assert at.selectbox(key="schedule-preset-VN").value == "thorough"
    assert at.button_group(key="history_kind").value == "All work"


def test_running_and_waiting_work_is_vietnamese(show, prices):
    at = show("training", lang="vi")
    at.text_input(key="seed-standard").set_value("1, 2, 3")
    again(at).button(key="train").click()
    again(at)
    jobs = JobStore(prices)
    first, second, __ = jobs.active()
    jobs.move(first.id, "running")
    jobs.cancel(second.id)
    jobs.folder(first.id).mkdir(parents=True)
    tell = Progress(jobs.folder(first.id), [("Fitting the pattern model", 1.0)])
    tell.epoch(3, 40, 1.0512, 1.1)
    again(at)
    assert not at.exception
    assert left_in_english(at, SPOKEN) == []
    assert "Mạng nơ-ron, epoch **3** trên tối đa 40 · hàm mất mát **1,0512**" in words(at)
    assert any("Khớp mô hình nhận định" in text for text in texts(at))
    assert "Thứ 2 trong hàng chờ, sau Huấn luyện VN: tất cả cổ phiếu (Chuẩn)" in words(at)


@pytest.mark.parametrize(
    ("state", "by", "message", "told"),
    [
        (
            "failed",
            "weekly schedule, VN 2026-11-20, try 2",
            says_silent(10, "Fitting the pattern model"),
            "Tác vụ bị treo ở bước “Khớp mô hình nhận định”: 10 phút",
        ),
        (
            "interrupted",
            "first start, resumed",
            "Weeklens ended while this job ran; another goes on where it stopped.",
            "Weeklens kết thúc khi tác vụ này đang chạy; một tác vụ khác tiếp tục",
        ),
        (
            "done",
            "root",
            "History is short: 20 test and 21 validation weeks instead of 52 and 52.",
            "Lịch sử giá ngắn: 20 tuần kiểm tra và 21 tuần thẩm định",
        ),
    ],
)
def test_how_earlier_work_ended_is_told_again(show, prices, state, by, message, told):
    at = show("training")
    at.button(key="train").click().run()
    jobs = JobStore(prices)
    (asked,) = jobs.active()
    jobs.cancel(asked.id)
    job, __ = jobs.submit("train", asked.params, requested_by=by)
    jobs.move(job.id, "running")
    jobs.move(job.id, state, message=message)
    at = show("training", lang="vi")
    at.session_state[f"run-{job.id}"] = True
    again(at)
    assert not at.exception
    assert told in words(at).replace("\\", "")
    assert left_in_english(at, SPOKEN) == []
    assert "Hệ số phạt của mô hình giá" in set(at.table[0].value["Tham số"])


def test_a_week_of_the_schedule_is_told_again(show, prices):
    run = {
        "week": "2026-11-20",
        "at": "2026-11-20T09:15:00.000+00:00",
        "step": "failed",
        "message": "The refresh was cancelled: Cancelled; nothing was kept. Nothing was trained on "
        "old prices.",
    }
    plan = Plan(on=True, since="2026-01-01T00:00:00.000+00:00")
    with connect(prices) as db:
        db.execute("INSERT INTO meta VALUES ('schedule run VN', ?)", (json.dumps(run),))
        _write(db, "schedule VN", plan)
    at = show("training", lang="vi")
    text = words(at).replace("\\", "")
    assert "Tuần đến 20/11/2026" in text
    assert "Cập nhật giá đã bị hủy: Đã hủy; không giữ lại gì. Không huấn luyện trên giá cũ." in text
    assert re.search(r"Lần tới: \*\*Thứ \w+ \d\d/\d\d/\d{4}, \d\d:\d\d \(Asia", text)
    assert left_in_english(at, SPOKEN) == []
