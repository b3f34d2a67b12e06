"""Pages over two real trainings: what is shown, and what clicks do."""

import sqlite3

import pytest

from core import forecasts
from core.db import path
from core.jobs.store import JobStore
from tests.core.trained import STEADY
from tests.pages.conftest import words


def test_every_stock_is_in_the_market_table(show, trained):
    table = show().dataframe[0].value
    assert list(table["symbol"]) == sorted([*STEADY, "GAP", "HALT", "QUIET", "YOUNG"])


def test_the_market_table_shows_the_stored_forecast(show, trained):
    record = forecasts.latest(trained, "VN").set_index("symbol").loc["AAA"]
    row = show().dataframe[0].value.set_index("symbol").loc["AAA"]
    assert row["change"] == pytest.approx(100 * (record["price"] / record["close"] - 1))
    shares = [f"{100 * record[name]:.0f}" for name in ("p_up", "p_sideways", "p_down")]
    assert row["odds_text"] == " · ".join(shares)


def test_scores_on_the_market_page_stand_beside_their_baselines(show, trained):
    text = words(show())
    assert "(no change: " in text
    assert "always naming the most frequent class" in text


def test_the_filter_keeps_what_fits(show, trained):
    at = show()
    at.text_input(key="filter_text").set_value("you").run()
    assert list(at.dataframe[0].value["symbol"]) == ["YOUNG"]


def test_a_filter_that_fits_nothing_says_so(show, trained):
    at = show()
    at.text_input(key="filter_text").set_value("(*").run()
    assert not at.exception
    assert "No stock fits this filter" in words(at)


def test_the_address_chooses_the_symbols(show, trained):
    at = show(symbols="AAA,CCC", market="VN")
    assert list(at.dataframe[0].value["symbol"]) == ["AAA", "CCC"]


@pytest.mark.parametrize("asked", ["NOSUCH", "../../etc/passwd", "💥", "x" * 10_000, "'; DROP"])
def test_an_unknown_symbol_is_a_sentence_and_the_rest_stays(show, trained, asked):
    at = show(symbols=f"AAA,{asked}")
    assert not at.exception
    said = (
        "Not among the stocks of Vietnam here: NOSUCH."
        if asked == "NOSUCH"
        else "One of the symbols in the address is no symbol; it was left out."
    )
    assert any(said in w.value for w in at.warning)
    assert list(at.dataframe[0].value["symbol"]) == ["AAA"]


def test_an_unknown_stock_falls_back_and_says_so(show, trained):
    at = show("stock", symbol="NOSUCH")
    assert not at.exception
    assert "NOSUCH is not among the stocks of Vietnam here; showing AAA" in words(at)


def test_an_unknown_market_falls_back_and_says_so(show, trained):
    at = show(market="MOON")
    assert not at.exception
    assert "There is no market 'MOON'; showing Vietnam." in words(at)


def test_the_card_names_versions_date_and_source(show, trained):
    text = words(show("stock", symbol="BBB"))
    record = forecasts.latest(trained, "VN").set_index("symbol").loc["BBB"]
    assert "price_target_model v1 · pattern_lstm_classifier v1" in text
    assert str(record["as_of"].date()) in text
    assert record["id"] in text


def test_probabilities_stand_beside_the_usual_ones(show, trained):
    text = words(show("stock", symbol="BBB"))
    record = forecasts.latest(trained, "VN").set_index("symbol").loc["BBB"]
    usual = forecasts.current(trained)["usual"]
    assert f"**{100 * record['p_up']:.0f} %** (usually {100 * usual[2]:.0f} %)" in text


def test_a_stock_without_forecast_says_why(show, trained):
    assert "It did not trade in the week of 2022-06-03." in words(show("stock", symbol="HALT"))


def test_next_stock_goes_round(show, trained):
    at = show("stock", symbol="YOUNG")
    at.button[1].click().run()
    assert at.title[0].value.startswith("AAA")


def test_a_click_on_train_queues_the_recipe_once(show, trained):
    at = show("training", symbols="AAA,BBB", market="VN")
    at.button(key="train").click().run()
    assert at.button(key="train").disabled
    waiting = JobStore(trained).active()
    assert [job.params["symbols"] for job in waiting] == [["AAA", "BBB"]]


def test_cancel_on_a_waiting_training(show, trained):
    at = show("training", symbols="AAA", market="VN")
    at.button(key="train").click().run()
    job = JobStore(trained).active()[0]
    at.run()
    at.button(key=f"cancel-{job.id}").click().run()
    assert JobStore(trained).get(job.id).state == "cancelled"


def test_scores_on_the_models_page_stand_beside_their_baselines(show, trained):
    tables = [frame.value for frame in show("models").dataframe]
    assert {"Test", "Test, no change", "Ratio"} <= set(tables[0].columns)
    assert {"Test", "Test, class prior"} <= set(tables[1].columns)


def test_details_show_the_twenty_indicators_by_split(show, trained):
    at = show("models")
    next(toggle for toggle in at.toggle if toggle.key.startswith("details-")).set_value(True).run()
    assert not at.exception
    assert [len(frame.value) for frame in at.dataframe].count(60) == 1


def test_every_version_has_its_report(show, trained):
    at = show("models")
    for toggle in [t for t in at.toggle if t.key.startswith("report-")]:
        toggle.set_value(True)
    at.run()
    assert not at.exception
    text = words(at)
    assert text.count("The models learned from") == 2
    assert text.count("Price missed by less than 2.5 % on average (MAE)") == 2
    assert "fitted once, on weeks before the test weeks" in text
    assert "outcomes of 4 weeks that do not overlap" in text


def test_the_data_page_lists_what_is_there(show, trained):
    table = show("data").dataframe[0].value
    assert len(table) == len(STEADY) + 4
    assert set(table["source"]) == {"made up"}


def test_a_market_without_model_says_so(show, trained):
    db = sqlite3.connect(path(trained))
    db.execute('UPDATE meta SET value=replace(value, \'"market": "VN"\', \'"market": "US"\')')
    db.commit()
    db.close()
    text = words(show())
    assert "No model for this market yet: production was trained on US." in text
