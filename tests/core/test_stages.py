"""One change of production at a time, in the alias and in the trail alike."""

import json
import random
import signal
import subprocess
import sys
from dataclasses import asdict

import pytest

from core import registry, stages, trail
from core.db import connect
from core.errors import UserError
from core.registry import PATTERN, PRICE
from core.settings import PROJECT
from core.tracking import client
from core.trail import PROMOTED, Entry
from tests.core.gated import another


def told(data_dir):
    return [(e.action, e.model, e.was, e.became) for e in trail.entries(data_dir)]


def added(data_dir, before):
    return told(data_dir)[before:]


def steps(data_dir):
    return len(trail.entries(data_dir))


def move_outside(model, version):
    client().set_registered_model_alias(model, "production", str(version))


def intend(data_dir, *moves):
    """What a process writes down before it moves the first alias."""
    rows = [Entry("An", PROMOTED, model, was, became, "act") for model, was, became in moves]
    with connect(data_dir) as db:
        db.execute("INSERT INTO intents VALUES (1, ?)", (json.dumps([asdict(r) for r in rows]),))


def test_a_training_that_promotes_itself_is_the_first(trained):
    assert told(trained) == [("first", PRICE, None, 1), ("first", PATTERN, None, 1)]
    first, second = trail.entries(trained)
    assert first.act == second.act
    assert first.who == "tests"


def test_a_change_is_in_the_alias_and_in_the_trail(trained):
    stages.change(trained, [(PRICE, 2)], PROMOTED, by="An", reason="It is newer.", tried={PRICE: 1})
    assert stages.in_production() == {PRICE: 2, PATTERN: 1}
    last = trail.entries(trained)[-1]
    assert (last.action, last.who, last.was, last.became) == ("promoted", "An", 1, 2)
    assert (last.reason, last.tried) == ("It is newer.", 1)


def test_nothing_to_change_is_nothing_to_tell(trained):
    before = steps(trained)
    stages.change(trained, [(PRICE, 1)], PROMOTED, by="An")
    assert steps(trained) == before


def test_who_saw_another_production_is_told_so(trained):
    seen = stages.settle(trained)
    stages.change(trained, [(PRICE, 2)], PROMOTED, by="An", expected=seen)
    with pytest.raises(UserError, match=f"changed meanwhile: it is now {PRICE} v2"):
        stages.change(trained, [(PRICE, 1)], PROMOTED, by="Binh", expected=seen)
    assert stages.in_production()[PRICE] == 2


def test_an_alias_moved_in_mlflow_is_noticed_once(trained):
    before = steps(trained)
    move_outside(PRICE, 2)
    stages.settle(trained)
    stages.settle(trained)
    assert added(trained, before) == [("made outside", PRICE, 1, 2)]
    assert trail.entries(trained)[-1].who == stages.SOMEBODY


def test_an_alias_taken_away_in_mlflow_is_noticed(trained):
    before = steps(trained)
    client().delete_registered_model_alias(PRICE, "production")
    assert stages.settle(trained) == {PATTERN: 1}
    assert added(trained, before) == [("made outside", PRICE, 1, None)]


def test_a_store_that_does_not_answer_is_not_an_empty_production(trained, monkeypatch):
    before = steps(trained)
    from mlflow.exceptions import MlflowException

    def fail(*_):
        raise MlflowException("connection refused")

    monkeypatch.setattr(client(), "get_registered_model", fail)
    with pytest.raises(UserError, match="does not answer"):
        stages.settle(trained)
    assert steps(trained) == before


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_a_change_cut_off_is_carried_to_its_end_or_forgotten(trained, moved):
    """A process died after writing its note, and after moving none, one or both aliases."""
    before = steps(trained)
    intend(trained, (PRICE, 1, 2), (PATTERN, 1, 2))
    for model in registry.MODELS[:moved]:
        move_outside(model, 2)
    now = stages.settle(trained)
    if moved == 0:
        assert now == {PRICE: 1, PATTERN: 1}
        assert steps(trained) == before
    else:
        assert now == {PRICE: 2, PATTERN: 2}
        assert added(trained, before) == [("promoted", PRICE, 1, 2), ("promoted", PATTERN, 1, 2)]
        assert "Cut off half-way" in trail.entries(trained)[-1].note
    assert stages.settle(trained) == now


def test_a_process_killed_between_alias_and_trail_is_not_somebody_outside(trained):
    before = steps(trained)
    code = (
        "import os, sys; from pathlib import Path; from core import registry, stages, trail\n"
        "stages._record = lambda *a: os._exit(9)\n"
        f"stages.change(Path(sys.argv[1]), [('{PRICE}', 2)], trail.PROMOTED, by='An')"
    )
    died = subprocess.run([sys.executable, "-c", code, str(trained)], cwd=PROJECT, check=False)
    assert died.returncode == 9
    assert stages.in_production()[PRICE] == 2
    stages.settle(trained)
    assert added(trained, before) == [("promoted", PRICE, 1, 2)]


