"""Text that a spreadsheet would run as a formula, made harmless and made itself again."""

SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
"""Excel and LibreOffice run a cell that begins with one of these; the wide forms too."""


def neutral(text: str) -> str:
    """Text with an apostrophe in front where a spreadsheet would run it.

    A text that begins with apostrophes and then such a sign gets one more, so
    that `restored` gives every text back.
    """
    return f"'{text}" if text.lstrip("'")[:1] in SIGNS else text


def restored(text: str) -> str:
    """What `neutral` was given."""
    return text[1:] if text[:1] == "'" and text.lstrip("'")[:1] in SIGNS else text
