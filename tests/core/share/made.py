"""A card made up for tests."""

import math
from dataclasses import replace
from datetime import date, timedelta

from core.share.card import Card

AS_OF = date(2024, 6, 28)
CLOSES = tuple(
    (AS_OF - timedelta(weeks=51 - n), 60.0 + 6.0 * math.sin(n / 7) + 0.1 * n) for n in range(52)
)
CARD = Card(
    record="0123456789abcdef",
    market="VN",
    symbol="VNM",
    name="Viet Nam Dairy Products Joint Stock Company",
    name_vi="Công ty Cổ phần Sữa Việt Nam",
    exchange="HOSE",
    source="vnstock",
    as_of=AS_OF,
    target=date(2024, 7, 26),
    horizon_weeks=4,
    band=0.01,
    close=CLOSES[-1][1],
    price=CLOSES[-1][1] * 1.012,
    low=CLOSES[-1][1] * 0.9,
    high=CLOSES[-1][1] * 1.13,
    call="UP",
    shares=(0.33, 0.19, 0.48),
    usual=(0.35, 0.19, 0.46),
    versions=(3, 4),
    in_sample=False,
    closes=CLOSES,
)
LONG = "Tổng Công ty cổ phần Xuất nhập khẩu và Xây dựng Việt Nam, Chi nhánh Miền Đông " * 4


def card(**changes: object) -> Card:
    """The card with something changed."""
    return replace(CARD, **changes)
