import argparse

import pytest

from benchmarks.backtest import measure


def test_both_backtesters_end_with_the_same_worth(data_dir):
    figures = measure(argparse.Namespace(stocks=12, years=1), data_dir)
    assert figures["trades"] == figures["backtrader_trades"] > 300
    assert figures["worth_apart"] == pytest.approx(0, abs=1e-9)
    assert figures["whole_trades"] > 300
