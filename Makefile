# Weeklens: the everyday commands. `make help` lists them.

HOST ?= 127.0.0.1
PORT ?= 8501
MLFLOW_PORT ?= 5001
WORKERS ?= 2
ON_SERVER := $(addprefix tests/core/,gate test_promotion.py test_retiring.py test_stages.py test_trail.py)
BENCH ?= prices speed training backtest pages jobs api

PY := .venv/bin/python

# Nothing reports home. The app sets these itself; here they also cover tests and tools.
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true

.DEFAULT_GOAL := help
.PHONY: help run live test test-long lint bench shots mlflow check-deploy lock clean setup setup-test

help:
	@echo "make run        start Weeklens on http://$(HOST):$(PORT) (the first time: install it)"
	@echo "make test       run the tests; make test ARGS=tests/core runs a part"
	@echo "make test-long  run the long tests that 'make test' leaves out, and some on an MLflow server"
	@echo "make lint       check style and formatting"
	@echo "make bench      measure speed and skill; make bench BENCH=prices runs one"
	@echo "make shots      take pictures of every page into shots/; ARGS as in tools/screenshots.py"
	@echo "make live       install vnstock, the source of live Vietnamese prices, apart from the app"
	@echo "make mlflow     start MLflow's own pages on the same store, port $(MLFLOW_PORT)"
	@echo "make check-deploy  start the services of compose.yaml without Docker and check them, in Chromium too"
	@echo "make lock       pin the server's packages with their hashes anew (deploy/requirements.lock)"
	@echo "make clean      remove .venv and caches; the data folder stays"
	@echo
	@echo "Variables: PYTHON (which Python to use), HOST, PORT, ARGS, WORKERS, BENCH, MLFLOW_PORT"

setup:
	@PYTHON="$(PYTHON)" sh tools/setup.sh app

setup-test:
	@PYTHON="$(PYTHON)" sh tools/setup.sh test

run: setup
	@$(PY) tools/run.py --host "$(HOST)" --port "$(PORT)"

test: setup-test
	@$(PY) tools/test.py --workers $(WORKERS) $(ARGS)

test-long: setup-test
	@$(PY) -m pytest -m long --durations=5 $(ARGS)
	@$(PY) -m pytest -m "not long" --on-server $(ON_SERVER)

lint: setup-test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

bench: setup-test
	@for name in $(BENCH); do $(PY) -m benchmarks.$$name $(ARGS) || exit 1; done

shots: setup-test
	@$(PY) -m tools.screenshots $(ARGS)

live: setup
	@$(PY) -m core live $(ARGS)

mlflow: setup
	@$(PY) tools/mlflow_ui.py --port "$(MLFLOW_PORT)"

check-deploy: setup-test
	@deploy/check $(ARGS)

lock: setup
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(PY) -m uv pip compile --quiet --universal --python-version 3.12 --generate-hashes \
		--no-annotate --no-emit-index-url --custom-compile-command "make lock" \
		--constraints constraints.txt deploy/requirements.txt --output-file deploy/requirements.lock

clean:
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis shots
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
