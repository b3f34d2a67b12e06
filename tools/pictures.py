"""The pictures of the README and the documentation, on the sample prices alone.

    python -m tools.pictures [--folder DIR] [--only NAME]

Prepares a data folder as `tools.screenshots` does, adds a second version, an evaluation and a
backtest (three minutes), starts the app and writes ``docs/pictures``. ``--folder`` keeps the
prepared folder, and takes it as it stands the next time. ``share.png`` is drawn by `core share`.
"""

import argparse
import os
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from core.evaluation import records
from core.market.sample import SAMPLE_MARKET
from tests.browser.conftest import FLAGS
from tests.browser.helpers import PROJECT, Server, find_chromium, goto, whole_page
from tools.prepared import command, prepare

OUT = PROJECT / "docs" / "pictures"
WIDTH, COLOURS = 1440, 96
MENU = 300
"""Width of the menu, which a picture from further down a page does without."""
PERSON = "analyst"
"""Who did it, as the pictures tell: not the name of whoever takes them."""
HERE = {"market": SAMPLE_MARKET}
STOCK = HERE | {"symbol": "AAPL"}
SHOTS: dict[str, tuple[str, dict[str, str], int, int]] = {
    "home": ("", HERE, 0, 1000),
    "market": ("market", HERE, 0, 1000),
    "stock": ("stock", STOCK, 0, 1240),
    "indicators": ("stock", STOCK, 1225, 2225),
    "record": ("stock", STOCK | {"part": "record"}, 1225, 1640),
    "ask": ("ask", {"q": "How does AAPL look next month?"}, 0, 1100),
    "training": ("training", HERE, 0, 1200),
    "models": ("models", HERE, 0, 1240),
    "compare": ("compare", HERE | {"versions": "1,2"}, 0, 1000),
    "evidence": ("evidence", HERE, 0, 1240),
    "backtest": ("backtest", HERE, 0, 1300),
    "monitoring": ("monitoring", HERE, 0, 1100),
    "data": ("data", HERE | {"part": "refresh"}, 0, 1000),
    "quality": ("quality", STOCK, 0, 1100),
    "alerts": ("alerts", {}, 0, 1100),
}
"""By the picture's name: the page, the rest of its address, from where to where it is shown."""


def take(page: Page, url: str, name: str) -> None:
    """One picture, in few colours: a page is text and lines, and the file a third as large."""
    path, query, top, bottom = SHOTS[name]
    picture = OUT / f"{name}.png"
    goto(page, url, path, **query, lang="en")
    whole_page(page, picture)
    with Image.open(picture) as whole:
        left = MENU if top else 0
        part = whole.convert("RGB").crop((left, top, WIDTH, min(bottom, whole.height)))
    part.quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
    print(f"{picture.name} {picture.stat().st_size // 1024} KB", flush=True)


def more(data_dir: Path) -> None:
    """A second version, an evaluation and a backtest, for the pages that show them."""
    market = ("--market", SAMPLE_MARKET)
    command(data_dir, "train", "--all", *market)
    command(data_dir, "evaluate", *market)
    command(data_dir, "backtest", *market, "--top", "2")
    command(data_dir, "share", "AAPL", "--out", str(OUT / "share.png"))


def main() -> None:
    """Take them all, or those whose name holds a text."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="where the prepared data folder is kept")
    parser.add_argument("--only", default="", help="a part of the names to take")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data_dir = (options.folder or Path(scratch) / "data").resolve()
        os.environ |= {"WEEKLENS_DATA_DIR": str(data_dir), "LOGNAME": PERSON}
        if not data_dir.exists():
            prepare(data_dir, SAMPLE_MARKET)
        if not records.names(data_dir):
            more(data_dir)
        own = {"WEEKLENS_TRAIN_SAMPLE": "false", "WEEKLENS_FILES_DIR": "/srv/prices"}
        server = Server(Path(scratch) / "app", data_dir, own)
        try:
            server.wait_healthy()
            with sync_playwright() as playwright:
                path = find_chromium(playwright)
                browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
                context = browser.new_context(
                    viewport={"width": WIDTH, "height": 900}, color_scheme="light", locale="en-GB"
                )
                page = context.new_page()
                page.set_default_timeout(60_000)
                for name in SHOTS:
                    if options.only in name:
                        take(page, server.url, name)
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
