import pandas as pd

from pages.parts.kept_style import written_once


def test_the_cells_of_a_kept_style_are_those_of_the_style_itself():
    table = pd.DataFrame({"a": [1.234, -5.0], "b": ["x", "y"]})

    def style():
        return table.style.format("{:.1f}", subset=["a"]).map(lambda v: "color: red", subset=["b"])

    plain = style().set_uuid("same")
    plain._compute()
    kept = written_once(style().set_uuid("same"))
    assert kept._compute()._translate(False, False) == plain._translate(False, False)


def test_they_are_written_once():
    written = []

    def tell(value: float) -> str:
        written.append(value)
        return str(value)

    kept = written_once(pd.DataFrame({"a": [1.0, 2.0]}).style.format(tell))
    first = len(written)
    assert first
    kept._compute()
    kept._translate(False, False)
    assert len(written) == first
