"""Each tool, on real trainings where the versions count and on made records elsewhere."""

import math

import pytest

from core import forecasts
from core.answers.catalogue import TOOLS, answer, tools_for
from core.answers.result import Result
from core.answers.work import READER, Asker, begin
from core.errors import UserError
from core.jobs.store import JobStore
from core.language import using
from tests.conftest import forget
from tests.core.answers.asked import fill
from tests.core.backtest.ran import run_one


@pytest.fixture
def folder(store):
    return fill(store)


def figure(result: Result, name: str):
    (found,) = [one for one in result.figures if one.name == name]
    return found


def column(result: Result, name: str) -> list:
    return [row.get(name) for row in result.table.rows]


def test_a_stock_is_found_by_brand_without_diacritics(folder):
    result = answer(folder, "find_symbol", {"text": "hoa phat"})
    assert [choice.value for choice in result.choices] == ["HPG"]
    assert result.links[0].address == "/stock?market=VN&symbol=HPG"


def test_a_forecast_stands_beside_no_change_and_names_its_versions(folder):
    result = answer(folder, "forecast", {"symbol": "vinamilk"})
    price, close = figure(result, "Forecast price"), figure(result, "No change (the close)")
    assert price.value == pytest.approx(20.0 * math.exp(0.02))
    assert close.value == 20.0
    assert (price.version, price.day) == ("price_target_model v1", "2024-03-08")
    rising = "Probability of rising more than 1 %".replace(" %", "\N{NO-BREAK SPACE}%")
    assert (figure(result, rising).text, figure(result, f"{rising}, usually").text) == (
        "62\N{NO-BREAK SPACE}%",
        "45\N{NO-BREAK SPACE}%",
    )
    assert result.days == ("2024-03-08", "2024-04-05")
    assert result.calls == ("UP",)
    assert "price was missed by 7.0" in " ".join(result.facts)


def test_a_name_of_two_stocks_gets_a_question_back(folder):
    result = answer(folder, "forecast", {"symbol": "Sao Đôi"})
    assert [choice.value for choice in result.choices] == ["TWA", "TWB"]
    assert result.figures == ()


def test_a_stock_without_forecast_says_why(trained):
    result = answer(trained, "forecast", {"symbol": "HALT"})
    assert result.figures == ()
    assert "No forecast for this stock." in result.facts[0]


def test_indicators_are_explained_and_placed(trained):
    result = answer(trained, "indicators", {"symbol": "AAA", "names": ["RSI_14w"]})
    rsi = figure(result, "Relative strength index, 14 weeks")
    assert 0 < rsi.value < 100
    assert rsi.day == "2022-06-03"
    assert "Above 70 gains have strongly outweighed losses" in result.facts[1]
    assert len(answer(trained, "indicators", {"symbol": "AAA"}).table.rows) == 20


def test_a_screen_orders_what_fits(folder):
    result = answer(folder, "screen", {"screen": "call:UP", "sort": "p_up"})
    assert sorted(column(result, "symbol")) == ["VCB", "VNM"]
    assert result.facts[0] == "call UP: 2 of 10 stocks fit."
    best = answer(folder, "screen", {"top": 3})
    assert column(best, "symbol")[:2] == ["VCB", "VNM"]
    assert len(column(best, "symbol")) == 3
    assert column(best, "prior_up")[0] == 45.0


def test_a_screen_keeps_to_an_industry_or_group(folder):
    banks = answer(folder, "screen", {"within": "bank"})
    assert set(column(banks, "symbol")) == {"VCB", "MBB"}
    assert banks.links[0].query["symbols"] == "MBB,VCB"
    group = answer(folder, "screen", {"within": "vn30"})
    assert set(column(group, "symbol")) == {"VNM", "FPT"}


def test_a_call_that_nobody_has_is_said_and_the_nearest_shown(folder):
    result = answer(folder, "screen", {"screen": "call:SIDEWAYS", "sort": "p_sideways"})
    assert "0 of 10 stocks fit" in result.facts[0]
    assert "None has such a call now" in result.facts[1]
    assert len(result.table.rows) == 10


def test_stocks_stand_side_by_side(folder):
    result = answer(folder, "compare", {"symbols": ["VCB", "Hòa Phát", "VCB"]})
    assert column(result, "symbol") == ["VCB", "HPG"]
    assert column(result, "change")[0] == pytest.approx(100 * math.expm1(0.05))
    with pytest.raises(UserError, match="two different stocks"):
        answer(folder, "compare", {"symbols": ["VCB", "vcb"]})


