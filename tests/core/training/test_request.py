import pytest

from core import watchlists
from core.errors import UserError
from core.jobs.store import JobStore
from core.training.recipe import make_recipe
from core.training.request import (
    explained,
    outlook,
    read_seeds,
    request_training,
    stocks_of,
)
from tests.core.market.bars import make_bars


@pytest.fixture
def prices(store, data_dir):
    store.write("VN", {"AAA": make_bars(1200), "SHORT": make_bars(150)}, source="test")
    return data_dir


def test_a_training_that_can_begin_is_ready(prices):
    seen = outlook(prices, "standard", "7", market="VN", symbols=None)
    assert (seen.ready, seen.problem, seen.stocks) == (True, "", 2)
    assert seen.expected.runs == 0


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"symbols": ["SHORT"]}, "The longest history chosen has 29 weeks"),
        ({"symbols": ["NONE"]}, "Not in the store of VN: NONE."),
        ({"symbols": []}, "No stock is chosen"),
        ({"symbols": None, "start": "2025-01-01", "end": "2024-01-01"}, "The parameter dates"),
        ({"symbols": None, "epochs": 0}, "The parameter epochs does not fit"),
    ],
)
def test_what_would_fail_is_said_before_the_start(prices, asked, said):
    seen = outlook(prices, "standard", "7", market="VN", **asked)
    assert not seen.ready
    assert seen.problem.startswith(said)


def test_each_seed_is_a_run(prices):
    seen = outlook(prices, "standard", "7, 8", market="VN", symbols=None)
    new = request_training(prices, seen.recipes, by="An")
    assert [job.params["seed"] for job in new] == [7, 8]


def test_the_same_training_is_found_running(prices):
    (job,) = request_training(prices, [make_recipe(market="VN", seed=7)], by="An")
    seen = outlook(prices, "standard", "7", market="VN", symbols=None)
    assert not seen.ready
    assert [same.id for same in seen.running] == [job.id]


def test_of_two_seeds_the_one_not_running_can_begin(prices):
    request_training(prices, [make_recipe(market="VN", seed=7)], by="An")
    seen = outlook(prices, "standard", "7, 8", market="VN", symbols=None)
    assert seen.ready
    assert [job.params["seed"] for job in request_training(prices, seen.recipes, by="An")] == [8]


def test_another_seed_is_another_training(prices):
    request_training(prices, [make_recipe(market="VN", seed=7)], by="An")
    assert outlook(prices, "standard", "8", market="VN", symbols=None).ready


def test_nothing_is_queued_where_one_would_fail(prices):
    recipes = [make_recipe(market="VN"), make_recipe(market="VN", symbols=["SHORT"])]
    with pytest.raises(UserError):
        request_training(prices, recipes, by="An")
    assert JobStore(prices).all() == []


@pytest.mark.parametrize("text", ["", "seven", "-1", "1.5", "7 8", str(2**31), "²"])
def test_what_is_no_seed_is_one_sentence(text):
    with pytest.raises(UserError, match="Seeds are whole numbers"):
        read_seeds(text)


def test_seeds_are_read_once_each():
    assert read_seeds(" 7; 8,7,") == [7, 8]


def test_too_many_seeds_are_refused():
    with pytest.raises(UserError, match="At most 10 seeds"):
        read_seeds(",".join(map(str, range(11))))


def test_a_watchlist_gives_those_with_prices(prices):
    watchlists.save(prices, "VN", "Mine", ["AAA", "ZZZ"])
    assert stocks_of(prices, "VN", "list", watchlist="mine") == ["AAA"]


def test_a_watchlist_without_prices_is_refused(prices):
    watchlists.save(prices, "VN", "Mine", ["ZZZ"])
    with pytest.raises(UserError, match="no prices of any stock of the watchlist 'Mine'"):
        stocks_of(prices, "VN", "list", watchlist="Mine")


def test_a_recorded_training_is_explained(data_dir):
    told = dict(explained(make_recipe(market="VN", symbols=["AAA"]).model_dump(mode="json")))
    assert told["Stocks"] == "AAA"
    assert told["Penalty of the price model"] == "searched"
    assert told["Horizon"] == "4 weeks"


def test_a_thorough_training_names_its_models(data_dir):
    told = dict(explained(make_recipe("thorough", market="VN").model_dump(mode="json")))
    assert told["Models"].startswith("Blends of several models")
    assert "Seeds" not in told
    assert told["Price model"] == "Blend"


def test_a_standard_training_has_no_candidates(data_dir):
    told = dict(explained(make_recipe(market="VN").model_dump(mode="json")))
    assert not {"Price model", "Model of the call"} & set(told)
