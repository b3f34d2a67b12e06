"""The two buttons that save a table."""

import tomllib

from streamlit.testing.v1 import AppTest

from tests.browser.helpers import PROJECT


def draw(rows, name):
    import pandas as pd

    from pages.parts.export import export_buttons

    export_buttons(pd.DataFrame({"symbol": ["VNM"] * rows}), name)


def buttons(rows, name):
    at = AppTest.from_function(draw, args=(rows, name)).run()
    assert not at.exception
    return {button.proto.label: button.proto for button in at.get("download_button")}


def test_a_table_is_offered_as_csv_and_parquet():
    shown = buttons(2, "VN market")
    assert list(shown) == ["CSV", "Parquet"]
    assert not any(button.disabled for button in shown.values())


def test_an_empty_table_is_not_offered():
    assert all(button.disabled for button in buttons(0, "../../etc/passwd").values())


def test_streamlits_own_csv_which_leaves_formulas_alive_is_off():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text("utf-8"))
    assert config["client"]["disableDataExport"] is True
