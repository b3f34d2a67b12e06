"""The words and numbers of a picture, in English and Vietnamese."""

from datetime import date
from typing import Literal

from core.market.sample import SAMPLE_LABEL
from models.calls import NO_CLEAR_DIRECTION

Language = Literal["en", "vi"]
LANGUAGES: dict[str, str] = {"en": "English", "vi": "Tiếng Việt"}
SPACE = "\N{NO-BREAK SPACE}"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Statistical {weeks}-week forecast",
        "chart": "Weekly closes, {unit}",
        "forecast": "Forecast",
        "interval": "80 % interval",
        "no_change": "No change",
        "price_on": "Forecast for {day}, {unit}",
        "interval_from_to": "80 % interval {low} to {high}",
        "no_change_price": "No change: {price}",
        "call": "Call",
        "UP": "UP",
        "SIDEWAYS": "SIDEWAYS",
        "DOWN": "DOWN",
        NO_CLEAR_DIRECTION: "no clear direction",
        "p_up": "rising more than {band}",
        "p_sideways": "staying within ±{band}",
        "p_down": "falling more than {band}",
        "probabilities": "Probability, beside how often it usually comes",
        "usually": "usually {share}",
        "as_of": "Made on prices up to {day}",
        "source": "Source: {source}",
        "record": "Record {id}",
        "in_sample": "In-sample: these versions learned from this very week, so it proves no "
        "skill.",
        "withheld": "No clear direction: the call is withheld, because its probability lies too "
        "near the usual one or such calls were not right more often than usual out-of-sample.",
        "no_edge": "Out-of-sample the price model did not prove itself better than no change, so "
        "no change is what is shown.",
        "hardly": "This call is no more probable than usual: it hardly says anything.",
        "disclaimer": "Statistical forecast; not investment advice. About one price in five is "
        "expected outside such an interval, and past prices say little about coming ones.",
        "VN": "thousand VND",
        "US": "US dollars",
        "sample": SAMPLE_LABEL,
    },
    "vi": {
        "title": "Dự báo thống kê {weeks} tuần",
        "chart": "Giá đóng cửa hằng tuần, {unit}",
        "forecast": "Dự báo",
        "interval": "Khoảng 80 %",
        "no_change": "Không đổi",
        "price_on": "Dự báo cho {day}, {unit}",
        "interval_from_to": "Khoảng 80 %: {low} đến {high}",
        "no_change_price": "Không đổi: {price}",
        "call": "Hướng",
        "UP": "TĂNG",
        "SIDEWAYS": "ĐI NGANG",
        "DOWN": "GIẢM",
        NO_CLEAR_DIRECTION: "chưa rõ hướng",
        "p_up": "tăng trên {band}",
        "p_sideways": "trong khoảng ±{band}",
        "p_down": "giảm trên {band}",
        "probabilities": "Xác suất, cạnh mức thường thấy",
        "usually": "thường {share}",
        "as_of": "Lập từ giá đến hết ngày {day}",
        "source": "Nguồn: {source}",
        "record": "Bản ghi {id}",
        "in_sample": "Trong mẫu: các phiên bản mô hình này đã học từ chính tuần này, nên không "
        "chứng tỏ được khả năng dự báo.",
        "withheld": "Chưa rõ hướng: không nêu hướng vì xác suất quá gần mức thường thấy, hoặc vì "
        "ngoài mẫu những lần nêu hướng như vậy không đúng nhiều hơn mức thường thấy.",
        "no_edge": "Ngoài mẫu, mô hình giá chưa chứng tỏ tốt hơn mức không đổi, nên con số nêu ra "
        "là mức không đổi.",
        "hardly": "Hướng này không có xác suất cao hơn mức thường thấy: gần như không nói lên "
        "điều gì.",
        "disclaimer": "Dự báo thống kê; không phải lời khuyên đầu tư. Dự kiến cứ năm lần có khoảng "
        "một lần giá nằm ngoài khoảng này, và giá quá khứ nói lên rất ít về giá sắp tới.",
        "VN": "nghìn đồng",
        "US": "đô la Mỹ",
        "sample": "giá mẫu: Mỹ, 2000 đến 2013",
    },
}


class Speaker:
    """Words, numbers and dates of one language.

    Parameters
    ----------
    language : {"en", "vi"}

    Raises
    ------
    ValueError
        If it is neither.
    """

    def __init__(self, language: Language):
        if language not in WORDS:
            raise ValueError(f"language must be 'en' or 'vi', not {language!r}")
        self.language = language

    def say(self, key: str, **values: object) -> str:
        """A phrase; the numbers in it are already text."""
        return WORDS[self.language][key].format(**values).replace(" %", f"{SPACE}%")

    def number(self, value: float, digits: int) -> str:
        """1,234.5 in English, 1.234,5 in Vietnamese; a true minus sign."""
        text = f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "−")
        if self.language == "vi":
            text = text.translate(str.maketrans(",.", ".,"))
        return text

    def percent(self, value: float, digits: int = 0, *, sign: bool = False) -> str:
        """A fraction as per cent: 0.0123 is "+1.2 %"."""
        shown = round(100 * value, digits) + 0.0
        plus = "+" if sign and shown > 0 else ""
        return f"{plus}{self.number(shown, digits)}{SPACE}%"

    def day(self, day: date) -> str:
        """28 Jun 2024 in English, 28/06/2024 in Vietnamese, whatever the machine's language."""
        if self.language == "vi":
            return f"{day:%d/%m/%Y}"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def month(self, day: date) -> str:
        """A tick of the time axis: the month, with the year in January."""
        if self.language == "vi":
            return f"{day.month}/{day.year}" if day.month == 1 else f"Th{SPACE}{day.month}"
        return str(day.year) if day.month == 1 else MONTHS[day.month - 1]
