"""Text as people keep prices in it: encodings, separators, headers, numbers, dates."""

import re
import unicodedata
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import UserError
from core.language import _
from core.market.schema import printable

ALIASES: dict[str, tuple[str, ...]] = {
    "symbol": (
        *(
            "symbol",
            "ticker",
            "code",
            "stock",
            "stockcode",
            "stocksymbol",
            "tickersymbol",
        ),
        *("ma", "mack", "macp", "machungkhoan", "macophieu"),
    ),
    "date": (
        *(
            "date",
            "tradingdate",
            "tradedate",
            "dtyyyymmdd",
            "datetime",
            "timestamp",
            "time",
        ),
        *("day", "ngay", "ngaygiaodich", "ngaygd", "thoigian"),
    ),
    "open": ("open", "openprice", "mocua", "giamocua", "mo", "giamo"),
    "high": ("high", "highprice", "highest", "caonhat", "giacaonhat", "cao", "giacao"),
    "low": ("low", "lowprice", "lowest", "thapnhat", "giathapnhat", "thap", "giathap"),
    "close": (
        *("close", "closeprice", "closelast", "last", "lastprice", "price"),
        *("dongcua", "giadongcua", "dong", "giadong", "lancuoi"),
    ),
    "volume": (
        *("volume", "vol", "tradingvolume", "totalvolume"),
        *("khoiluong", "khoiluonggiaodich", "khoiluonggd", "kl", "klgd"),
    ),
    "adj_close": (
        *(
            "adjclose",
            "adjustedclose",
            "closeadjusted",
            "closeadj",
            "adclose",
            "closefixed",
        ),
        *("giadieuchinh", "giadongcuadieuchinh", "dongcuadieuchinh"),
    ),
    "raw_close": ("rawclose", "giachuadieuchinh"),
    "value": (
        *("value", "tradedvalue", "tradingvalue", "totalvalue", "turnover"),
        *("giatri", "giatrigiaodich", "giatrigd", "gtgd"),
    ),
}
"""The spellings of each column after ``fold``; an earlier one wins over a later one."""

MISSING = frozenset({"", "-", "nan", "null", "none", "na", "n/a", "#n/a"})
SCALES = {"K": 1e3, "M": 1e6, "B": 1e9}

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_CLOCK = (
    r"(?P<clock>[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s*[AaPp][Mm])?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?)?"
)
_YEAR_FIRST = re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})" + _CLOCK)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:\.0)?" + _CLOCK)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})([-/.])(?P<b>\d{1,2})\2(?P<y>\d{4})" + _CLOCK)


def fold(header: str) -> str:
    """A header without case, accents, blanks, brackets and a unit in parentheses.

    ``"Mở cửa (VND)"`` and ``"MO_CUA"`` both become ``"mocua"``.
    """
    text = re.sub(r"\([^)]*\)", "", header[:200]).lower().replace("đ", "d")
    text = unicodedata.normalize("NFD", text)
    return "".join(char for char in text if char.isascii() and char.isalnum())


