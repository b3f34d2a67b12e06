from core.__main__ import main
from tests.core.market.bars import make_bars


def test_a_list_is_saved_listed_and_deleted(store, capsys):
    store.write("VN", {"ACB": make_bars(3), "VCB": make_bars(3)}, source="made up")
    assert main(["watchlists", "--save", "Banks", "--symbols", "vcb,acb"]) == 0
    assert capsys.readouterr().out == "Saved Banks.\nBanks: VCB, ACB\n"
    assert main(["watchlists"]) == 0
    assert capsys.readouterr().out == "Banks: VCB, ACB\n"
    assert main(["watchlists", "--delete", "banks"]) == 0
    assert capsys.readouterr().out == "Deleted Banks.\n"


def test_without_lists_the_next_step_is_named(data_dir, capsys):
    assert main(["watchlists"]) == 0
    assert "--save NAME --symbols A,B" in capsys.readouterr().out


def test_an_unknown_symbol_saves_nothing(store, capsys):
    store.write("VN", {"VNM": make_bars(3)}, source="made up")
    assert main(["watchlists", "--save", "Dairy", "--symbols", "VNMM"]) == 2
    assert "did you mean VNM" in capsys.readouterr().err
    main(["watchlists"])
    assert "no watchlist" in capsys.readouterr().out
