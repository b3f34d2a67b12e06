"""The gate's leak audit: the full one where it saw these prices, else a quick one."""

from core.audit import Audit, Difference
from core.db import connect
from core.gate import audit
from core.jobs.store import JobStore
from core.market.store import BarStore


def audit_found(monkeypatch, said):
    found = [Difference("indicators", "ret_1w", "AAA", "2022", "2022", 1.0, 2.0)] if said else []
    monkeypatch.setattr(audit, "audit", lambda *a, **k: Audit(["2022-01-07"], {"x": 9}, found))


def full_audit(trained, **result):
    jobs = JobStore(trained)
    job, _ = jobs.submit("audit", {"market": "VN", "symbols": None}, requested_by="An")
    jobs.move(job.id, "done", result={"failed": False, "said": []} | result)


def test_without_a_full_audit_a_quick_one_is_run_once(trained, monkeypatch):
    passed, said = audit.leak_audit(trained, "VN")
    assert passed
    assert said.startswith("A quick audit (9 stocks, 3 cuts, ")
    monkeypatch.delattr(audit, "audit")
    assert audit.leak_audit(trained, "VN") == (passed, said)


def test_a_leak_that_the_quick_audit_finds_shuts_the_gate(trained, monkeypatch):
    audit_found(monkeypatch, said=True)
    passed, said = audit.leak_audit(trained, "VN")
    assert not passed
    assert "ret_1w of AAA" in said


def test_a_full_audit_of_these_prices_counts(trained):
    full_audit(trained, failed=True, said=["ret_1w of AAA looks ahead."])
    assert audit.leak_audit(trained, "VN") == (
        False,
        f"The full audit of {JobStore(trained).all(kind='audit')[0].ended[:10]} found: "
        "ret_1w of AAA looks ahead.",
    )


def test_a_full_audit_of_older_prices_does_not(trained):
    full_audit(trained, failed=True, said=["old"])
    store = BarStore(trained)
    with connect(trained) as db:
        db.execute("UPDATE symbols SET updated='2099-01-01T00:00:00+00:00' WHERE symbol='AAA'")
    assert audit.leak_audit(trained, "VN")[0]
    assert store.symbols("VN")["updated"].max().year == 2099
