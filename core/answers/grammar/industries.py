"""A group of stocks named in a question: an industry, an exchange, VN30."""

from pathlib import Path

from core.answers.grammar.words import bare_words, position
from core.answers.stocks import market_of
from core.market.store import BarStore

SAID = {
    "bank": ("ngan hang", "bank", "banks", "banking", "nhom bank"),
    "securities": ("chung khoan", "securities", "brokers", "brokerages", "brokerage"),
    "insurance": ("bao hiem", "insurance", "insurers"),
    "real estate": ("bat dong san", "bds", "real estate", "property", "developers", "dia oc"),
    "steel": ("thep", "steel", "metals"),
    "oil and gas": ("dau khi", "oil and gas", "oil", "gas", "xang dau"),
    "food": ("thuc pham", "food", "foods", "beverages", "do uong"),
    "retail": ("ban le", "retail", "retailers"),
    "technology": ("cong nghe", "technology", "tech", "software", "phan mem"),
    "construction": ("xay dung", "construction", "builders"),
    "chemicals": ("hoa chat", "phan bon", "chemicals", "chemical", "fertilizer", "fertilizers"),
    "textiles": ("det may", "textile", "textiles", "garment", "garments"),
    "utilities": ("tien ich", "nganh dien", "dien luc", "utilities", "electricity", "power"),
    "transport": ("van tai", "hang khong", "logistics", "shipping", "airlines", "cang bien"),
    "financials": ("tai chinh", "financials", "financial"),
    "health care": ("y te", "duoc pham", "pharma", "health care", "healthcare"),
    "HOSE": ("hose", "san hose"),
    "HNX": ("hnx", "san hnx"),
    "UPCOM": ("upcom", "san upcom"),
}


def group_in(data_dir: Path, words: tuple[str, ...]) -> str:
    """The group some words name; empty for none."""
    for name in BarStore(data_dir).members(market_of(data_dir)):
        if position(words, " ".join(bare_words(name))) is not None:
            return name
    if position(words, "thi truong chung khoan") is not None:
        return ""
    for group, phrases in SAID.items():
        if any(position(words, phrase) is not None for phrase in phrases):
            return group
    return ""
