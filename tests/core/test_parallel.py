"""The same results from this process, from processes of its own, and from a cluster."""

import os

import numpy as np
import pytest

from core.errors import UserError
from core.evaluation import runner
from core.evaluation.candidates import CANDIDATES
from core.evaluation.folds import walk_forward
from core.parallel import executor, finished
from core.settings import settings
from tests.conftest import forget
from tests.core.cluster import cluster
from tests.core.evaluation import made

QUICK = ("momentum", "prior")
MORE = (*QUICK, "drift", "ridge_apart", "logistic_context")


@pytest.fixture
def walk():
    inputs = made.inputs()
    return inputs, walk_forward(inputs, *made.YEARS)


@pytest.fixture
def on_cluster(data_dir, tmp_path, monkeypatch):
    with cluster(tmp_path) as found:
        monkeypatch.setenv("WEEKLENS_DASK", found.address)
        forget()
        yield found


def test_processes_of_this_machine_answer_and_leave_the_environment(data_dir):
    settings()  # tells libraries their folders by the environment, once
    before = dict(os.environ)
    with executor(2) as pool:
        tasks = {pool.submit(pow, number, 2): number for number in range(5)}
        assert sorted(finished(tasks)) == [0, 1, 2, 3, 4]
        assert sorted(future.result() for future in tasks) == [0, 1, 4, 9, 16]
    assert dict(os.environ) == before


def test_the_first_error_of_a_task_is_raised(data_dir):
    with executor(1) as pool, pytest.raises(ZeroDivisionError):
        list(finished({pool.submit(divmod, 1, 0): "it"}))


def test_a_cluster_that_is_away_is_one_sentence(data_dir, monkeypatch):
    monkeypatch.setattr("core.parallel.CONNECT_SECONDS", 0.5)
    monkeypatch.setenv("WEEKLENS_DASK", "tcp://127.0.0.1:8769")
    forget()
    with pytest.raises(UserError, match=r"tcp://127.0.0.1:8769 does not answer: start it"):
        executor(2).__enter__()


@pytest.mark.parametrize(
    ("names", "count"), [(QUICK, 3), pytest.param(MORE, 99, marks=pytest.mark.long)]
)
def test_a_worker_killed_in_the_middle_loses_nothing(on_cluster, walk, tmp_path, names, count):
    inputs, folds = walk
    some, folds = [CANDIDATES[name] for name in names], folds[:count]
    alone = runner.run(inputs, folds, some, tmp_path / "alone", workers=0)
    done = []

    def kill_one(*told):
        if not done:
            on_cluster.workers[0].kill()
        done.append(told)

    many = runner.run(inputs, folds, some, tmp_path / "many", tell=kill_one)
    assert on_cluster.workers[0].wait() != 0
    assert on_cluster.workers[1].poll() is None
    assert [told[0] for told in done] == list(range(1, len(some) * len(folds) + 1))
    assert np.array_equal(many.rows, alone.rows)
    for name, told in alone.told.items():
        assert np.allclose(many.told[name], told, rtol=0, atol=1e-12)
    assert not list(tmp_path.rglob("*.part"))
