"""What is read: the same as the records hold, typed and in pages."""

import io

import pytest
from PIL import Image

from core import forecasts, trail
from core.db import connect
from core.indicators.catalogue import NAMES
from core.indicators.store import IndicatorStore
from core.market.store import BarStore
from core.registry import PATTERN, PRICE


def test_symbols_come_in_pages_each_once(visitor, stood):
    known = BarStore(stood).symbols()
    found = visitor.all("/symbols", limit=4)
    assert [(one["market"], one["symbol"]) for one in found] == list(
        zip(known["market"], known["symbol"], strict=True)
    )
    assert found[0]["unit"] == "thousand VND"


def test_symbols_are_searched_and_chosen_by_market(visitor):
    assert [one["symbol"] for one in visitor.all("/symbols", q="aa")] == ["AAA"]
    assert visitor.all("/symbols", market="US") == []


def test_a_symbol_is_found_in_any_case(visitor):
    assert visitor.get("/symbols/VN/aaa").json()["symbol"] == "AAA"


def test_bars_are_those_of_the_store(visitor, stood):
    stored = BarStore(stood).bars("VN", "AAA")
    found = visitor.all("/symbols/VN/AAA/bars", limit=500)
    assert len(found) == len(stored)
    assert [one["close"] for one in found] == stored["close"].tolist()
    part = visitor.all("/symbols/VN/AAA/bars", **{"from": "2020-03-02", "to": "2020-03-06"})
    assert [one["date"] for one in part] == [f"2020-03-0{n}" for n in range(2, 7)]


def test_indicators_are_those_of_the_store(visitor, stood):
    stored = IndicatorStore(BarStore(stood)).weekly("VN", "AAA")
    found = visitor.all("/symbols/VN/AAA/indicators", limit=100)
    assert len(found) == len(stored)
    assert found[0]["indicators"]["ret_52w"] is None
    assert list(found[-1]["indicators"]) == list(NAMES)
    assert found[-1]["indicators"]["ret_4w"] == stored["ret_4w"].iloc[-1]


def test_the_20_indicators_are_explained(visitor):
    found = visitor.all("/indicators")
    assert [one["name"] for one in found] == list(NAMES)
    assert all(one["formula"] and one["reading"] for one in found)


def test_a_forecast_is_the_stored_record(visitor, stood):
    stored = forecasts.latest(stood, "VN").set_index("symbol").loc["AAA"]
    told = visitor.get("/symbols/VN/AAA/forecast").json()
    assert told["id"] == stored["id"]
    assert told["price"] == stored["price"]
    assert told["interval_80"] == {"low": stored["price_low"], "high": stored["price_high"]}
    assert told["probabilities"]["UP"] == stored["p_up"]
    assert told["versions"] == {PRICE: 1, PATTERN: 1}


def test_a_forecast_stands_beside_no_change(visitor, stood):
    trust = visitor.get("/symbols/VN/AAA/forecast").json()["trust"]
    scores = forecasts.current(stood)["scores"]
    assert trust["price_mape"] == scores[PRICE]["test_MAPE"]
    assert trust["price_mape_no_change"] == scores[PRICE]["test_MAPE_no_change"]
    assert trust["call_log_loss_prior"] == scores[PATTERN]["test_log_loss_prior"]


def test_a_stock_without_a_forecast_says_why(visitor):
    told = visitor.get("/symbols/VN/HALT/forecast").json()
    assert (told["price"], told["call"]) == (None, None)
    assert told["reason"]


def test_a_forecast_as_of_an_earlier_week_is_not_there_before_the_first(visitor):
    assert visitor.get("/symbols/VN/AAA/forecast?as_of=2024-01-01").status_code == 200
    answer = visitor.get("/symbols/VN/AAA/forecast?as_of=2001-01-01")
    assert answer.status_code == 404
    assert "No forecast of AAA is stored on or before" in answer.json()["detail"]