def test_a_version_is_reported_beside_its_baseline(trained):
    shown = forecasts.current(trained)
    result = answer(trained, "version_report", {})
    scores = shown["scores"]["price_target_model"]
    miss = figure(result, "Price missed by, out-of-sample")
    assert miss.value == pytest.approx(100 * scores["test_MAPE"])
    assert miss.version == "price_target_model v1"
    assert "No evaluation of this market has run yet." in result.facts
    one = answer(trained, "version_report", {"model": "price", "version": 2})
    assert "price_target_model v2 is not promoted" in one.facts[0]


def test_an_evaluation_and_a_backtest_are_told_in_their_own_words(evaluated):
    empty = answer(evaluated, "backtest", {"market": "US"})
    assert empty.facts == ("No backtest of this market has run yet.",)
    name = run_one(evaluated, top=2)
    ran = answer(evaluated, "backtest", {"market": "US"})
    assert ran.links[0].query == {"market": "US", "id": name}
    assert column(ran, "portfolio")[0] == "Following the forecasts"
    told = " ".join(answer(evaluated, "version_report", {"market": "US"}).facts)
    assert "How much will a stock move?" in told
    assert "Aim: Price missed by less than" in told


def test_a_market_is_summed_up(folder):
    result = answer(folder, "market_summary", {})
    assert figure(result, "Stocks").value == 10
    assert figure(result, "Calls UP").value == 2
    assert set(result.calls) == {"UP", "DOWN", "no clear direction"}


def test_what_needs_attention_is_told(folder):
    result = answer(folder, "attention", {})
    assert "want" in result.facts[0]
    assert any("prices end" in text for text in result.quotes.values())


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("promote", {"version": 3}, "There is no tool 'promote'"),
        ("forecast", {}, "symbol does not fit"),
        ("forecast", {"symbol": "VNM", "path": "/etc/passwd"}, "path does not fit"),
        ("forecast", {"symbol": "../../x"}, "No stock here fits"),
        ("forecast", {"symbol": "VNM", "market": "XX"}, "There is no market 'XX'"),
        ("indicators", {"symbol": "VNM", "names": ["secret"]}, "There is no indicator 'secret'"),
        ("screen", {"sort": "close; DROP TABLE"}, "nothing called 'close; DROP TABLE'"),
        ("screen", {"within": "nonsense"}, "No stock of this market belongs to 'nonsense'"),
        ("screen", {"screen": "RSI_14w:abc"}, "cannot be read"),
        ("compare", {"symbols": ["VNM"]}, "symbols does not fit"),
        ("backtest", {"id": "../x"}, "There is no backtest"),
        ("version_report", {"version": 3}, "price or pattern"),
        ("start_training", {}, "There is no tool 'start_training'"),
    ],
)
def test_what_does_not_fit_is_a_sentence(folder, name, arguments, said):
    with pytest.raises(UserError, match=said.replace("'", ".")):
        answer(folder, name, arguments)


def test_answers_are_told_in_the_readers_language(folder):
    with using("vi"):
        result = answer(folder, "forecast", {"symbol": "VNM"})
        assert result.figures[2].text == "+2,0\N{NO-BREAK SPACE}%"


def test_work_exists_only_where_setting_and_role_allow_it(folder, monkeypatch):
    analyst = Asker("an", allowed=True)
    assert not any(tool.works for tool in tools_for(analyst))
    monkeypatch.setenv("WEEKLENS_CHAT_JOBS", "true")
    forget()
    assert not any(tool.works for tool in tools_for(READER))
    assert {tool.name for tool in tools_for(analyst)} == set(TOOLS)
    with pytest.raises(UserError, match="Work is not started from here"):
        begin(folder, {"kind": "train", "market": "VN"}, READER)


def test_work_is_proposed_and_begins_only_when_it_is_told_to(trained, monkeypatch):
    monkeypatch.setenv("WEEKLENS_CHAT_JOBS", "true")
    forget()
    analyst = Asker("an", allowed=True)
    proposal = answer(trained, "start_training", {}, analyst).proposal
    assert JobStore(trained).active() == []
    begin(trained, proposal, analyst)
    (job,) = JobStore(trained).active()
    assert (job.kind, job.requested_by, job.params["promote"]) == ("train", "an", False)
    with pytest.raises(UserError, match="no such work"):
        begin(trained, {"kind": "promote", "market": "VN"}, analyst)
