"""Each change asks for the role, in core: nothing is done without it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import promotion, retiring, schedule, screens, stages, watchlists
from core.access import Actor, Forbidden, Role, acting
from core.alerts import channels, kept, manners, outbox
from core.jobs.kinds import KINDS
from core.jobs.store import JobStore
from core.market import closures, follows
from core.market.importer import import_files
from core.market.store import BarStore
from core.registry import PRICE
from core.screener import Screen

OWNERS = {
    "promote": lambda d: promotion.promote([(PRICE, 1)], "production", by="x", data_dir=d),
    "stage": lambda d: promotion.promote([(PRICE, 1)], "staging", by="x", data_dir=d),
    "roll back": lambda d: promotion.rollback(d, by="x"),
    "change": lambda d: stages.change(d, [(PRICE, 1)], "promoted", by="x"),
    "put in staging": lambda d: stages.put_in_staging(d, PRICE, 1, by="x"),
    "archive": lambda d: retiring.archive(d, PRICE, 1, by="x"),
    "unarchive": lambda d: retiring.unarchive(d, PRICE, 1, by="x"),
    "delete": lambda d: retiring.delete(d, PRICE, 1, typed=f"{PRICE} v1", by="x"),
    "schedule": lambda d: schedule.save_plan(d, "VN", schedule.Plan()),
    "channel": lambda d: channels.add(d, "mail", "mailto://a:b@example.com"),
    "drop a channel": lambda d: channels.delete(d, "mail"),
    "try a channel": lambda d: channels.test(d, "mail", "en"),
    "quiet hours": lambda d: manners.save(d, manners.Manners()),
    "calendar": lambda d: closures.write_closures("VN", []),
    "install": lambda d: JobStore(d).submit("install_vnstock", {}, requested_by="x"),
    "train and promote": lambda d: JobStore(d).submit("train", {"promote": True}, requested_by="x"),
    "unknown work": lambda d: JobStore(d).submit("dance", {}, requested_by="x"),
}
ANALYSTS = {
    **{
        kind: lambda d, kind=kind: JobStore(d).submit(kind, {}, requested_by="x")
        for kind, known in KINDS.items()
        if known.asked_by is Role.ANALYST
    },
    "rule": lambda d: kept.add(d, "stale", {}),
    "switch a rule": lambda d: kept.switch(d, 1, False),
    "delete a rule": lambda d: kept.delete(d, 1),
    "send again": lambda d: outbox.again(d, 1, datetime.now(UTC)),
    "drop a message": lambda d: outbox.drop(d, 1),
    "cancel": lambda d: JobStore(d).cancel("x"),
    "import": lambda d: import_files([Path("x.csv")], market="VN", store=BarStore(d)),
    "follow": lambda d: follows.follow(d, "VN", ["VNM"], "yahoo"),
    "unfollow": lambda d: follows.unfollow(d, "VN", ["VNM"]),
    "save a list": lambda d: watchlists.save(d, "VN", "mine", ["VNM"]),
    "rename a list": lambda d: watchlists.rename(d, "VN", "mine", "other"),
    "delete a list": lambda d: watchlists.delete(d, "VN", "mine"),
    "save a screen": lambda d: screens.save(d, "VN", "mine", Screen()),
    "rename a screen": lambda d: screens.rename(d, "VN", "mine", "other"),
    "delete a screen": lambda d: screens.delete(d, "VN", "mine"),
}


def files(folder):
    return sorted(path for path in folder.rglob("*")) if folder.exists() else []


@pytest.mark.parametrize("act", OWNERS.values(), ids=OWNERS)
def test_an_analyst_is_kept_from_what_is_an_owners(data_dir, act):
    with acting(Actor("an", Role.ANALYST, "oidc")), pytest.raises(Forbidden) as refusal:
        act(data_dir)
    assert refusal.value.needed is Role.OWNER
    assert files(data_dir) == []  # refused before anything was so much as looked at


@pytest.mark.parametrize("act", ANALYSTS.values(), ids=ANALYSTS)
def test_a_viewer_is_kept_from_what_is_an_analysts(data_dir, act):
    with acting(Actor("an", Role.VIEWER, "oidc")), pytest.raises(Forbidden) as refusal:
        act(data_dir)
    assert refusal.value.needed is Role.ANALYST
    assert files(data_dir) == []


def test_an_analyst_asks_for_work(data_dir):
    with acting(Actor("an", Role.ANALYST, "oidc")):
        job, new = JobStore(data_dir).submit("refresh", {"market": "VN"}, requested_by="an")
        JobStore(data_dir).cancel(job.id)
    assert new


def test_the_refusal_names_who_what_and_what_to_do(data_dir):
    said = (
        "an is here as viewer; to ask for work: import, refresh, train, evaluate, backtest, audit, "
        "the role analyst is needed: ask an owner for it. Nothing was done."
    )
    with acting(Actor("an", Role.VIEWER, "oidc")), pytest.raises(Forbidden) as refusal:
        JobStore(data_dir).submit("refresh", {}, requested_by="an")
    assert str(refusal.value) == said
