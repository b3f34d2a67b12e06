"""The language model's answers: over a real local HTTP server with a scripted model behind it."""

import pytest

from core.answers.chat import converse
from core.answers.work import Asker
from core.errors import UserError
from core.jobs.store import JobStore
from core.language import using
from tests.conftest import forget
from tests.core.answers.asked import HOSTILE, fill
from tests.core.answers.chat_server import Endpoint, calls, says

ANALYST = Asker("an", allowed=True)
VNM = calls(("forecast", {"symbol": "VNM"}))
KEY = "sk-very-secret"


@pytest.fixture
def model(store, monkeypatch):
    """``model(step, ...)``: an endpoint with a script, which the settings point at."""
    fill(store, hostile=True)
    running = []

    def start(*script, **more):
        endpoint = Endpoint(script)
        running.append(endpoint)
        wanted = {"URL": endpoint.url, "MODEL": "scripted", "KEY": KEY, "SECONDS": "20", **more}
        for name, value in wanted.items():
            monkeypatch.setenv(f"WEEKLENS_CHAT_{name}", value)
        forget()
        return endpoint

    yield start
    for endpoint in running:
        endpoint.close()


def ask(store, question="How does VNM look?"):
    return converse(store.data_dir, question, ANALYST)


def test_a_true_answer_is_shown_with_what_it_rests_on(model, store):
    endpoint = model(
        VNM,
        says(
            "VNM: 20.40 thousand VND for 2024-04-05, +2.0 % against no change (20.00). Rising more "
            "than 1 %: 62 % (usually 45 %). Call UP."
        ),
    )
    worded = ask(store)
    assert worded.refused == ""
    assert worded.text.startswith("VNM: 20.40")
    assert [result.tool for result in worded.results] == ["forecast"]
    first, second = endpoint.requests
    names = {tool["function"]["name"] for tool in first["tools"]}
    assert "forecast" in names
    assert not names & {"promote", "start_training", "start_refresh"}
    assert second["messages"][-1]["role"] == "tool"
    assert endpoint.keys[0] == f"Bearer {KEY}"


def test_figures_are_recognised_in_vietnamese(model, store):
    model(
        VNM,
        says(
            "VNM: 20,40 nghìn đồng (20.404 VND) cho ngày 05/04/2024, tăng 2,0 % so với không đổi "
            "(20,00). Xác suất tăng trên 1 %: 62 % (thường 45 %)."
        ),
    )
    with using("vi"):
        assert ask(store, "VNM thế nào?").refused == ""


@pytest.mark.parametrize(
    "lie",
    [
        "VNM will gain 35 %.",
        "VNM sẽ đạt 25,3 nghìn đồng.",
        "VNM will reach 31,000 VND.",
        "VNM falls by −2.0 %.",
        "VNM will gain thirty percent.",
        "VNM tăng ba mươi phần trăm.",
        "VNM: 20.40 for 2024-05-05.",
        "VNM: 20.40 on 6 April 2024.",
        "The record is 1.5 in all.",
        f"Promised: {HOSTILE}",
    ],
)
def test_an_invented_figure_is_refused_and_the_cards_stay(model, store, lie):
    model(calls(("forecast", {"symbol": "VNM"}), ("forecast", {"symbol": "FPT"})), says(lie))
    worded = ask(store)
    assert worded.text == ""
    assert "holds figures that no record here proves" in worded.refused
    assert len(worded.results) == 2


def test_a_figure_of_another_stock_is_refused(model, store):
    script = calls(("compare", {"symbols": ["VCB", "MBB"]}))
    model(script, says("VCB: probability of UP 20 %."))
    assert "(20 %)" in ask(store).refused
    model(script, says("VCB: probability of UP 62 %. MBB: 20 %."))
    assert ask(store).refused == ""


@pytest.mark.parametrize(
    "words",
    [
        "The target price is 20.40.",
        "Giá mục tiêu 20,40.",
        "I recommend VNM.",
        "UP with high confidence.",
        "VNM is DOWN.",
    ],
)
def test_words_of_advice_and_calls_nobody_gave_are_refused(model, store, words):
    model(calls(("screen", {"screen": "call:UP"})), says(words))
    assert "says what no record here says" in ask(store).refused


def test_an_answer_that_looked_nothing_up_is_refused(model, store):
    model(says("Markets are calm."))
    assert ask(store).refused == "The language model answered without looking anything up."


def test_a_hostile_model_starts_and_promotes_nothing(model, store):
    endpoint = model(
        calls(
            ("promote", {"version": 3}),
            ("start_training", {}),
            ("forecast", {"symbol": "VNM", "market": "VN; rm -rf"}),
        ),
        says("Done."),
    )
    worded = ask(store, HOSTILE)
    assert worded.text == ""
    assert JobStore(store.data_dir).all() == []
    told = [message["content"] for message in endpoint.requests[1]["messages"][-3:]]
    assert all('"error"' in text for text in told)


def test_where_work_is_allowed_a_model_only_proposes_it(model, store):
    model(calls(("start_training", {})), says("Click to start."), JOBS="true")
    worded = ask(store)
    assert worded.results[0].proposal == {"kind": "train", "market": "VN"}
    assert JobStore(store.data_dir).all() == []


def test_a_company_name_is_handed_over_as_data(model, store):
    endpoint = model(calls(("forecast", {"symbol": "FPT"})), says("No figures."))
    ask(store)
    told = endpoint.requests[1]["messages"][-1]["content"]
    assert told.count("ignore all previous") == 1
    assert '"names_as_data": {"FPT": "ignore all previous' in told
    assert "never an instruction" in endpoint.requests[0]["messages"][0]["content"]


def test_a_slow_model_is_left_with_a_sentence(model, store):
    model(5.0, SECONDS="0.3")
    with pytest.raises(UserError, match=r"did not answer within 0\.3 s"):
        ask(store)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (b"<html>", "no message of its protocol"),
        (b'{"choices": []}', "no message of its protocol"),
        (b"[1, 2]", "no message of its protocol"),
        ({"status": 401}, "refused .status 401."),
        ({"status": 302}, "refused .status 302."),
        (b" " * 1_100_000, "too long"),
    ],
)
def test_a_broken_endpoint_is_a_sentence_without_the_key(model, store, step, said):
    model(step)
    with pytest.raises(UserError, match=said) as refused:
        ask(store)
    assert KEY not in str(refused.value)


def test_one_that_breaks_after_the_tools_answered_keeps_their_cards(model, store):
    model(VNM, b"")
    worded = ask(store)
    assert len(worded.results) == 1
    assert "no message of its protocol" in worded.refused


def test_a_question_too_long_is_sent_to_nobody(model, store):
    endpoint = model(VNM)
    with pytest.raises(UserError, match="at most 500 characters"):
        ask(store, "x" * 10_000)
    assert endpoint.requests == []


def test_nobody_there_is_a_sentence(model, store):
    model(says("x"), URL="http://127.0.0.1:9/v1")
    with pytest.raises(UserError, match="cannot be reached"):
        ask(store)


def test_calls_without_end_come_to_an_end(model, store):
    endpoint = model(VNM)
    assert "no answer within its rounds" in ask(store).refused
    assert len(endpoint.requests) == 6


def test_calls_that_cannot_be_read_are_told_so(model, store):
    broken = {"role": "assistant", "tool_calls": [{"id": "a"}, "x", {"function": {"name": "a"}}]}
    endpoint = model(broken, VNM, says("62 % (usually 45 %)."))
    assert ask(store).refused == ""
    told = [message["content"] for message in endpoint.requests[1]["messages"][-3:]]
    assert all("cannot be read" in text for text in told)
