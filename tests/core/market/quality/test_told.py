"""Stored findings told again in another language."""

import pytest

from core.language import using
from core.market.quality.verdicts import became, told


@pytest.mark.parametrize(
    ("rule", "action", "detail", "said"),
    [
        ("cells", "dropped", "The symbol is missing; and 3 more.", "Thiếu mã; và 3 dòng nữa."),
        (
            "positive",
            "dropped",
            "Close is -20, a price must be positive.",
            "Giá đóng cửa là -20, giá phải dương.",
        ),
        (
            "zero_volume",
            "flagged",
            "No trade on 5 bars in a row.",
            "Không có giao dịch trong 5 thanh giá liên tiếp.",
        ),
        (
            "replaced",
            "flagged",
            "Close 12 became 13, volume 5 became 6.",
            "Giá đóng cửa từ 12 thành 13, khối lượng từ 5 thành 6.",
        ),
    ],
)
def test_a_finding_is_told_again(rule, action, detail, said):
    assert told(rule, action, detail) == detail
    with using("vi"):
        assert told(rule, action, detail) == said


def test_a_finding_is_made_in_english_for_whoever_reads_it_next():
    with using("vi"):
        said = became([("close", "12", "13"), ("volume", "5", "6")])
    assert said == "Close 12 became 13, volume 5 became 6."
