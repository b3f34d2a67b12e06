import pytest

from core.errors import UserError
from core.market.listing import read_listing


def write(tmp_path, text):
    path = tmp_path / "listing.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_names_groups_and_memberships_are_read(tmp_path):
    path = write(
        tmp_path,
        "symbol,name,name_vi,sector,exchange,listing_date,indices\n"
        "VNM,Vinamilk,Sữa Việt Nam,Consumer Staples,HOSE,2006-01-19,VN30;VN100\n",
    )
    listing, refused = read_listing(path, "VN")
    assert refused == []
    assert listing.iloc[0][["name_vi", "exchange", "indices"]].tolist() == [
        "Sữa Việt Nam",
        "HOSE",
        "VN30;VN100",
    ]


def test_without_a_column_of_memberships_nothing_is_said_of_them(tmp_path):
    listing, _ = read_listing(write(tmp_path, "symbol,name\nVNM,Vinamilk\n"), "VN")
    assert "indices" not in listing


def test_a_line_without_a_symbol_is_refused_and_the_rest_is_read(tmp_path):
    listing, refused = read_listing(write(tmp_path, "symbol,name\n../x,A\nVNM,B\nVNM,C\n"), "VN")
    assert listing[["symbol", "name"]].to_numpy().tolist() == [["VNM", "B"]]
    assert [line for line, _ in refused] == [2, 4]


def test_a_file_that_is_no_listing_is_one_sentence(tmp_path):
    with pytest.raises(UserError, match="was not read"):
        read_listing(write(tmp_path, "a,b\n1,2\n"), "VN")
