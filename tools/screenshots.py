"""Pictures of every page in every width, theme and language, on one contact sheet.

    python -m tools.screenshots [--data FILE [--listing FILE] [--index FILE] [--market VN]]
                                [--only TEXT] [--folder DIR] [--out shots]

Prepares a data folder (the sample, or the files named: imported, trained quickly, promoted,
forecast for two weeks), starts the app and keeps each page at its full height as
PAGE-WIDTH-THEME-LANGUAGE.png with index.html beside them. ``--folder`` keeps the prepared folder,
and takes it as it stands the next time. A page that fails is named at the end; the exit code is
then 1.
"""

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Error, sync_playwright

from core import forecasts
from core.market.sample import SAMPLE_MARKET
from tests.browser.conftest import FLAGS
from tests.browser.helpers import PROJECT, Server, find_chromium, goto, whole_page
from tools.contact_sheet import contact_sheet
from tools.prepared import prepare

HEIGHTS = {1440: 900, 1024: 768, 390: 844}
"""Height of the window for each width, in CSS pixels: a screen, a tablet, a telephone."""
MIDDLE = 1024
THEMES = ("light", "dark")
LANGUAGES = {"en": "en-GB", "vi": "vi-VN"}
TROUBLE = "[data-testid=stException]"


@dataclass(frozen=True)
class Shot:
    """One page as a picture is taken of it.

    Attributes
    ----------
    name : str
        First part of the picture's name.
    path : str
        The page's name in the address; empty is the first page.
    query : dict of str to str
        The rest of the address.
    middle : bool
        Whether it is also taken in the width of a tablet.
    """

    name: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    middle: bool = False


def shots(data_dir: Path, market: str) -> list[Shot]:
    """Every page, with the addresses that open its parts."""
    records = forecasts.latest(data_dir, market)
    given = records[records["call"] != ""]
    stock = next((s for s in ("FPT", "AAPL") if s in set(given["symbol"])), given["symbol"].iloc[0])
    other = next(symbol for symbol in given["symbol"] if symbol != stock)
    record = forecasts.history(data_dir, market, stock)["id"].iloc[0]
    here = {"market": market}
    one = here | {"symbol": stock}
    parts = ("prices", "refresh", "import", "calendar", "storage")
    return [
        Shot("home", "", here),
        Shot("market", "market", here, middle=True),
        Shot("stock", "stock", one, middle=True),
        Shot("stock-record", "stock", one | {"part": "record"}, middle=True),
        Shot("stock-compare", "stock", one | {"compare": other}, middle=True),
        Shot("forecast", "forecast", {"id": record}),
        *(
            Shot(name, name, here)
            for name in ("training", "models", "compare", "evidence", "monitoring")
        ),
        *(Shot(f"data-{part}", "data", here | {"part": part}) for part in parts),
        Shot("quality", "quality", one),
        Shot("alerts", "alerts"),
        Shot("ask", "ask"),
        Shot("ask-forecast", "ask", {"q": f"How does {stock} look next month?"}),
        Shot("ask-compare", "ask", {"q": f"compare {stock} and {other}"}),
        *([Shot("help", "help")] if (PROJECT / "pages" / "help.py").exists() else []),
    ]


def take(browser: Browser, url: str, wanted: list[Shot], options) -> dict[str, str]:
    """Take every picture; returns what is wrong by its name."""
    wrong: dict[str, str] = {}
    for width, theme, language in product(HEIGHTS, THEMES, LANGUAGES):
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme=theme,
            locale=LANGUAGES[language],
        )
        context.set_default_timeout(60_000)
        page = context.new_page()
        for shot in wanted:
            name = f"{shot.name}-{width}-{theme}-{language}"
            if (width == MIDDLE and not shot.middle) or options.only not in name:
                continue
            try:
                goto(page, url, shot.path, **shot.query, lang=language)
                whole_page(page, options.out / f"{name}.png")
                if broken := page.locator(TROUBLE).all_inner_texts():
                    wrong[name] = " ".join(broken)[:200]
            except (Error, TimeoutError) as error:
                wrong[name] = str(error).splitlines()[0]
            print(f"{name}{': ' + wrong[name] if name in wrong else ''}", flush=True)
        context.close()
    return wrong


def work(data_dir: Path, scratch: Path, options: argparse.Namespace) -> dict[str, str]:
    """Prepare what is missing and take the pictures; returns what is wrong by its name."""
    if not forecasts.current(data_dir):
        prepare(
            data_dir,
            options.market,
            data=options.data,
            listing=options.listing,
            index=options.index,
        )
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = shots(data_dir, options.market)
    server = Server(scratch / "app", data_dir, {"WEEKLENS_TRAIN_SAMPLE": "false"})
    try:
        server.wait_healthy()
        with sync_playwright() as playwright:
            path = find_chromium(playwright)
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
            wrong = take(browser, server.url, wanted, options)
            browser.close()
    finally:
        server.stop()
    contact_sheet(options.out, [shot.name for shot in wanted])
    return wrong


def main() -> None:
    """Take the pictures and name the pages that failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet or CSV of daily bars; else the sample")
    parser.add_argument("--listing", type=Path, help="names, industries and exchanges")
    parser.add_argument("--index", type=Path, help="daily bars of the market's indices")
    parser.add_argument("--market", help="default VN with --data")
    parser.add_argument("--only", default="", help="a part of the names to take, such as -dark-")
    parser.add_argument("--folder", type=Path, help="where the prepared data folder is kept")
    parser.add_argument("--out", type=Path, default=PROJECT / "shots")
    options = parser.parse_args()
    options.market = options.market or (SAMPLE_MARKET if options.data is None else "VN")
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = (options.folder or Path(scratch) / "data").resolve()
        os.environ["WEEKLENS_DATA_DIR"] = str(data_dir)
        wrong = work(data_dir, Path(scratch), options)
    print(f"{options.out / 'index.html'} shows them side by side.")
    if wrong:
        sys.exit("Failed:\n" + "\n".join(f"  {name}: {said}" for name, said in wrong.items()))


if __name__ == "__main__":
    main()
