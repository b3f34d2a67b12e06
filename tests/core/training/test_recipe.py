import shutil

import pytest

from core.errors import UserError
from core.training.presets import PRESETS, preset_title
from core.training.recipe import check_recipe, make_recipe
from tests.core.market.bars import make_bars


def test_a_recipe_starts_from_the_settings(data_dir, monkeypatch):
    monkeypatch.setenv("WEEKLENS_HORIZON_WEEKS", "8")
    monkeypatch.setenv("WEEKLENS_BAND", "0.02")
    recipe = make_recipe(market="VN")
    assert (recipe.horizon_weeks, recipe.band, recipe.alpha) == (8, 0.02, None)


def test_the_specification_is_a_preset(data_dir):
    recipe = make_recipe("specification", market="VN")
    assert (recipe.alpha, recipe.activation, recipe.batch_size) == (1.0, "relu", 32)
    assert recipe.preset == "specification"


def test_what_is_asked_comes_before_the_preset(data_dir):
    assert make_recipe("specification", market="VN", alpha=5.0).alpha == 5.0


def test_what_is_not_asked_keeps_the_preset(data_dir):
    assert make_recipe("specification", market="VN", alpha=None).alpha == 1.0


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_every_preset_is_a_recipe(data_dir, preset):
    assert make_recipe(preset, market="VN").preset == preset


def test_symbols_are_sorted_and_named_once(data_dir):
    assert make_recipe(market="VN", symbols=["VNM", "ACB", "VNM"]).symbols == ["ACB", "VNM"]


def test_an_unknown_preset_is_one_sentence(data_dir):
    with pytest.raises(
        UserError, match="There is no preset 'mine': choose quick, standard, thorough, specif"
    ):
        make_recipe("mine", market="VN")


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"epochs": 0}, "epochs"),
        ({"alpha": -1.0}, "alpha"),
        ({"dropout": 1.0}, "dropout"),
        ({"activation": "swish"}, "activation"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2024-01-01", "end": "2023-01-01"}, "dates"),
        ({"unknown": 1}, "unknown"),
        ({"test_weeks": 5}, "test_weeks"),
    ],
)
def test_a_value_that_does_not_fit_is_one_sentence_with_its_name(data_dir, asked, named):
    with pytest.raises(UserError) as error:
        make_recipe(market="VN", **asked)
    assert str(error.value).startswith(f"The parameter {named} does not fit: ")
    assert "\n" not in str(error.value)


def refusal(data_dir, **asked):
    with pytest.raises(UserError) as error:
        check_recipe(make_recipe(**asked), data_dir)
    return str(error.value)


@pytest.fixture
def prices(store, data_dir):
    store.write("VN", {"LONG": make_bars(1200), "SHORT": make_bars(150)}, source="test")
    return data_dir


def test_a_recipe_that_can_be_cooked_passes(prices):
    check_recipe(make_recipe(market="VN"), prices)
    check_recipe(make_recipe(market="VN", symbols=["LONG", "SHORT"]), prices)


def test_an_unknown_market_is_refused(prices):
    assert refusal(prices, market="XX") == "There is no market 'XX': VN, US."


def test_a_market_without_prices_is_refused(prices):
    assert "no stocks of the market US: import prices first" in refusal(prices, market="US")


def test_no_stock_is_refused(prices):
    assert refusal(prices, market="VN", symbols=[]).startswith("No stock is chosen")


def test_an_unknown_stock_is_refused_by_name(prices):
    said = refusal(prices, market="VN", symbols=["LONG", "NONE"])
    assert said.startswith("Not in the store of VN: NONE.")


def test_an_index_is_not_a_stock(prices, store):
    store.write("VN", {"VNINDEX": make_bars(1200)}, source="test", kind="index")
    assert "VNINDEX" in refusal(prices, market="VN", symbols=["VNINDEX"])


def test_thirty_weeks_are_too_short(prices):
    assert refusal(prices, market="VN", symbols=["SHORT"]) == (
        "The longest history chosen has 29 weeks, and about 133 are needed (warm-up, training, "
        "validation and test): add stocks with longer histories."
    )


def test_the_thorough_preset_fixes_its_parameters(data_dir):
    with pytest.raises(UserError, match="fixes its own parameters: leave out alpha, epochs"):
        make_recipe("thorough", market="VN", epochs=3, alpha=1.0)


def test_the_thorough_preset_asks_for_three_stocks(store, data_dir):
    store.write("VN", {"AAA": make_bars(900), "BBB": make_bars(900)}, source="test")
    with pytest.raises(UserError, match="compares stocks with each other: choose at least 3"):
        check_recipe(make_recipe("thorough", market="VN"), data_dir)


def test_what_was_called_default_is_standard(data_dir):
    assert make_recipe("default", market="VN").preset == "standard"
    assert preset_title("default") == "Standard"


def test_a_preset_no_longer_known_is_shown_as_it_was_recorded():
    assert preset_title("made by hand") == "made by hand"


def test_what_a_preset_fixes_is_among_its_reasons():
    assert set(PRESETS["quick"].values) - set(PRESETS["quick"].fixed) == {"epochs", "patience"}
    assert set(PRESETS["thorough"].fixed) == {"alpha", "epochs", "seed"}


@pytest.mark.parametrize(
    "dates",
    [
        {"start": "2040-01-01"},
        {"end": "2001-01-01"},
    ],
)
def test_dates_without_prices_are_refused(prices, dates):
    said = refusal(prices, market="VN", **dates)
    assert said.startswith("There are no prices of these stocks in the chosen dates")


def test_dates_that_leave_too_few_weeks_are_refused(prices):
    said = refusal(prices, market="VN", end="2025-06-30")
    assert said.startswith("The longest history chosen has 77 weeks in the chosen dates")
    assert said.endswith("or widen the dates.")


def test_the_warm_up_may_lie_before_the_first_week(prices):
    check_recipe(make_recipe(market="VN", start="2025-03-01"), prices)


def test_a_full_disk_is_said_before_the_start(prices, monkeypatch):
    usage = shutil.disk_usage(prices)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=120_000_000))
    assert refusal(prices, market="VN") == (
        "Only 120 MB are free on the disk of the data folder, and a training needs about 500: "
        "make room first."
    )


def test_thorough_counts_the_stocks_with_history_enough(store, data_dir):
    stocks = {"AAA": make_bars(1200), "BBB": make_bars(1200), "YOUNG": make_bars(100)}
    store.write("VN", stocks, source="test")
    with pytest.raises(UserError, match="Only 2 of these stocks have a history long enough"):
        check_recipe(make_recipe("thorough", market="VN"), data_dir)
