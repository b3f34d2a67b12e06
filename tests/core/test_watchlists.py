import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core import watchlists
from core.errors import UserError


def test_a_list_is_kept_with_its_order(data_dir):
    assert watchlists.save(data_dir, "VN", "Banks", ["vcb", "ACB", "VCB"]) == "Banks"
    assert watchlists.get(data_dir, "VN", "banks") == ("Banks", ["VCB", "ACB"])
    assert watchlists.watchlists(data_dir, "US") == {}


def test_a_list_is_replaced_only_when_asked(data_dir):
    watchlists.save(data_dir, "VN", "Banks", ["ACB"])
    with pytest.raises(UserError, match="'Banks' already"):
        watchlists.save(data_dir, "VN", "BANKS", ["VNM"])
    assert watchlists.save(data_dir, "VN", "BANKS", ["VNM"], replace=True) == "Banks"
    assert watchlists.watchlists(data_dir, "VN") == {"Banks": ["VNM"]}


def test_a_list_is_renamed(data_dir):
    watchlists.save(data_dir, "VN", "Banks", ["ACB"])
    watchlists.save(data_dir, "VN", "Dairy", ["VNM"])
    with pytest.raises(UserError, match="'Dairy' already"):
        watchlists.rename(data_dir, "VN", "Banks", "dairy")
    assert watchlists.rename(data_dir, "VN", "Banks", "BANKS") == "BANKS"
    assert watchlists.watchlists(data_dir, "VN") == {"BANKS": ["ACB"], "Dairy": ["VNM"]}


def test_a_list_is_deleted(data_dir):
    watchlists.save(data_dir, "VN", "Banks", ["ACB"])
    assert watchlists.delete(data_dir, "VN", "banks") == "Banks"
    assert watchlists.watchlists(data_dir, "VN") == {}


def test_an_unknown_list_names_those_alike(data_dir):
    watchlists.save(data_dir, "VN", "Banks", ["ACB"])
    for ask in (watchlists.get, watchlists.delete):
        with pytest.raises(UserError, match="no watchlist 'Bank' of Vietnam; did you mean Banks"):
            ask(data_dir, "VN", "Bank")


@pytest.mark.parametrize(
    ("name", "symbols", "words"),
    [("", ["VNM"], "needs a name"), ("\0\n", ["VNM"], "needs a name"), ("A", [], "at least one")],
)
def test_what_cannot_be_kept_is_refused(data_dir, name, symbols, words):
    with pytest.raises(UserError, match=words):
        watchlists.save(data_dir, "VN", name, symbols)
    assert watchlists.watchlists(data_dir, "VN") == {}


@budget(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example("0\r\ud7fc 0")
@given(
    st.text(max_size=100) | st.sampled_from(["'; DROP TABLE watchlists; --", "\u202eevil", "=1"])
)
def test_any_name_is_one_short_clean_line_or_refused(data_dir, name):
    try:
        kept = watchlists.save(data_dir, "VN", name, ["VNM"], replace=True)
    except UserError:
        return
    assert kept.isprintable()
    assert 0 < len(kept) <= 60
    assert watchlists.get(data_dir, "VN", kept) == (kept, ["VNM"])
    assert watchlists.delete(data_dir, "VN", kept) == kept
