"""The picker: what is chosen by search, group, watchlist and address."""

import pandas as pd
import pytest

from core import watchlists
from tests.core.market.bars import make_bars
from tests.pages.conftest import words

LISTING = pd.DataFrame(
    [
        ("ACB", "Asia Commercial Bank", "Ngân hàng Á Châu", "Financials", "HOSE", "VN30"),
        ("SHS", "Saigon-Hanoi Securities", "Chứng khoán Sài Gòn", "Financials", "HNX", None),
        ("VNM", "Vinamilk **bold** :red[x]", "CTCP Sữa Việt Nam", "Staples", "HOSE", "VN30"),
    ],
    columns=["symbol", "name", "name_vi", "sector", "exchange", "indices"],
)


@pytest.fixture
def stocks(store):
    store.write("VN", {name: make_bars(30) for name in LISTING["symbol"]}, source="made up")
    store.set_listing("VN", LISTING)
    return store.data_dir


def find(at, text):
    return at.text_input(key="find_text").set_value(text).run()


def picker(at):
    return at.sidebar.multiselect[0].value


def address(at):
    return dict(at.query_params)


def pick(at, kind, name):
    return at.button_group(key=f"find_group_{kind}").set_value(name).run()


@pytest.mark.parametrize("text", ["sua viet nam", "SỮA VIỆT NAM", "vinamilk", "vnm"])
def test_a_search_result_is_added_with_one_click(show, stocks, text):
    at = show("training", market="VN", symbols="ACB")
    find(at, text).button(key=f"find_add_VNM_{text}").click().run()
    assert not at.exception
    assert picker(at) == ["ACB", "VNM"]
    assert address(at) == {"market": "VN", "symbols": "ACB,VNM"}


def test_what_is_on_show_is_not_added_twice(show, stocks):
    at = show("training", symbols="VNM")
    assert find(at, "vnm").button(key="find_add_VNM_vnm").disabled


def test_a_search_without_a_hit_says_so(show, stocks):
    at = find(show("training"), "zz*zz\u202e")
    assert r"Nothing here is called “zz\*zz”" in words(at)
    assert "Fetch names" not in words(at)


def test_a_search_without_names_says_where_they_come_from(show, store):
    store.write("VN", {"ACB": make_bars(5)}, source="made up")
    assert "No symbol fits “zzzz”. Fetch names on the Data page" in words(
        find(show("training"), "zzzz")
    )


def test_a_brand_is_found_without_any_listing(show, store):
    store.write("VN", {name: make_bars(5) for name in ("ACB", "VNM")}, source="made up")
    at = find(show("training", symbols="ACB"), "vinamilk")
    assert at.button(key="find_add_VNM_vinamilk").label == "VNM · Vinamilk"


def test_results_belong_to_the_text_they_were_found_for(show, stocks):
    at = find(show("training", symbols="SHS"), "a")
    assert "for “a”" in words(at)
    old = at.button(key="find_add_ACB_a")
    at.text_input(key="find_text").set_value("acb")
    old.click().run()  # the click on what is still drawn comes together with the new text
    assert not at.exception
    assert "1 for “acb”" in words(at)
    assert picker(at) == ["SHS"]


def test_the_chips_are_whole_symbols(show, stocks):
    assert show("training").sidebar.multiselect[0].options == ["ACB", "SHS", "VNM"]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("Index", "VN30", ["ACB", "VNM"]),
        ("Sector", "Financials", ["ACB", "SHS"]),
        ("Exchange", "HNX", ["SHS"]),
    ],
)
def test_a_group_is_shown_with_one_click(show, stocks, kind, name, expected):
    at = pick(show("training", symbols="SHS"), kind, name)
    assert not at.exception
    assert picker(at) == expected


def test_a_group_is_added_where_that_is_wanted(show, stocks):
    at = show("training", symbols="SHS")
    at.toggle(key="find_group_adds").set_value(True).run()
    assert picker(pick(at, "Index", "VN30")) == ["SHS", "ACB", "VNM"]


