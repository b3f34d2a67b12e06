"""The table of speeds.

    python -m benchmarks.speed [--data FILE] [--symbols N] [--many N] [--only PART ...] [--json OUT]

FILE is a Parquet of daily bars with the columns symbol, date, open, high, low,
close, volume. A whole market is made of its stocks, repeated and shifted. Each
figure is a median of one run, taken in turn with its rivals'; where results
claim to be the same, they are compared.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.speed.race import Row, table

YEARS = 15


def parts(options: argparse.Namespace) -> dict[str, Callable[[], list[Row]]]:
    """What can be measured, by name; TensorFlow last, which is not for processes that read."""
    from benchmarks.speed import engine, kept, prices, walking

    bars = prices.read(options.data, options.symbols)
    market = prices.grown(bars, options.many, YEARS)

    def answering() -> list[Row]:
        from benchmarks.speed import answering

        return answering.measure(bars, market)

    def learning(stocks: int) -> list[Row]:
        from benchmarks.speed import learning

        return learning.measure(bars, min(stocks, len(bars)))

    return {
        "few": lambda: engine.few(bars),
        "many": lambda: engine.many(market),
        "store": lambda: kept.measure(market),
        "walking": lambda: walking.measure(bars),
        "answering": answering,
        "learning-5": lambda: learning(5),
        "learning-all": lambda: learning(options.symbols),
    }


def main() -> None:
    """Measure, print a table, and write the figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet of daily bars; default: the sample")
    parser.add_argument("--symbols", type=int, default=150, help="stocks of the file (default 150)")
    parser.add_argument("--many", type=int, default=1600, help="stocks of a market (default 1600)")
    parser.add_argument("--only", nargs="+", help="parts to measure; default: all")
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child is not None:
        from benchmarks.speed.kept import child

        child(Path(options.child[0]), options.child[1])
        return
    rows: list[Row] = []
    for name, measure in parts(options).items():
        if options.only is None or name in options.only:
            rows += (found := measure())
            print(table(found), flush=True)
    if options.json is not None:
        told = json.dumps([row.told() for row in rows], indent=2)
        options.json.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
