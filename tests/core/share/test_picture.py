import io
import math
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, product

import numpy as np
import pytest
from PIL import Image, ImageColor

from core.charts.style import palette
from core.share import picture as module
from core.share.picture import SIZES, draw, picture
from tests.core.share.made import AS_OF, CARD, CLOSES, LONG, card

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "mathtext": "$x^2$ $\\frac{1}{0",
    "right to left": "\u202eevil\u2066 مرحبا \u200f",
    "endless": "W" * 10_000,
    "emoji": "🚀" * 50 + " Rocket 👩‍🚀",
    "control": "a\u0000b\r\nc\u001b[2J",
    "long Vietnamese": LONG,
    "nothing": "",
}
KINDS = list(product(SIZES, ("light", "dark"), ("en", "vi")))
SHAPES = {
    "usual": CARD,
    "everything against it": card(
        in_sample=True, call="no clear direction", price=CARD.close, source="s" * 500
    ),
    "longest symbol": card(symbol="^WWWWWWWWWWWWWWWW", exchange="UPCoM"),
    "dear": card(
        market="US",
        symbol="BRK-A",
        close=654_321.5,
        price=660_000.25,
        low=600_000.75,
        high=712_345.5,
        closes=tuple((day, close * 10_000) for day, close in CLOSES),
    ),
    "cheap": card(close=0.04, price=0.0401, low=0.038, high=0.0421, closes=((AS_OF, 0.04),)),
    "flat": card(
        price=50.0, close=50.0, low=50.0, high=50.0, closes=tuple((d, 50.0) for d, _ in CLOSES)
    ),
    "no bars": card(closes=()),
    "no usual shares": card(usual=(math.nan,) * 3),
    "certain": card(shares=(0.0, 0.0, 1.0)),
}


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def texts(sheet):
    return [text.words.replace("\N{NO-BREAK SPACE}", " ") for text in sheet.texts]


def overlapping(sheet):
    """Pairs of texts whose ink shares more than a pixel."""
    pairs = []
    for one, other in combinations(sheet.texts, 2):
        left, top = (max(one.box[i], other.box[i]) for i in (0, 1))
        right, bottom = (min(one.box[i], other.box[i]) for i in (2, 3))
        if right - left > 0.5 and bottom - top > 0.5:
            pairs.append((one.words, other.words))
    return pairs


def outside(sheet):
    return [
        text.words
        for text in sheet.texts
        if text.box[0] < 10
        or text.box[1] < 10
        or text.box[2] > sheet.width - 10
        or text.box[3] > sheet.height - 10
    ]


@pytest.mark.parametrize(("size", "shape"), [("wide", (630, 1200)), ("square", (1080, 1080))])
def test_the_file_is_a_png_of_the_size(size, shape):
    data = picture(CARD, size, "light", "en")
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert pixels(data).shape == (*shape, 3)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_paper_and_the_ink_are_the_themes(theme):
    seen = pixels(picture(CARD, "wide", theme, "en")).reshape(-1, 3)
    colours = palette(theme)
    for name, least in (("paper", 0.4), ("panel", 0.1), ("ink", 0.001), ("accent", 0.003)):
        same = (seen == ImageColor.getrgb(getattr(colours, name))).all(axis=1)
        assert same.mean() > least, name


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=list(SHAPES))
def test_no_text_touches_another_or_leaves_the_picture(shape, kind):
    sheet = draw(shape, *kind)
    assert overlapping(sheet) == []
    assert outside(sheet) == []


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
@pytest.mark.parametrize("name", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_name_harms_nothing(name, kind):
    sheet = draw(card(name=name, name_vi=name, exchange=name, source=name), *kind)
    assert overlapping(sheet) == []
    assert outside(sheet) == []


def test_a_name_is_text_and_nothing_else():
    said = texts(draw(card(name="<script>$x^2$</script>"), "wide", "light", "en"))
    assert "<script>$x^2$</script> · HOSE" in said


def test_a_long_name_ends_in_an_ellipsis_and_the_exchange_stays():
    (line,) = (t for t in texts(draw(card(name=LONG), "wide", "light", "en")) if "Tổng" in t)
    assert line.endswith("… · HOSE")


def test_everything_a_reader_must_know_is_said_in_english():
    said = texts(draw(CARD, "wide", "light", "en"))
    for words in (
        "Statistical 4-week forecast",
        "VNM",
        "Viet Nam Dairy Products Joint Stock Company · HOSE",
        "Weekly closes, thousand VND",
        "Forecast for 26 Jul 2024, thousand VND",
        f"{CARD.price:.2f}",
        "+1.2 %",
        f"80 % interval {CARD.low:.2f} to {CARD.high:.2f}",
        f"No change: {CARD.close:.2f}",
        "UP",
        "rising more than 1 %",
        "48 %",
        "(usually 46 %)",
        "Made on prices up to 28 Jun 2024 · price_target_model v3 · pattern_lstm_classifier v4 · "
        "Source: vnstock · Record 0123456789abcdef",
    ):
        assert words in said
    assert any(t.startswith("Statistical forecast; not investment advice.") for t in said)


def test_everything_a_reader_must_know_is_said_in_vietnamese():
    said = texts(draw(CARD, "square", "dark", "vi"))
    for words in (
        "Dự báo thống kê 4 tuần",
        "Công ty Cổ phần Sữa Việt Nam · HOSE",
        "Dự báo cho 26/07/2024, nghìn đồng",
        f"{CARD.price:.2f}".replace(".", ","),
        "+1,2 %",
        "TĂNG",
        "tăng trên 1 %",
        "(thường 46 %)",
    ):
        assert words in said
    assert any(t.startswith("Dự báo thống kê; không phải lời khuyên đầu tư.") for t in said)


def test_an_american_stock_is_in_dollars():
    assert "Weekly closes, US dollars" in texts(draw(SHAPES["dear"], "wide", "light", "en"))


def test_what_speaks_against_a_forecast_is_in_its_picture():
    said = " ".join(texts(draw(SHAPES["everything against it"], "wide", "light", "en")))
    assert "no clear direction" in said
    assert "In-sample: these versions learned from this very week" in said
    assert "did not prove itself better than no change" in said
    assert "the call is withheld" in said


def test_a_picture_asked_for_again_is_kept():
    module._png.cache_clear()
    first = picture(CARD, "wide", "light", "en")
    assert picture(card(), "wide", "light", "en") is first
    assert picture(card(name="Another"), "wide", "light", "en") is not first
    assert module._png.cache_info().maxsize == 64


def test_threads_draw_the_same_picture():
    module._png.cache_clear()
    cards = [card(record=f"{n:016x}", name=f"Company {n % 4}") for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda c: picture(c, "wide", "light", "vi"), cards))
    module._png.cache_clear()
    assert drawn == [picture(c, "wide", "light", "vi") for c in cards]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("tall", "light", "en"), "size must be one of wide, square"),
        (("wide", "blue", "en"), "theme must be"),
        (("wide", "light", "fr"), "language must be"),
    ],
)
def test_what_is_not_offered_is_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        picture(CARD, *asked)
