"""Whatever goes wrong is one kind of answer, and hostile input is no more than wrong."""

import errno
import socket
from urllib.parse import urlsplit

import pytest

from api.problems import MEDIA, clean
from core.db import connect
from core.settings import settings
from tests.api.conftest import Caller, serving

HUGE = 9_999_999_999_999_999_999_999


def refused(answer, *statuses):
    told = answer.json()
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"] == MEDIA
    assert {"type", "title", "status", "detail"} <= set(told)
    assert told["status"] == answer.status_code
    return told


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing", 404),
        ("/symbols/VN/NONE", 404),
        ("/symbols/VN/NONE/bars", 404),
        ("/symbols/VN/NONE/forecast", 404),
        ("/symbols/XX/AAA", 422),
        ("/symbols/VN/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404),
        ("/symbols/VN/..%5c..%5cwindows", 422),
        ("/symbols/VN/A..A/bars", 404),
        ("/symbols/VN/AAA%00", 422),
        ("/symbols/VN/" + "A" * 5000, 422),
        ("/symbols/VN/AAA';DROP TABLE jobs;--", 422),
        ("/symbols?limit=0", 422),
        ("/symbols?limit=100000", 422),
        ("/symbols?cursor=AAAA", 404),
        ("/symbols?cursor=" + "A" * 300, 422),
        ("/symbols?cursor=eyJhIjoxfQ", 404),
        ("/trail?cursor=WzFlOTk5XQ", 404),
        (f"/versions/price_target_model/{HUGE}", 422),
        ("/versions/price_target_model/99", 404),
        ("/versions/other_model/1", 422),
        ("/forecasts/0000000000000000", 404),
        ("/forecasts/..%2f..%2f", 404),
        ("/forecasts?market=VN&call=MAYBE", 422),
        ("/jobs/20240628-120000-a1b2c3", 404),
        ("/jobs/..", 404),
        ("/jobs/20240628-120000-a1b2c3/events", 404),
        ("/symbols/VN/AAA/bars?from=yesterday", 422),
    ],
)
def test_what_is_not_there_or_does_not_fit(visitor, path, status):
    told = refused(visitor.get(path), status)
    assert "Traceback" not in told["detail"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_no_table_holds_are_no_defect(visitor, day):
    assert visitor.get(f"/symbols/VN/AAA/bars?from={day}&to={day}").json()["items"] == []
    visitor.get(f"/symbols/VN/AAA/forecast?as_of={day}").json()


def test_another_method_is_told_which_are_possible(owner):
    answer = owner("DELETE", "/symbols")
    refused(answer, 405)
    assert answer.headers["allow"] == "GET"
    assert owner("PUT", "/jobs").headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "dance"},
        {"kind": "audit"},
        {"kind": "audit", "market": "VN", "more": 1},
        {"kind": "audit", "market": ["VN"]},
        {"kind": "forecast", "as_of": 1700000000},
        {"kind": "forecast", "as_of": "1700000000"},
        {"kind": "forecast", "as_of": "2024-02-30"},
        {"kind": "backtest", "market": "VN", "top": "5"},
        {"kind": "refresh", "market": "VN", "force": "yes"},
        {"kind": "audit", "market": "VN", "symbols": []},
        {"kind": "audit", "market": "VN", "symbols": ["../../etc/passwd"]},
        {"kind": "audit", "market": "VN", "symbols": [{"a": 1}]},
        {"kind": "evaluate", "market": "VN", "first": HUGE},
        {"kind": "backtest", "market": "VN", "of": "../../../etc"},
        {"kind": "backtest", "market": "VN", "capital": 1e300},
        {"kind": "train", "market": "VN", "promote": True},
        [],
        "audit",
        None,
    ],
)
def test_a_body_that_does_not_fit_asks_for_nothing(owner, body):
    told = refused(owner.post("/jobs", body), 422)
    assert told["errors"][0]["where"].startswith("body")
    assert owner.get("/jobs?state=queued").json()["items"] == []


def test_what_was_sent_is_not_told_back(owner):
    text = owner.post("/jobs", {"kind": "audit", "market": "my-secret-word"}).text
    assert "my-secret-word" not in text


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "audit", "market": "VN", "symbols": ["NONE"]},
        {"kind": "train", "market": "US"},
        {"kind": "train", "market": "VN", "start": "0001-01-01", "end": "0001-01-02"},
        {"kind": "evaluate", "market": "VN", "first": 2024, "last": 2022},
        {"kind": "backtest", "market": "VN"},
        {"kind": "refresh", "market": "VN"},
    ],
)
def test_what_cannot_be_done_as_things_stand_says_why(owner, body):
    assert len(refused(owner.post("/jobs", body), 409)["detail"]) > 20


