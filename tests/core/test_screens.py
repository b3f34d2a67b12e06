import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from core import screens
from core.errors import UserError
from core.screener import Screen, parse_screen

LOW = parse_screen("RSI_14w:..30")
HIGH = parse_screen("RSI_14w:70..")


def test_a_screen_is_kept_by_market(data_dir):
    assert screens.save(data_dir, "VN", "Oversold", LOW) == "Oversold"
    assert screens.get(data_dir, "vn", "oversold") == ("Oversold", LOW)
    assert screens.screens(data_dir, "US") == {}


def test_a_name_is_unique_whatever_its_case(data_dir):
    screens.save(data_dir, "VN", "Oversold", LOW)
    with pytest.raises(UserError, match="'Oversold' already"):
        screens.save(data_dir, "VN", "OVERSOLD", HIGH)
    assert screens.save(data_dir, "VN", "OVERSOLD", HIGH, replace=True) == "Oversold"
    assert screens.screens(data_dir, "VN") == {"Oversold": "RSI_14w:70.."}


def test_a_screen_is_renamed(data_dir):
    screens.save(data_dir, "VN", "Low", LOW)
    screens.save(data_dir, "VN", "High", HIGH)
    with pytest.raises(UserError, match="'High' already"):
        screens.rename(data_dir, "VN", "Low", "high")
    assert screens.rename(data_dir, "VN", "low", "LOW") == "LOW"
    assert list(screens.screens(data_dir, "VN")) == ["High", "LOW"]


def test_a_screen_is_deleted(data_dir):
    screens.save(data_dir, "VN", "Low", LOW)
    assert screens.delete(data_dir, "VN", "low") == "Low"
    assert screens.screens(data_dir, "VN") == {}


def test_an_unknown_screen_names_those_alike(data_dir):
    screens.save(data_dir, "VN", "Oversold", LOW)
    for ask in (screens.get, screens.delete):
        with pytest.raises(UserError, match="no screen 'Oversol' of Vietnam; did you mean Over"):
            ask(data_dir, "VN", "Oversol")


@pytest.mark.parametrize(
    ("name", "screen", "said"),
    [("\0\u202e", LOW, "needs a name"), ("Empty", Screen(), "at least one condition")],
)
def test_what_cannot_be_kept_is_refused(data_dir, name, screen, said):
    with pytest.raises(UserError, match=said):
        screens.save(data_dir, "VN", name, screen)
    assert screens.screens(data_dir, "VN") == {}


@budget(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(max_size=100) | st.sampled_from(["'; DROP TABLE meta; --", "\u202eevil", "🚀" * 99]))
def test_any_name_is_kept_as_it_is_shown_or_refused(data_dir, text):
    try:
        name = screens.save(data_dir, "VN", text, LOW, replace=True)
    except UserError:
        return
    assert len(name) <= screens.NAME_LENGTH
    assert name.isprintable()
    assert screens.get(data_dir, "VN", name) == (name, LOW)
