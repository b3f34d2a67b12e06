"""The Ask page: by the grammar, by a language model, in both languages, with hostile text."""

import pytest

from core.jobs.store import JobStore
from tests.conftest import forget
from tests.core.answers.asked import HOSTILE, fill
from tests.core.answers.chat_server import Endpoint, calls, says
from tests.pages import conftest
from tests.pages.spoken import left_in_english

SPOKEN = ("pages/ask.py", "pages/parts/ask.py", "pages/parts/ask_answer.py")
CARDS = ("pages/parts/ask_card.py", "core/answers/rows.py", "core/answers/screen.py")


@pytest.fixture
def folder(store):
    return fill(store)


@pytest.fixture
def model(monkeypatch):
    """``model(step, ...)``: an endpoint with a script, which the settings point at."""
    running = []

    def start(*script):
        running.append(Endpoint(script))
        monkeypatch.setenv("WEEKLENS_CHAT_URL", running[-1].url)
        monkeypatch.setenv("WEEKLENS_CHAT_MODEL", "scripted")
        monkeypatch.setenv("WEEKLENS_CHAT_KEY", "sk-very-secret")
        forget()
        return running[-1]

    yield start
    for endpoint in running:
        endpoint.close()


def words(at):
    """What a reader sees: a mark that keeps text from acting is not seen."""
    return conftest.words(at).replace("\\", "")


def cells(at):
    return at.dataframe[0].value


def test_before_a_question_it_says_what_can_be_asked(show, folder):
    at = show("ask")
    assert not at.exception
    assert "Nothing leaves this machine" in words(at)
    assert "You can ask such as:" in words(at)
    assert len(at.get("button_group")) > 0


def test_without_prices_it_says_what_to_do(show, data_dir):
    at = show("ask", q="VNM")
    assert not at.exception
    assert "Bring some in on the Data page" in words(at)


def test_a_forecast_is_the_card_with_its_baseline(show, folder):
    at = show("ask", q="Vinamilk tháng tới thế nào?")
    assert not at.exception
    text = words(at)
    assert "VNM: forecast" in text
    assert [metric.label for metric in at.metric] == ["Forecast", "No change"]
    assert "rising more than 1 %: **62 %** (usually 45 %)" in text


def test_what_is_typed_is_asked_and_kept_in_the_address(show, folder):
    at = show("ask")
    at.text_input(key="ask-text").set_value("which banks are UP with high probability?")
    at.button[0].click().run()
    assert not at.exception
    assert at.query_params["q"] == "which banks are UP with high probability?"
    assert cells(at)["symbol"].tolist() == ["VCB"]
    assert cells(at)["p_up"].tolist() == ["62\N{NO-BREAK SPACE}%"]


def test_earlier_questions_are_asked_again_by_a_click(show, folder):
    at = show("ask", q="so sánh VCB và MBB")
    assert cells(at)["symbol"].tolist() == ["VCB", "MBB"]
    at.text_input(key="ask-text").set_value("FPT")
    at.button[0].click().run()
    assert "FPT: forecast" in words(at)
    at.button(key="ask-again-0").click().run()
    assert cells(at)["symbol"].tolist() == ["VCB", "MBB"]


def test_a_name_of_two_stocks_is_settled_by_a_click(show, folder):
    at = show("ask", q="Sao Đôi thế nào?")
    at.button(key="ask-choice-VN-TWB").click().run()
    assert not at.exception
    assert "TWB: forecast" in words(at)


@pytest.mark.parametrize(
    "question", ["asdf qwer", "<script>alert(1)</script>", "'; DROP TABLE x; --", "![x](http://x)"]
)
def test_what_is_not_understood_shows_examples(show, folder, question):
    at = show("ask", q=question)
    assert not at.exception
    assert "This was not understood." in words(at)
    assert "![x](http" not in conftest.words(at)


def test_an_address_of_10000_characters_is_a_sentence(show, folder):
    at = show("ask", q="x" * 10_000)
    assert not at.exception
    assert "at most 500 characters" in words(at)


def test_it_is_told_in_vietnamese(show, folder):
    at = show("ask", q="top 5", lang="vi")
    assert not at.exception
    assert left_in_english(at, (*SPOKEN, *CARDS)) == []
    assert cells(at)["change"].tolist()[0] == "+5,1\N{NO-BREAK SPACE}%"


def test_a_models_true_words_stand_above_the_card(show, folder, model):
    endpoint = model(calls(("forecast", {"symbol": "VNM"})), says("VNM: 62 % (usually 45 %)."))
    at = show("ask", q="How does VNM look?")
    assert not at.exception
    text = words(at)
    assert "VNM: 62 % (usually 45 %)." in text
    assert "Worded by scripted" in text
    assert "sk-very-secret" not in text
    at.run()
    assert len(endpoint.requests) == 2  # asked once, kept for reruns


def test_a_lying_model_is_refused_and_the_card_shown(show, folder, model):
    model(calls(("forecast", {"symbol": "VNM"})), says("VNM gains 99 %."))
    at = show("ask", q="How does VNM look?")
    text = words(at)
    assert "gains" not in text
    assert "figures that no record here proves (99 %)" in text
    assert at.metric[0].label == "Forecast"


def test_a_dead_model_leaves_the_grammar(show, folder, model):
    model(b"<html>")
    at = show("ask", q="VNM")
    text = words(at)
    assert "no message of its protocol" in text
    assert at.metric[0].label == "Forecast"


def test_a_models_markup_does_not_act(show, folder, model):
    model(calls(("forecast", {"symbol": "VNM"})), says("![a](http://evil.example/x) **62 %**"))
    assert "![a](http://evil" not in conftest.words(show("ask", q="VNM?"))


def test_training_is_sent_to_its_page_where_no_setting_allows_it(show, folder):
    at = show("ask", q="train the model")
    assert "Training is started on its own page" in words(at)
    assert JobStore(folder).all() == []


def test_training_begins_with_a_click_and_not_before(show, trained, monkeypatch):
    monkeypatch.setenv("WEEKLENS_CHAT_JOBS", "true")
    forget()
    at = show("ask", q=f"{HOSTILE.split(' and ')[0]} and train the model")
    assert JobStore(trained).active() == []
    at.button(key="ask-begin-0").click().run()
    assert not at.exception
    (job,) = JobStore(trained).active()
    assert (job.kind, job.params["promote"]) == ("train", False)
