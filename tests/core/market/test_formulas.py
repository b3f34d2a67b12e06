import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core.market.formulas import SIGNS, neutral, restored


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "VNM", "Sữa = tốt", "A-B", "'quoted'", "10.5"])
def test_other_text_stays(text):
    assert neutral(text) == text


@budget(deadline=None)
@given(st.text(st.sampled_from("'=+-@\t\r\n＝a1 ,\"")) | st.text())
def test_every_text_is_harmless_and_comes_back(text):
    assert neutral(text)[:1] not in SIGNS
    assert restored(neutral(text)) == text
