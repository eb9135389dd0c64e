# Each target works as the only command on a fresh machine: it makes its own environment.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test lint unit campaign benchmark checker clean

demo: $(VENV)/.demo
	$(BIN)/python examples/digits.py

test: lint unit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.test
	$(BIN)/python -m pytest -n auto

# The long campaigns: random differential tests and mutated certificates.
campaign: $(VENV)/.test
	$(BIN)/python -m pytest -m slow -s

benchmark: $(VENV)/.test
	$(BIN)/python -m pytest -m benchmark -s tests/benchmarks

# The checker as one file to pass on: dist/exactland-checker.pyz and dist/exactland-checker.py.
checker:
	$(PYTHON) -m exactland.export.checker_file dist

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[digits]'
	touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[test,digits]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