def test_a_week_without_prices_is_found_out_by_the_job(owner):
    assert owner.post("/jobs", {"kind": "forecast", "as_of": "1900-01-01"}).status_code == 202


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"[" * 100_000, b"nan"])
def test_a_body_that_is_no_json(owner, text):
    answer = owner("POST", "/jobs", data=text, headers={"Content-Type": "application/json"})
    refused(answer, 422, 400)


def test_a_form_is_no_json(owner):
    headers = {"Content-Type": "text/plain"}  # what a foreign page's form can send
    body = '{"kind": "audit", "market": "VN"}'
    refused(owner("POST", "/jobs", data=body, headers=headers), 422, 415)
    assert owner.get("/jobs?state=queued").json()["items"] == []


def test_a_huge_body_is_refused(owner):
    refused(owner.post("/jobs", {"kind": "a" * 200_000}), 413)


def test_a_huge_body_of_unknown_length_is_refused(owner):
    def pieces():
        for _ in range(40):
            yield b" " * 10_000

    headers = {"Content-Type": "application/json"}
    refused(owner("POST", "/jobs", data=pieces(), headers=headers), 413)


def test_outside_the_api_is_a_problem_too(visitor):
    base = visitor.base.removesuffix("/api/v1")
    refused(Caller(base).get("/"), 404)
    refused(Caller(base).get("/api/"), 404)
    refused(Caller(base).get("/api/v2/symbols"), 404)


def test_a_path_that_climbs_out_is_not_followed(visitor):
    place = urlsplit(visitor.base)
    with socket.create_connection((place.hostname, place.port)) as raw:
        asked = "GET /api/v1/../../../etc/passwd HTTP/1.1", "Host: localhost", "Connection: close"
        raw.sendall("\r\n".join([*asked, "", ""]).encode())
        answer = b"".join(iter(lambda: raw.recv(65536), b""))
    assert b" 404 " in answer.splitlines()[0]
    assert b"root:" not in answer


def test_a_database_that_cannot_be_used_is_said_so(local, data_dir, monkeypatch):
    with connect(data_dir) as db:
        db.execute("PRAGMA user_version = 99")
    told = refused(local.get("/symbols"), 503)
    assert "newer Weeklens" in told["detail"]
    assert str(data_dir) not in told["detail"]
    assert local.get("/health").status_code == 200


def test_requests_are_counted_for_each_address_and_each_token(trained, monkeypatch):
    from core.access import Role, tokens

    monkeypatch.setenv("WEEKLENS_API_PER_MINUTE", "5")
    settings.cache_clear()
    with serving() as base:
        local = Caller(base)
        assert [local.get("/indicators").status_code for _ in range(6)] == [200] * 5 + [429]
        answer = local.get("/indicators")
        assert "More than 5 requests in a minute" in refused(answer, 429)["detail"]
        assert 1 <= int(answer.headers["retry-after"]) <= 60
        for name in ("one", "two"):
            caller = Caller(base, tokens.create(trained, name, Role.VIEWER)[1])
            assert [caller.get("/indicators").status_code for _ in range(6)] == [200] * 5 + [429]


def test_wrong_tokens_are_counted(local):
    guesser = Caller(local.base, "wl_00000000_" + "a" * 43)
    codes = {guesser.get("/symbols").status_code for _ in range(32)}
    assert codes == {401, 429}
    assert local.get("/symbols").status_code == 200


def test_every_answer_forbids_guessing_its_type(visitor):
    for path in ("/symbols", "/nothing", "/health"):
        assert visitor.get(path).headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("see /home/an/data/x.db now", "see … now"),
        ("C:\\Users\\an\\x.db", "…"),
        ("http://an:secret@host:5000/a does not answer", "http://host:5000/a does not answer"),
        ("between 1/2 and 3/4", "between 1/2 and 3/4"),
        ("2024-06-28/VN", "2024-06-28/VN"),
        ({"a": ["/home/an/x", float("nan"), 1]}, {"a": ["…", None, 1]}),
    ],
)
def test_paths_and_logins_are_taken_out(data_dir, text, told):
    assert clean(text) == told


def test_a_full_disk_is_a_sentence(visitor, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("api.routes.jobs.JobStore.all", full)
    told = refused(visitor.get("/jobs"), 503)
    assert told["detail"].startswith("The disk is full, so nothing was written")
