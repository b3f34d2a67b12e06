import pytest

from core.errors import UserError
from core.training.recipe import PRESETS, check_recipe, make_recipe
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
        UserError, match="There is no preset 'mine': choose default, specification, thor"
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
