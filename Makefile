.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
KIT := $(BIN)/kit
DEMO ?= demo

.PHONY: help demo test lint types bench clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

.venv/ready: setup.py
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: .venv/ready  ## draw a competition and play it from fold to final selection (6 minutes on 2 cores)
	$(BIN)/python -m benchmarks.demo $(DEMO)

test: .venv/ready  ## run the whole test suite
	$(BIN)/python -m pytest

lint: .venv/ready  ## check the style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready  ## check the types
	$(BIN)/mypy kit

clean:  ## remove the demo and caches; runs and submissions stay
	rm -rf $(DEMO) .pytest_cache .ruff_cache .mypy_cache .hypothesis
