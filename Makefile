# Two commands do everything on a machine with Python 3.11, git and make: `make repro`, `make test`.
PYTHON ?= python3
VENV := .venv
READY := $(VENV)/.ready

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help repro plots fresh test lint format lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

repro: $(READY)  ## run the study: every stage that is out of date, then its seconds
	@rm -f logs/seconds.csv
	@python -m one_click.stages.compose --check
	dvc repro
	@python -m one_click seconds

plots: $(READY)  ## all plots in a page that needs no network; REVISIONS="main other" beside each other
	@python -m one_click plots --revisions $(REVISIONS)

fresh: $(READY)  ## fail where conf.lock.yaml or dvc.lock is stale
	@python -m one_click fresh

test: $(READY)  ## run the tests
	pytest

lint: $(READY)  ## check style and formatting
	ruff check
	ruff format --check

format: $(READY)  ## mend what lint can mend
	ruff check --fix
	ruff format

lock:  ## resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra dev --extra boosting --extra sweep --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock

clean:  ## remove the environment
	rm -rf $(VENV)

# pip compiles bytecode as it installs: a stage's start is mostly imports.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	python -m pip install --quiet --disable-pip-version-check --require-hashes --compile -r requirements.lock
	python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
