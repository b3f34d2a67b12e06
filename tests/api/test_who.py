"""Who is let in: by token and role, and without one only the person at this machine, to read."""

import pytest

from api.problems import MEDIA
from core import trail
from core.access import Role, tokens
from core.jobs.store import JobStore
from core.registry import PATTERN, PRICE
from tests.api.conftest import Caller, serving
from tests.core.access.signing_in import switch_on

WHY = "This test is about what follows."
BOTH = [{"model": model, "version": 2} for model in (PRICE, PATTERN)]
PROMOTION = {"versions": BOTH, "to": "production", "reason": WHY, "override": True}
AUDIT = {"kind": "audit", "market": "VN"}


def refused(answer, status):
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert answer.headers["content-type"] == MEDIA
    return told["detail"]


def test_without_any_token_the_person_at_this_machine_reads(visitor):
    assert visitor.get("/symbols").status_code == 200
    assert visitor.get("/metrics").status_code == 200


def test_without_a_token_nobody_changes_anything(local, trained):
    for path, body in (("/jobs", AUDIT), ("/promotions", PROMOTION), ("/rollbacks", {})):
        answer = local.post(path, body)
        assert "needs a token" in refused(answer, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert JobStore(trained).active() == []


def test_once_a_token_was_made_nobody_reads_without(local, trained):
    tokens.create(trained, "desk", Role.VIEWER)
    refused(local.get("/symbols"), 401)
    tokens.revoke(trained, "desk")
    refused(local.get("/symbols"), 401)
    assert local.get("/health").status_code == 200


def test_where_people_sign_in_nobody_reads_without(local, trained, monkeypatch):
    switch_on(monkeypatch, WEEKLENS_OIDC_CLIENT_SECRET="")  # half of the settings is enough
    assert "needs a token" in refused(local.get("/symbols"), 401)
    assert local.get("/health").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:80",
        "127.0.0.1.evil.example",
        "[",
        "10.0.0.7",
        "localhost.",
        "",
    ],
)
def test_a_name_that_was_led_to_this_machine_reads_nothing(visitor, host):
    refused(visitor.get("/symbols", headers={"Host": host}), 401)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1:8600", "[::1]:8600"])
def test_this_machines_own_names_read(visitor, host):
    assert visitor.get("/symbols", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.7"},
        {"Forwarded": "for=203.0.113.7"},
        {"Via": "1.1 proxy"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_request_from_elsewhere_that_ends_here_needs_a_token(visitor, headers):
    refused(visitor.get("/symbols", headers=headers), 401)


def test_a_server_that_others_can_reach_lets_nobody_in_without(trained, unlimited):
    with serving("0.0.0.0") as base:
        refused(Caller(base).get("/symbols"), 401)
        assert Caller(base).get("/health").status_code == 200


@pytest.mark.parametrize(
    "shown",
    ["Bearer wl_12345678_" + "a" * 43, "Bearer ", "Bearer", "Basic YTpi", "wl_", "Bearer é"],
)
def test_a_wrong_token_is_refused_even_where_none_is_needed(visitor, shown):
    answer = visitor.get("/symbols", headers={"Authorization": shown.encode()})
    refused(answer, 401)
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_revoked_token_is_refused_at_once(callers, trained):
    assert callers["viewer"].get("/symbols").status_code == 200
    tokens.revoke(trained, "a-viewer")
    refused(callers["viewer"].get("/symbols"), 401)


def test_the_last_use_of_a_token_is_kept(callers, trained):
    callers["viewer"].get("/symbols")
    used = {one.name: one.last_used for one in tokens.listed(trained)}
    assert used["a-viewer"] is not None
    assert used["a-owner"] is None


def test_a_viewer_asks_for_no_work_and_an_analyst_does(callers, trained):
    assert "the role analyst is needed" in refused(callers["viewer"].post("/jobs", AUDIT), 403)
    assert JobStore(trained).active() == []
    answer = callers["analyst"].post("/jobs", AUDIT)
    assert answer.status_code == 202
    job = JobStore(trained).active()[0]
    assert (job.kind, job.requested_by) == ("audit", "a-analyst")
    refused(callers["viewer"].post(f"/jobs/{job.id}/cancel"), 403)
    assert callers["analyst"].post(f"/jobs/{job.id}/cancel").json()["state"] == "cancelled"


def test_only_an_owner_promotes_and_rolls_back(callers, trained):
    before = trail.entries(trained)
    for word in ("viewer", "analyst"):
        assert "the role owner is needed" in refused(
            callers[word].post("/promotions", PROMOTION), 403
        )
        refused(callers[word].post("/rollbacks", {}), 403)
    assert trail.entries(trained) == before
    answer = callers["owner"].post("/promotions", PROMOTION)
    assert answer.status_code == 200, answer.text
    assert answer.json()["production"] == {PRICE: 2, PATTERN: 2}
    last = trail.entries(trained)[-1]
    assert (last.who, last.reason) == ("a-owner", WHY)
    assert callers["owner"].post("/rollbacks", {"reason": "Odd."}).json()["production"] == {
        PRICE: 1,
        PATTERN: 1,
    }
    assert trail.entries(trained)[-1].action == "rolled back"


def test_the_gate_stays_shut_and_tells_its_rules(owner):
    body = {"versions": BOTH, "to": "production"}
    answer = owner.post("/promotions", body)
    assert "The gate to Production is shut" in refused(answer, 409)
    failed = [rule["title"] for rule in answer.json()["gate"][0]["rules"] if not rule["passed"]]
    assert "Not worse than production" in failed
    assert owner.get("/production").json()["versions"] == {PRICE: 1, PATTERN: 1}


def test_production_that_changed_meanwhile_is_left(owner):
    answer = owner.post("/promotions", PROMOTION | {"expected": {PRICE: 7, PATTERN: 7}})
    assert "Production changed meanwhile" in refused(answer, 409)


def test_one_model_cannot_be_promoted_twice_in_one_step(owner):
    body = {"versions": [{"model": PRICE, "version": n} for n in (1, 2)], "to": "staging"}
    assert "name one of each" in refused(owner.post("/promotions", body), 409)