def match_columns(headers: list[str], aliases: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Which column of a file holds which field.

    Parameters
    ----------
    headers : list of str
        As they stand in the file.
    aliases : dict
        For each field its spellings, the better first.

    Returns
    -------
    dict of str to int
        Field to position; fields not found are absent.

    Raises
    ------
    UserError
        If two columns have the same name and are both wanted.
    """
    folded = [fold(header) for header in headers]
    found = {}
    for field, spellings in aliases.items():
        name = next((spelling for spelling in spellings if spelling in folded), None)
        if name is None:
            continue
        if folded.count(name) > 1:
            raise UserError(_("two columns are named {name}; keep one of them").format(name=name))
        found[field] = folded.index(name)
    return found


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 or, failing these, Vietnamese Windows (cp1258).

    Raises
    ------
    UserError
        If it is not text; the sentence names what it looks like.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif data[:4] == b"PK\x03\x04":
        raise UserError(_("it is an Excel workbook or zip archive; save it as CSV or Parquet"))
    elif data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UserError(_("it is an old Excel workbook; save it as CSV or Parquet"))
    elif data[:2] == b"\x1f\x8b":
        raise UserError(_("it is compressed with gzip; unpack it first"))
    elif b"\0" in data:
        head = data[:400]
        even, odd = head[0::2].count(0), head[1::2].count(0)
        if max(even, odd) < len(head) // 4:
            raise UserError(_("it is not text; save the prices as CSV or Parquet"))
        encodings = ["utf-16-be" if even > odd else "utf-16-le"]
    else:
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = text[:4000]
        if sum(not (char.isprintable() or char in "\t\r\n") for char in sample) > len(sample) // 50:
            break
        return text
    raise UserError(_("it is not text in UTF-8, UTF-16 or Windows-1258; save it as CSV in UTF-8"))


def read_numbers(
    cells: dict[str, pd.Series], semicolons: bool = False, mark: str = ""
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read columns of text as numbers, with either decimal mark.

    Each column's own cells decide between 1,234.5 and 1.234,5; a column without
    evidence follows the others, then the separator of the file (semicolons go
    with decimal commas), then the decimal point.

    Parameters
    ----------
    cells : dict of str to Series of str, shape (n,)
    semicolons : bool
        Whether the file separates its columns with semicolons.
    mark : str
        The decimal mark where it is known.

    Returns
    -------
    dict of str to (values, readable)
        float64 with NaN where there is no number; False where the cell holds
        something that is not a number (an empty cell is readable and NaN).
    """
    tidy = {name: _tidy(column) for name, column in cells.items()}
    if mark:
        return {name: _to_float(column, mark) for name, column in tidy.items()}
    marks = {name: _decimal_mark(column) for name, column in tidy.items()}
    votes = [mark for mark in marks.values() if mark] or ["," if semicolons else "."]
    default = max(".,", key=votes.count)
    return {
        name: _to_float(column, marks[name] or _default_mark(name, column, default))
        for name, column in tidy.items()
    }


def read_dates(cells: pd.Series, zone: str) -> tuple[np.ndarray, bool]:
    """Read a column of text as days.

    Year first, compact (20240628) and day first are read. 06/05/2024 is the
    6th of May, unless the file's unambiguous rows are all month first.

    Parameters
    ----------
    cells : Series of str, shape (n,)
    zone : str
        Time zone of the market: a time with an offset is brought there, any
        other time of day is dropped.

    Returns
    -------
    days : ndarray of datetime64[ns], shape (n,)
        NaT where the cell is no date.
    month_first : bool
        Whether the file was read so.
    """
    codes, unique = pd.factorize(cells.to_numpy(dtype=object, na_value=""))
    texts = [str(text).strip() for text in unique]
    slashed = [match for match in map(_YEAR_LAST.fullmatch, texts) if match]
    day_first = any(int(match["a"]) > 12 for match in slashed)
    month_first = not day_first and any(int(match["b"]) > 12 for match in slashed)
    days = np.array([_read_day(text, month_first, zone) for text in texts], dtype="datetime64[ns]")
    if not len(days):
        return np.empty(0, dtype="datetime64[ns]"), False
    return days[codes], month_first


def _read_day(text: str, month_first: bool, zone: str) -> np.datetime64:
    never = np.datetime64("NaT", "ns")
    match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
    elif match := _YEAR_LAST.fullmatch(text):
        year, day, month = int(match["y"]), int(match["a"]), int(match["b"])
        if month_first:
            day, month = month, day
    else:
        return _read_named_month(text)
    try:
        moment = datetime(year, month, day)
    except ValueError:
        return never
    if not 1900 <= year <= 2200:
        return never
    if match["zone"]:
        clock = match["clock"].removesuffix(match["zone"]).strip(" T")
        stamp = pd.to_datetime(f"{moment:%Y-%m-%d} {clock}{match['zone']}", errors="coerce")
        if stamp is pd.NaT:
            return never
        # A midnight is a way to write the day itself, in whatever zone.
        if stamp.time() != datetime.min.time():
            moment = stamp.tz_convert(zone).tz_localize(None).normalize().to_pydatetime()
    return np.datetime64(moment, "ns")


def _read_named_month(text: str) -> np.datetime64:
    for form in ("%d-%b-%Y", "%d %b %Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y"):
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        if 1900 <= moment.year <= 2200:
            return np.datetime64(moment, "ns")
    return np.datetime64("NaT", "ns")


def _tidy(column: pd.Series) -> pd.Series:
    text = column.astype("str").str.strip()
    if text.str.contains(r"[^0-9.,+\-eE]", regex=True).any():
        text = text.str.replace("$", "", regex=False).str.strip()
        text = text.str.replace("(?<=[0-9])[\\s\u00a0\u202f'](?=[0-9]{3}(?![0-9]))", "", regex=True)
        text = text.where(~text.str.lower().isin(MISSING), "")
    return text.where(text != "-", "")


def _decimal_mark(column: pd.Series) -> str:
    """What a column's own cells say its decimal mark is; empty if they are silent."""
    marked = column[column.str.contains(r"[.,]", regex=True)]
    if marked.empty:
        return ""
    grouped = marked.str.fullmatch(r"[+-]?\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+)")
    dots, commas = marked.str.count(r"\."), marked.str.count(",")
    last_is_dot = marked.str.contains(r"\.[^.,]*$", regex=True)
    both = (dots > 0) & (commas > 0)
    alone = ~grouped & ~both
    point = (both & last_is_dot) | (alone & (dots == 1)) | (grouped & (commas > 1))
    comma = (both & ~last_is_dot) | (alone & (commas == 1)) | (grouped & (dots > 1))
    if point.sum() == comma.sum():
        return "." if point.any() else ""
    return "." if point.sum() > comma.sum() else ","


def _default_mark(name: str, column: pd.Series, default: str) -> str:
    # Shares come whole: 123.456 in every cell of a volume is a grouped number.
    if name == "volume" and column.str.contains(".", regex=False).any():
        return ","
    if name == "volume" and column.str.contains(",", regex=False).any():
        return "."
    return default


def _to_float(column: pd.Series, mark: str) -> tuple[np.ndarray, np.ndarray]:
    group = "," if mark == "." else "."
    if column.str.contains(group, regex=False).any():
        grouped = rf"[+-]?\d{{1,3}}(?:[{group}]\d{{3}})+(?:[{mark}]\d*)?[KMBkmb]?"
        fits = column.str.fullmatch(grouped)
        bare = column.str.replace(group, "", regex=False)
        column = bare.where(fits, column.str.replace(group, "?", regex=False))
    if mark == ",":
        column = column.str.replace(",", ".", regex=False)
    values = np.full(len(column), np.nan)
    empty = (column == "").to_numpy(dtype=bool)
    plain = column.str.fullmatch(_PLAIN.pattern).to_numpy(dtype=bool)
    values[plain] = column[plain].astype("float64").to_numpy()
    readable = plain | empty
    for place in np.flatnonzero(~readable):
        text = column.iat[place].upper()
        if text[-1:] in SCALES and _PLAIN.fullmatch(text[:-1]):
            values[place] = float(text[:-1]) * SCALES[text[-1]]
            readable[place] = True
    readable &= ~np.isinf(values)
    values[~readable] = np.nan
    return values, readable


def clean_text(text: object, length: int = 200) -> str | None:
    """A name from outside: one line, no control characters, shortened; None if empty."""
    if text is None or (isinstance(text, float) and np.isnan(text)):
        return None
    folded = unicodedata.normalize("NFC", re.sub(r"\s", " ", str(text)[: 10 * length]))
    # Blanks last: a character that is taken out leaves two of them.
    return re.sub(" +", " ", printable(folded, 4 * length)).strip()[:length].rstrip() or None
