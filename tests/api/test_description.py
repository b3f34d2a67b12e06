"""The OpenAPI document, and requests made from it: answers are as it says, and nothing breaks."""

import subprocess
import sys
from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from api.app import make_api
from api.models import jobs as asked
from core.backtest.market import PRESETS
from core.backtest.portfolio import CHOICES, WEIGHTS
from core.backtest.request import LIQUIDITY, MOST_CAPITAL, SOURCES


def operations(document):
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield f"{method.upper()} {path}", told


def test_every_operation_is_described():
    for name, told in operations(make_api(lambda: True).openapi()):
        assert told["description"], name
        problems = {"401", "422", "429"} & set(told["responses"])
        assert problems == {"401", "422", "429"}, name
        for status, answer in told["responses"].items():
            if int(status) >= 400 and name != "GET /v1/ready":
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_models_have_examples_that_fit_them():
    document = make_api(lambda: True).openapi()
    shown = [
        name for name, schema in document["components"]["schemas"].items() if "examples" in schema
    ]
    assert {"Forecast", "Symbol", "Version", "Train", "Job", "Promotion"} <= set(shown)
    for model in vars(asked).values():
        if isinstance(model, type) and hasattr(model, "model_config"):
            for example in (model.model_config.get("json_schema_extra") or {}).get("examples", []):
                model.model_validate(example)


def test_the_description_loads_nothing_heavy():
    """A server's start must not wait for MLflow."""
    heavy = "('mlflow', 'streamlit', 'tensorflow')"
    code = f"import api.app, sys; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_a_backtest_may_be_is_as_core_has_it():
    assert (tuple(PRESETS), tuple(CHOICES)) == (asked.RULES, asked.CHOICES)
    assert (tuple(WEIGHTS), SOURCES) == (asked.WEIGHTS, asked.SOURCES)
    assert (asked.LIQUIDITY, asked.MOST_CAPITAL) == (LIQUIDITY, MOST_CAPITAL)


@pytest.mark.parametrize("mode", GenerationMode)
def test_requests_made_from_the_description_find_nothing(owner, mode):
    schema = schemathesis.openapi.from_dict(owner.get("/openapi.json").json())
    schema.config.base_url = owner.base.removesuffix("/v1")
    found, tried = [], Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        if not operation.path.endswith("/events"):  # ends when a job does
            try:
                asking(operation, mode, owner, tried)()
            except Unsatisfiable:
                pass  # nothing that could be wrong about it
            except BaseException as error:
                found.append(f"{operation.label}: {error}")
    assert found == []
    assert len(tried) > 20


def asking(operation, mode, owner, tried):
    """A function that makes a few requests of one operation."""

    @settings(
        max_examples=2,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        tried[operation.label] += 1
        case.call_and_validate(headers={"Authorization": f"Bearer {owner.token}"}, timeout=30)

    return ask


@pytest.mark.long
def test_schemathesis_itself_finds_nothing(owner, tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{owner.base}/openapi.json"]
    command += ["-H", f"Authorization: Bearer {owner.token}", "--max-examples", "50"]
    command += ["--exclude-path-regex", "events$", "--phases", "examples,coverage,fuzzing"]
    done = subprocess.run([*command, "--no-color"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "Tested: 25" in done.stdout
