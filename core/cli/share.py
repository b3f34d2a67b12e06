"""``python -m core share``: a forecast as a picture."""

import argparse
from pathlib import Path

from core.errors import UserError
from core.files import write_whole
from core.market.schema import MARKETS
from core.settings import settings

NAME = "share"
HELP = "draw a stored forecast as a picture (PNG)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("symbol", metavar="SYMBOL", help="the stock")
    parser.add_argument(
        "--market", type=str.upper, choices=list(MARKETS), help="where the symbol is in several"
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help="the last stored forecast on or before a date"
    )
    parser.add_argument(
        "--size",
        choices=("wide", "square"),
        default="wide",
        help="1200 x 630 or 1080 x 1080 pixels (default: wide)",
    )
    parser.add_argument(
        "--theme", choices=("light", "dark"), default="light", help="default: light"
    )
    parser.add_argument("--lang", choices=("en", "vi"), default="en", help="default: en")
    parser.add_argument("--out", metavar="FILE", required=True, help="the picture, FILE.png")


def run(args: argparse.Namespace) -> dict:
    """Read the stored forecast and draw it; nothing is computed anew."""
    from core.share.picture import picture  # Pillow and pandas; --help needs neither
    from core.share.reading import card_of, of_stock

    path = Path(args.out)
    if path.suffix.lower() != ".png":
        raise UserError(f"The picture is a PNG file: name it {path.stem or 'forecast'}.png.")
    data_dir = settings().data_dir
    record = of_stock(data_dir, args.symbol, args.market, args.as_of)
    data = picture(card_of(data_dir, record), args.size, args.theme, args.lang)
    try:
        write_whole(path, data)
    except OSError as error:
        raise UserError(
            f"{path} cannot be written ({error.strerror or error}): name a file in a folder that "
            "is there and that you may write to."
        ) from None
    return {
        "file": args.out,
        "symbol": record["symbol"],
        "market": record["market"],
        "as_of": f"{record['as_of']:%Y-%m-%d}",
        "target_date": f"{record['target_date']:%Y-%m-%d}",
        "record": record["id"],
    }


def render(payload: dict) -> str:
    """What was drawn, in one sentence."""
    return (
        f"Drew the forecast of {payload['symbol']} as of {payload['as_of']} for "
        f"{payload['target_date']} (record {payload['record']}) to {payload['file']}."
    )
