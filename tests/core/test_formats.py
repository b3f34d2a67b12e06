from datetime import date

import numpy as np
import pandas as pd
import pytest

from core import formats
from core.language import using
from core.market.schema import MARKETS

SHOWN = [
    (formats.number, (1234.56, 1), "1,234.6", "1.234,6"),
    (formats.number, (-0.04, 1), "0.0", "0,0"),
    (formats.number, (np.nan,), "–", "–"),
    (formats.percent, (0.0123,), "1.2 %", "1,2 %"),
    (formats.percent, (-0.05,), "−5.0 %", "−5,0 %"),
    (formats.percent, (None,), "–", "–"),
    (formats.price, (1065.3, MARKETS["VN"]), "1,065.30", "1.065,30"),
    (formats.shares, (2.54e9,), "2.5 billion", "2,5 tỷ"),
    (formats.shares, (3.1e6,), "3.1 million", "3,1 triệu"),
    (formats.shares, (12345.0,), "12,345", "12.345"),
    (formats.duration, (59.6,), "1 min 00 s", "1 phút 00 giây"),
    (formats.duration, (45,), "45 s", "45 giây"),
    (formats.day, ("2024-06-28",), "2024-06-28", "28/06/2024"),
    (formats.day, (date(2024, 6, 28),), "2024-06-28", "28/06/2024"),
    (formats.day, (pd.Timestamp("2024-06-28"),), "2024-06-28", "28/06/2024"),
    (formats.day, (pd.NaT,), "–", "–"),
    (formats.long_day, ("2024-06-28",), "28 Jun 2024", "28/06/2024"),
    (formats.moment, ("2024-06-28T15:04:05.123",), "2024-06-28 15:04 UTC", "28/06/2024 15:04 UTC"),
    (formats.moment, (None,), "–", "–"),
]


@pytest.mark.parametrize(("function", "given", "english", "vietnamese"), SHOWN)
def test_as_a_reader_sees_it(function, given, english, vietnamese):
    with using("en"):
        assert function(*given).replace("\N{NO-BREAK SPACE}", " ") == english
    with using("vi"):
        assert function(*given).replace("\N{NO-BREAK SPACE}", " ") == vietnamese


def test_a_sign_on_demand():
    assert formats.percent(0.0123, sign=True) == "+1.2\N{NO-BREAK SPACE}%"
