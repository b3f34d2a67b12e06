import unicodedata

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.market.brands import brand_names
from core.market.search import plain_words, search

KNOWN = pd.DataFrame(
    [
        ("ACB", "Asia Commercial Joint Stock Bank", "Ngân hàng TMCP Á Châu"),
        ("DPM", "PetroVietnam Fertilizer and Chemicals", "Tổng Công ty Phân bón và Hóa chất"),
        ("DCM", "Ca Mau Fertilizer", "Phân bón Dầu khí Cà Mau - Đạm Cà Mau"),
        ("VCB", "Vietcombank", "Ngân hàng Ngoại thương Việt Nam"),
        ("VN", "A stock with a short symbol", None),
        ("VNM", "Vinamilk", "CTCP Sữa Việt Nam"),
        ("XYZ", None, None),
    ],
    columns=["symbol", "name", "name_vi"],
)


@pytest.mark.parametrize(
    "text",
    [
        "vnm",
        "VNM",
        "vinamilk",
        "VINAMILK",
        "sua viet nam",
        "SỮA VIỆT NAM",
        "sữa việt nam",
        "suavietnam",
        "nam sua",
        "𝐕𝐈𝐍𝐀𝐌𝐈𝐋𝐊",
        unicodedata.normalize("NFD", "Sữa Việt Nam"),
        "vinamlik",
    ],
)
def test_a_stock_is_found_however_it_is_typed(text):
    assert search(KNOWN, text) == ["VNM"]


@pytest.mark.parametrize("text", ["đạm", "dam", "Đạm cà mau", "Ðạm"])
def test_d_and_its_barred_form_are_one_letter(text):
    assert search(KNOWN, text) == ["DCM"]


def test_the_symbol_itself_comes_first_then_symbols_that_begin_so():
    assert search(KNOWN, "vn") == ["VN", "VNM"]


def test_a_name_that_begins_so_comes_before_one_that_holds_it():
    assert search(KNOWN, "viet") == ["VCB", "VNM", "DPM"]


def test_all_words_must_fit():
    assert search(KNOWN, "phan bon") == ["DCM", "DPM"]
    assert search(KNOWN, "phan bon ca") == ["DCM"]


@pytest.mark.parametrize("text", ["", "  ", "%", "*", "zzzzzz", "'; DROP TABLE", "💥", "\0"])
def test_what_fits_nothing_finds_nothing(text):
    assert search(KNOWN, text) == []


def test_a_listing_without_names_is_searched_by_symbol():
    assert search(KNOWN[["symbol"]], "xy") == ["XYZ"]


@budget(deadline=None)
@given(st.sampled_from(list(KNOWN.dropna()["symbol"])), st.data())
def test_case_and_diacritics_do_not_matter(symbol, data):
    name = KNOWN.set_index("symbol").loc[symbol, "name_vi"]
    typed = "".join(
        data.draw(st.sampled_from([char, char.upper(), "".join(plain_words(char)) or char]))
        for char in name
    )
    form = data.draw(st.sampled_from(["NFC", "NFD"]))
    assert symbol in search(KNOWN, unicodedata.normalize(form, typed))


@budget(deadline=None)
@example("𝕬İẞ")
@given(st.text())
def test_any_text_is_answered_and_folding_twice_changes_nothing(text):
    assert set(search(KNOWN, text)) <= set(KNOWN["symbol"])
    assert plain_words(" ".join(plain_words(text))) == plain_words(text)


@pytest.mark.parametrize("text", ["vinamilk", "VINAMILK", "vinamlik", "vina milk"])
def test_a_brand_is_found_besides_the_listing(text):
    known = KNOWN[KNOWN["symbol"] != "VNM"]
    official = pd.DataFrame({"symbol": ["VNM"], "name": ["Viet Nam Dairy Products"]})
    known = pd.concat([known, official], ignore_index=True)
    assert search(known, text) == []
    assert search(known, text, {"VNM": ("Vinamilk",), "GONE": ("Vinamilk",)}) == ["VNM"]


def test_brands_of_the_real_listing_are_found(vn_data):
    known = pd.read_csv(vn_data / "listing.csv")
    brands = brand_names("VN")
    for text, symbol in [
        ("vinamilk", "VNM"),
        ("sabeco", "SAB"),
        ("vietcombank", "VCB"),
        ("techcombank", "TCB"),
        ("sacombank", "STB"),
        ("mb bank", "MBB"),
        ("long chau", "FRT"),
        ("dien may xanh", "MWG"),
        ("pv gas", "GAS"),
        ("novaland", "NVL"),
        ("vinacones", "VCG"),
    ]:
        assert search(known, text, brands)[0] == symbol


def test_real_names_are_found(vn_data):
    known = pd.read_csv(vn_data / "listing.csv")
    assert search(known, "sua viet nam")[0] == "VNM"
    assert search(known, "SỮA VIỆT NAM")[0] == "VNM"
    assert search(known, "vnm")[0] == "VNM"
    for row in known.itertuples():
        assert row.symbol in search(known, row.name_vi)
        assert search(known, row.symbol.lower())[0] == row.symbol