@pytest.mark.parametrize(
    ("dies_in", "became", "stages_then", "by"),
    [
        ("give_stage", 1, ["Production", ""], ""),
        ("tell_stage", 2, ["Archived", "Production"], "An"),
    ],
)
def test_a_process_killed_at_the_alias_leaves_tags_that_agree_with_it(
    trained, dies_in, became, stages_then, by
):
    code = (
        "import os, sys; from pathlib import Path; from core import registry, stages, trail\n"
        f"registry.{dies_in} = lambda *a, **k: os._exit(9)\n"
        f"stages.change(Path(sys.argv[1]), [('{PRICE}', 2)], trail.PROMOTED, by='An')"
    )
    died = subprocess.run([sys.executable, "-c", code, str(trained)], cwd=PROJECT, check=False)
    assert died.returncode == 9
    assert stages.settle(trained)[PRICE] == became
    assert [registry.get(PRICE, number).stage for number in (1, 2)] == stages_then
    assert registry.get(PRICE, 2).tags.get("promoted_by", "") == by


MORTAL = """
import os, signal, sys, time
from pathlib import Path
from core import registry, stages, trail
folder = Path(sys.argv[1])
for line in sys.stdin:
    version, delay = int(line.split()[0]), float(line.split()[1])
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        stages.settle(folder)
        os.write(tell, b".")
        moves = [(model, version) for model in registry.MODELS]
        stages.change(folder, moves, trail.PROMOTED, by="An")
        os._exit(0)
    os.read(hear, 1)
    began = time.monotonic()
    if delay:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, ended = os.waitpid(child, 0)
    print(time.monotonic() - began, ended, flush=True)
    os.close(hear)
    os.close(tell)
"""


@pytest.mark.parametrize("tries", [4, pytest.param(50, marks=pytest.mark.long)])
def test_a_process_killed_at_any_moment_leaves_one_production_and_its_trail(trained, tries):
    mortal = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", MORTAL, str(trained)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def promote(version, delay):
        mortal.stdin.write(f"{version} {delay}\n")
        mortal.stdin.flush()
        seconds, ended = mortal.stdout.readline().split()
        return float(seconds), int(ended)

    killed = 0
    try:
        whole, ended = promote(2, 0)
        assert ended == 0
        for turn in range(tries):
            before = stages.in_production()[PRICE]
            # The first promotion of a process takes longest: early moments more often, so that
            # some come before the end.
            moment = 0.02 + 0.98 * ((turn + random.random()) / tries) ** 2
            _, ended = promote(3 - before, moment * whole)
            killed += ended == signal.SIGKILL
            now = stages.settle(trained)
            assert now in (dict.fromkeys(registry.MODELS, number) for number in (1, 2))
            assert trail.last_known(trained) == now
            for model, version in now.items():
                held = {v.version: v.stage for v in registry.versions(model)}
                assert held == {version: "Production", 3 - version: "Archived"}
                assert registry.get(model, version).tags["replaces"] == str(3 - version)
            with connect(trained) as db:
                assert db.execute("SELECT count(*) FROM intents").fetchone()[0] == 0
    finally:
        mortal.stdin.close()
        mortal.wait(timeout=60)
        mortal.stdout.close()
    assert killed


def without_a_trail(trained):
    """The store as an older Weeklens left it."""
    with connect(trained) as db:
        for name in ("trail_undeleted",):
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM trail")


def test_what_an_older_weeklens_knew_is_taken_over(trained):
    without_a_trail(trained)
    stages.settle(trained)
    assert told(trained) == [
        ("before the trail", PRICE, None, 1),
        ("before the trail", PATTERN, None, 1),
    ]
    first, second = trail.entries(trained)
    assert first.at == registry.get(PRICE, 1).tags["promoted_at"]
    assert first.act == second.act
    stages.settle(trained)
    assert steps(trained) == 2


def test_an_older_history_ends_with_what_is_in_production_now(trained):
    without_a_trail(trained)
    move_outside(PRICE, 2)
    stages.settle(trained)
    assert told(trained)[-1] == ("made outside", PRICE, 1, 2)


def test_staging_is_told_too(trained):
    stages.put_in_staging(trained, PRICE, 2, by="An")
    assert told(trained)[-1] == ("staged", PRICE, None, 2)
    assert trail.last_known(trained)[PRICE] == 1


RACER = """
import sys
from pathlib import Path
from core import stages, trail
from core.errors import UserError
folder, version = Path(sys.argv[1]), int(sys.argv[2])
for line in sys.stdin:
    model, seen = line.split()
    try:
        stages.change(
            folder, [(model, version)], trail.PROMOTED, by=sys.argv[2], expected={model: int(seen)}
        )
        print("won", flush=True)
    except UserError as error:
        print("changed" if "changed meanwhile" in str(error) else f"error {error}", flush=True)
"""


@pytest.mark.parametrize("tries", [5, pytest.param(1000, marks=pytest.mark.long)])
def test_of_two_who_promote_at_once_one_wins_and_the_other_is_told(trained, tries):
    assert another(PRICE, 2).version == 3
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(trained), version],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for version in ("2", "3")
    ]
    before = steps(trained)
    try:
        for _ in range(tries):
            stages.change(trained, [(PRICE, 1)], PROMOTED, by="referee")
            for racer in racers:
                racer.stdin.write(f"{PRICE} 1\n")
                racer.stdin.flush()
            said = [racer.stdout.readline().strip() for racer in racers]
            assert sorted(said) == ["changed", "won"]
            now = stages.settle(trained)
            assert now[PRICE] == (2, 3)[said.index("won")]
            assert trail.last_known(trained) == now
    finally:
        for racer in racers:
            racer.stdin.close()
            racer.wait(timeout=30)
            racer.stdout.close()
    assert {action for action, *_ in added(trained, before)} == {"promoted"}
