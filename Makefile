# Two commands do everything on a machine with Python 3.11, git and make: `make repro`, `make test`.
PYTHON ?= python3
VENV := .venv
STUDY := $(VENV)/.study
ALL := $(VENV)/.all
WORKFLOWS := .github/workflows/ci.yaml

export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help repro all plots fresh test lint audit format lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

repro: $(STUDY)  ## run the study: every stage that is out of date, then its seconds
	@rm -f logs/seconds.csv
	@python -m one_click.stages.compose --check
	@one-click repair
	@dvc repro
	@one-click seconds
	@echo "open reports/report.html (marketing) and reports/offers.xlsx (CRM)"

all: $(ALL)  ## the environment with launchers of sweeps, boosting libraries, tests and linters

plots: $(ALL)  ## all plots in a page that needs no network; REVISIONS="main other" beside each other
	@one-click plots --revisions $(REVISIONS)

fresh: $(STUDY)  ## fail where conf.lock.yaml or dvc.lock is stale
	@one-click fresh

test: $(ALL)  ## run the tests, and say what took longest; ARGS="-m 'not slow'" while one works
	pytest $(ARGS)

lint: $(ALL)  ## check style, imports, dependencies, types and the workflow
	ruff check
	ruff format --check
	lint-imports --no-logo
	deptry src
	mypy
	check-jsonschema --builtin-schema vendor.github-workflows $(WORKFLOWS)
	zizmor --offline --no-progress --quiet $(WORKFLOWS)

audit: $(ALL)  ## ask PyPI for known vulnerabilities of what the locks install
	pip-audit --strict --require-hashes --disable-pip -r requirements-all.lock
	pip-audit --strict --require-hashes --disable-pip -r requirements-install.lock

format: $(ALL)  ## mend what lint can mend
	ruff check --fix
	ruff format

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --quiet
lock: $(ALL)  ## resolve the locks anew: of the study, of all, of what installs them
	$(LOCK) pyproject.toml --all-extras --upgrade -o requirements-all.lock
	cp requirements-all.lock requirements.lock  # the study has the versions of all
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) requirements-install.in --upgrade -o requirements-install.lock

clean:  ## remove the environment
	rm -rf $(VENV)

# A stage's start is mostly imports: bytecode is compiled at once, on all cores.
INSTALL := uv pip install --quiet --python $(VENV)/bin/python --no-build-isolation --compile-bytecode
$(STUDY): requirements.lock requirements-install.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	@python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-install.lock
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps -e .
	@touch $@

$(ALL): $(STUDY) requirements-all.lock
	$(INSTALL) --require-hashes -r requirements-all.lock
	@touch $@