def test_forecasts_of_a_market_come_in_pages(visitor, stood):
    stored = forecasts.latest(stood, "VN")
    found = visitor.all("/forecasts", market="VN", limit=2)
    assert [one["id"] for one in found] == stored.sort_values("symbol")["id"].tolist()
    calls = visitor.all("/forecasts", market="VN", call="UP")
    assert len(calls) == (stored["call"] == "UP").sum()


def test_every_record_of_a_stock(visitor, stood):
    found = visitor.all("/symbols/VN/AAA/forecasts", limit=1)
    assert [one["id"] for one in found] == forecasts.history(stood, "VN", "AAA")["id"].tolist()


def test_a_record_before_its_target_has_no_outcome(visitor):
    told = visitor.get("/symbols/VN/AAA/forecast").json()
    one = visitor.get(f"/forecasts/{told['id']}").json()
    assert one == {"forecast": told, "outcome": None}


def test_the_picture_of_a_forecast(visitor):
    record = visitor.get("/symbols/VN/AAA/forecast").json()["id"]
    answer = visitor.get(f"/forecasts/{record}/picture.png?size=square&theme=dark&lang=vi")
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size == (1080, 1080)


def test_versions_with_their_scores(visitor):
    found = visitor.all("/versions", limit=1)
    assert sorted((one["model"], one["version"]) for one in found) == [
        (PATTERN, 1),
        (PATTERN, 2),
        (PRICE, 1),
        (PRICE, 2),
    ]
    held = visitor.all("/versions", stage="Production")
    assert {(one["model"], one["version"]) for one in held} == {(PRICE, 1), (PATTERN, 1)}
    one = visitor.get(f"/versions/{PRICE}/2").json()
    assert one["metrics"]["test_MAPE_no_change"] > 0


def test_the_report_of_a_version(visitor):
    told = visitor.get(f"/versions/{PRICE}/1/report").json()
    assert told["report"]["id"] == f"{PRICE} v1"


def test_the_gate_tells_its_rules(visitor):
    told = visitor.get(f"/versions/{PRICE}/2/gate").json()
    assert told["opens"] is False
    assert "Not worse than production" in [rule["title"] for rule in told["rules"]]


def test_production_and_the_trail(visitor, stood):
    assert visitor.get("/production").json()["versions"] == {PRICE: 1, PATTERN: 1}
    rows = visitor.all("/trail", limit=1)
    stored = trail.entries(stood)
    assert [row["act"] for row in rows] == [row.act for row in reversed(stored)]
    assert [row["became"] for row in rows] == [row.became for row in reversed(stored)]


@pytest.mark.parametrize(
    "path",
    [
        "/symbols",
        "/symbols/VN/AAA/bars",
        "/symbols/VN/AAA/indicators",
        "/symbols/VN/AAA/forecast",
        "/versions",
        "/trail",
        "/jobs",
    ],
)
def test_what_has_not_changed_is_not_sent_again(visitor, path):
    first = visitor.get(path)
    tag = first.headers["etag"]
    again = visitor.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert visitor.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_new_record_changes_the_tag_and_the_answer(owner, trained):
    path = "/symbols/VN/AAA/forecast"
    first = owner.get(path)
    with connect(trained) as db:
        row = dict(db.execute("SELECT * FROM forecasts WHERE symbol = 'AAA'").fetchone())
    forecasts.save(trained, [row | {"id": "f" * 16, "fingerprint": "another", "ret": 0.5}])
    then = owner.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert then.status_code == 200
    assert then.json()["expected_return"] > 0.6
    assert then.headers["etag"] != first.headers["etag"]


def test_nothing_tells_where_the_data_folder_lies(visitor, stood):
    paths = [
        "/symbols",
        "/forecasts?market=VN",
        "/versions",
        "/jobs",
        "/trail",
        "/ready",
        f"/versions/{PRICE}/1/report",
        "/symbols/VN/NONE",
        "/metrics",
        "/openapi.json",
    ]
    for path in paths:
        text = visitor.get(path).text
        assert str(stood) not in text, path
        assert str(stood.parent) not in text, path
        assert "wl_" not in text.replace("wl_…", ""), path
