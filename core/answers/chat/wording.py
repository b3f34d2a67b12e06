"""What a model's words must not say, whatever their figures."""

import re

from core.answers.result import Result
from models.calls import NO_CLEAR_DIRECTION

FORBIDDEN = re.compile(
    r"target price|price target|giá mục tiêu|khuyến nghị|\brecommend|\bconfiden(?:t|ce)\b|"
    r"độ tin cậy|guarantee|đảm bảo|chắc chắn (?:tăng|giảm)|nên (?:mua|bán)|"
    r"\byou should (?:buy|sell)|strong buy",
    re.I,
)
"""Words of advice and promise, which no figure here supports."""
CALLS = re.compile(r"\b(UP|DOWN|SIDEWAYS)\b")


def unfit(text: str, results: list[Result]) -> list[str]:
    """Words that are not for a reader, and calls that no tool has told."""
    found = [match[0] for match in FORBIDDEN.finditer(text)]
    told = {call for result in results for call in result.calls if call != NO_CLEAR_DIRECTION}
    spoken = " ".join(_ours(result) for result in results)
    # "UP usually 48 %" names a class, which the tools name as well.
    told |= set(CALLS.findall(spoken))
    return found + sorted(set(CALLS.findall(text)) - told)


def _ours(result: Result) -> str:
    columns = result.table.columns if result.table is not None else ()
    return " ".join(
        [
            result.title,
            *result.facts,
            *(f.name for f in result.figures),
            *(c.title for c in columns),
        ]
    )
