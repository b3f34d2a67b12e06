import pytest

from core.evaluation import runner
from core.evaluation.folds import walk_forward
from tests.core.evaluation import made


@pytest.fixture(scope="session")
def inputs():
    return made.inputs()


@pytest.fixture(scope="session")
def folds(inputs):
    return walk_forward(inputs, *made.YEARS)


@pytest.fixture(scope="session")
def out(inputs, folds, tmp_path_factory):
    """Out-of-fold forecasts of the quick candidates."""
    return runner.run(inputs, folds, made.quick(), tmp_path_factory.mktemp("folds"), workers=0)
