import re

import mlflow

from core import registry
from core.registry import PATTERN
from core.tracking import client
from core.training.figures import FIGURES, figures_page

RESULT = {
    "pattern": {
        "histories": [[[1.1, None], [1.0, None]]],
        "reliability": {"said": [0.4], "came": [0.5], "count": [30]},
        "confusion": [[5, 1, 2], [1, 4, 1], [2, 2, 7]],
    }
}


def test_a_run_without_validation_has_its_figures():
    page = figures_page(RESULT)
    assert [page.count(f"<h2>{title}") for title in ("Loss", "Reliability", "Confusion")] == [1] * 3
    assert "Validation weeks" not in page.split("<h2>Reliability")[0].split("Plotly.newPlot")[-1]


def test_it_draws_without_a_network():
    page = figures_page(RESULT)
    assert len(page) > 1_000_000  # plotly.js is inside
    assert re.findall(r"<(?:script|link)[^>]+(?:src|href)=", page) == []


def test_no_epoch_at_all_says_so():
    page = figures_page({"pattern": RESULT["pattern"] | {"histories": [[]]}})
    assert "The first epoch has not ended yet." in page


def test_each_network_of_a_blend_has_its_losses():
    both = {"pattern": RESULT["pattern"] | {"histories": [[[1.1, 1.2]], [[1.0, 1.3]]]}}
    titles = re.findall("<h2>(Loss.*?)</h2>", figures_page(both))
    assert titles == ["Loss by epoch, network 1 of 2", "Loss by epoch, network 2 of 2"]


def test_every_run_has_the_page_among_its_files(trained):
    version = registry.get(PATTERN, 1)
    client()
    page = mlflow.artifacts.load_text(f"runs:/{version.run_id}/{FIGURES}")
    assert "Validation weeks" in page