def test_without_a_listing_the_groups_name_the_next_step(show, store):
    store.write("VN", {"VNM": make_bars(5)}, source="made up")
    assert "There are no groups yet. On the Data page, fetch *Names and groups too*" in words(
        show("training")
    )


def test_without_members_of_indices_one_line_says_where_they_come_from(show, stocks, store):
    line = "VN30 and other groups come with *Names and groups too* on the Data page"
    assert line not in words(show("training"))
    store.write("VN", {"AAA": make_bars(5)}, source="made up")
    store.set_listing("VN", LISTING.assign(indices=None))
    assert line in words(show("training"))


def test_many_groups_are_a_list_to_choose_from(show, stocks, store):
    sectors = [f"Sector {place}" for place in range(7)]
    symbols = [f"S{place}" for place in range(7)]
    store.write("VN", {name: make_bars(5) for name in symbols}, source="made up")
    store.set_listing("VN", pd.DataFrame({"symbol": symbols, "sector": sectors}))
    at = show("training")
    box = at.selectbox(key="find_group_Sector")
    assert "Sector 3 · 1" in box.options
    box.select("Sector 3").run()
    assert not at.exception
    assert picker(at) == ["S3"]
    assert at.selectbox(key="find_group_Sector").value is None


def save(at, name):
    base = at.session_state["list_base"]
    at.text_input(key=f"find_list_name_{base}").set_value(name).run()
    return at.button(key="find_list_save").click().run()


def test_a_watchlist_is_saved_and_in_the_address(show, stocks):
    at = save(show("training", symbols="ACB,SHS"), "Banks")
    assert not at.exception
    assert watchlists.watchlists(stocks, "VN") == {"Banks": ["ACB", "SHS"]}
    assert address(at) == {"market": "VN", "list": "Banks"}


def test_an_address_opens_the_watchlist(show, stocks):
    watchlists.save(stocks, "VN", "Banks", ["SHS", "ACB"])
    at = show("training", market="VN", list="banks")
    assert picker(at) == ["SHS", "ACB"]
    assert address(at) == {"market": "VN", "list": "Banks"}


def test_a_watchlist_is_opened_with_one_click(show, stocks):
    watchlists.save(stocks, "VN", "Dairy", ["VNM"])
    at = show("training", symbols="ACB")
    at.button_group(key="find_list").set_value("Dairy").run()
    assert picker(at) == ["VNM"]
    assert address(at) == {"market": "VN", "list": "Dairy"}


def test_another_choice_leaves_the_watchlist_and_may_be_saved_over_it(show, stocks):
    watchlists.save(stocks, "VN", "Banks", ["ACB"])
    at = show("training", list="Banks")
    at.sidebar.multiselect[0].set_value(["ACB", "VNM"]).run()
    assert address(at) == {"market": "VN", "symbols": "ACB,VNM"}
    assert watchlists.watchlists(stocks, "VN") == {"Banks": ["ACB"]}
    save(at, "Banks")
    assert watchlists.watchlists(stocks, "VN") == {"Banks": ["ACB", "VNM"]}


def test_another_list_is_replaced_only_by_its_own_button(show, stocks):
    watchlists.save(stocks, "VN", "Dairy", ["VNM"])
    at = show("training", symbols="ACB")
    save_button = at.button(key="find_list_save")
    at.text_input(key="find_list_name_").set_value("dairy")
    save_button.click().run()
    assert "There is a watchlist Dairy already; it holds 1." in words(at)
    assert watchlists.watchlists(stocks, "VN") == {"Dairy": ["VNM"]}
    replace = at.button(key="find_list_replace")
    assert replace.label == "Replace"
    replace.click().run()
    assert watchlists.watchlists(stocks, "VN") == {"Dairy": ["ACB"]}
    assert address(at) == {"market": "VN", "list": "Dairy"}


def test_a_watchlist_is_renamed_and_the_address_follows(show, stocks):
    watchlists.save(stocks, "VN", "Banks", ["ACB"])
    at = show("training", list="Banks")
    at.text_input(key="find_list_name_Banks").set_value("Lenders").run()
    at.button(key="find_list_rename").click().run()
    assert watchlists.watchlists(stocks, "VN") == {"Lenders": ["ACB"]}
    assert address(at) == {"market": "VN", "list": "Lenders"}


def test_a_deleted_watchlist_leaves_its_stocks_on_show(show, stocks):
    watchlists.save(stocks, "VN", "Banks", ["ACB", "SHS"])
    at = show("training", list="Banks")
    at.button(key="find_list_delete").click().run()
    assert watchlists.watchlists(stocks, "VN") == {}
    assert picker(at) == ["ACB", "SHS"]
    assert address(at) == {"market": "VN", "symbols": "ACB,SHS"}


def test_a_watchlist_deleted_elsewhere_leaves_its_stocks_on_show(show, stocks):
    watchlists.save(stocks, "VN", "Banks", ["ACB", "SHS"])
    at = show("training", list="Banks")
    watchlists.delete(stocks, "VN", "Banks")
    at.run()
    assert not at.exception
    assert picker(at) == ["ACB", "SHS"]


def test_another_market_forgets_the_watchlist(show, stocks, store):
    store.write("US", {"IBM": make_bars(30)}, source="made up")
    watchlists.save(stocks, "VN", "Banks", ["ACB"])
    at = show("training", market="VN", list="Banks")
    at.sidebar.button_group(key="_market").set_value("US").run()
    assert not at.exception
    assert picker(at) == []
    assert address(at) == {"market": "US"}
    assert not any("Banks" in caption.value for caption in at.sidebar.caption)


@pytest.mark.parametrize("asked", ["Nosuch", "../../etc", "'; DROP TABLE x; --", "<b>x</b>", "💥"])
def test_an_unknown_watchlist_in_the_address_is_one_sentence(show, stocks, asked):
    at = show("training", market="VN", list=asked)
    assert not at.exception
    assert len(at.warning) == 1
    assert "There is no watchlist" in at.warning[0].value
    assert picker(at) == []


def test_a_watchlist_of_stocks_without_prices_says_what_to_do(show, stocks):
    watchlists.save(stocks, "VN", "Elsewhere", ["FPT"])
    at = show("training", list="Elsewhere")
    assert "Import them on the Data page." in at.warning[0].value


def test_names_from_outside_do_not_act_as_markdown(show, stocks):
    hostile = "**A** :red[b] [c](d)"
    at = save(show("training", symbols="VNM"), hostile)
    assert not at.exception
    assert list(watchlists.watchlists(stocks, "VN")) == [hostile]
    assert any("\\*\\*A\\*\\*" in caption.value for caption in at.sidebar.caption)
    assert "\\*\\*bold\\*\\*" in find(at, "vnm").button(key="find_add_VNM_vnm").label


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("US", "United States has no prices yet; showing Vietnam."),
        ("Moon", r"There is no market 'Moon'; showing Vietnam."),
        ("\u202eMNV", r"There is no market 'MNV'; showing Vietnam."),
        ("<b>**x**</b> and more", r"There is no market '\<b\>\*\*x\*\*\</b\>'; showing Vietnam."),
    ],
)
def test_another_market_in_the_address_is_one_sentence(show, stocks, asked, said):
    at = show("training", market=asked)
    assert not at.exception
    assert [warning.value for warning in at.warning] == [said]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("VNM,<b>", "One of the symbols in the address is no symbol; it was left out."),
        ("<b>,VNM,💥", "2 of the symbols in the address are no symbols; they were left out."),
    ],
)
def test_what_is_no_symbol_in_the_address_is_left_out(show, stocks, asked, said):
    at = show("training", symbols=asked)
    assert picker(at) == ["VNM"]
    assert [warning.value for warning in at.warning] == [said]


@pytest.mark.parametrize("asked", ["<b>x</b>", "💥", "\u202eMNV"])
def test_what_is_no_symbol_is_not_shown_on_the_stock_page(show, stocks, asked):
    at = show("stock", symbol=asked)
    assert "What the address asks for is no symbol; showing ACB." in words(at)
