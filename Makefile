# Everything that one types here. Each target installs what it needs, once.
#   PYTHON=python3.12   make the virtual environment with this Python
#   VENV=DIR            put the virtual environment there
#   TESTERS=N           processes that run the tests side by side (4)
#   ARGS="..."          more arguments for the command of run, up, test or bench
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV ?= .venv
REPORT ?= report
PROOF ?= proof
# Most tests wait most of the time, so more than there are cores.
TESTERS ?= 4
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run up test lint prove bench bench-page bench-buffer bench-pdf bench-simulators bench-recovery packages lab engines clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.ready-to-run ## certify the reference service on virtual scanners; writes report/
	@.ci/system-packages run --optional
	@$(BIN)/scanwright certify --report $(REPORT) $(ARGS)

up: $(VENV)/.ready-to-run ## start virtual scanners and the service, until Ctrl-C
	@.ci/system-packages up --optional
	@$(BIN)/scanwright up $(ARGS)

test: $(VENV)/.ready-to-test ## run all test suites
	@$(BIN)/python -m pytest --numprocesses $(TESTERS) $(ARGS)

prove: $(VENV)/.ready-to-prove ## have the suite prove itself: mutants, null targets, variants, judges; writes proof/
	@.ci/system-packages run --optional
	@$(BIN)/scanwright prove --out $(PROOF) $(ARGS)

lint: $(VENV)/.ready-to-develop ## check style, types, imports, docstrings, spelling, layout
	@PATH="$(abspath $(BIN)):$$PATH" .ci/lint

bench: $(VENV)/.ready-to-run ## measure the page path beside scanimage
	@.ci/system-packages bench
	@$(BIN)/scanwright simulate benchmarks/test-device.toml -- \
	    $(BIN)/python -m benchmarks.page_path $(ARGS)

bench-page: $(VENV)/.ready-to-run ## measure what a page waits for: calls, thumbnails, images
	@.ci/system-packages bench
	@$(BIN)/scanwright simulate benchmarks/test-device.toml -- \
	    $(BIN)/python -m benchmarks.page_channel $(ARGS)

bench-buffer: $(VENV)/.ready-to-run ## scan a thousand pages into little memory
	@.ci/system-packages bench
	@$(BIN)/scanwright simulate benchmarks/test-device.toml -- \
	    $(BIN)/python -m benchmarks.thousand_pages $(ARGS)

bench-pdf: $(VENV)/.ready-to-develop ## make ten pages one PDF, beside img2pdf
	@$(BIN)/python fixtures/build.py a4-300-color
	@$(BIN)/python -m benchmarks.pdf_pages $(ARGS)

bench-simulators: $(VENV)/.ready-to-run ## measure the virtual scanners beside their peers
	@.ci/system-packages bench
	@$(BIN)/python -m benchmarks.virtual_scanners $(ARGS)

bench-recovery: $(VENV)/.ready-to-run ## kill the service's processes, measure until it answers
	@$(BIN)/scanwright simulate benchmarks/two-feeders.toml -- \
	    $(BIN)/python -m benchmarks.recovery $(ARGS)

packages: $(VENV)/.ready-to-pack ## build the .deb and the .rpm of the service; writes dist/
	@.ci/system-packages packages
	@$(BIN)/python packaging/make_packages.py $(ARGS)

lab: $(VENV)/.ready-to-develop ## install the packages under a real systemd (root)
	@.ci/system-packages lab
	@$(BIN)/python -m pytest e2e/lab $(ARGS)

engines: $(VENV)/.ready-to-test ## see that three browsers do what the tests in them rest on
	@$(BIN)/python -m pytest --numprocesses $(TESTERS) -m engines $(ARGS)

clean: ## remove everything that these targets made
	rm -rf $(VENV) $(REPORT) $(PROOF) build dist .tox .coverage \
	    .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find spec reference simulators conformance fixtures benchmarks docs e2e packaging .ci \
	    -name __pycache__ -prune -exec rm -rf {} +

# The stamps live in the environment and vanish with it. Dependency groups need pip 25.1.
# A service is many short processes, and an editable package is not compiled by pip.
$(VENV)/.ready-to-run: pyproject.toml
	@$(BIN)/python -c '' 2>/dev/null || { \
	    python=$$(PYTHON="$(PYTHON)" .ci/find-python); \
	    echo "Making $(VENV) with $$python"; \
	    $$python -m venv --clear $(VENV); }
	@echo "Installing scanwright and its dependencies"
	@$(PIP) install 'pip>=25.1'
	@$(PIP) install --editable '.[all]'
	@$(BIN)/python -m compileall -q */src
	@touch $@

$(VENV)/.ready-to-develop: $(VENV)/.ready-to-run
	@echo "Installing the tools for tests and lint"
	@$(PIP) install --group test --group browser --group lint --group package
	@touch $@

# The proof of the judges runs their tests.
$(VENV)/.ready-to-prove: $(VENV)/.ready-to-run
	@echo "Installing the tools for tests"
	@$(PIP) install --group test
	@touch $@

# Some clients that tests use compile against Debian's libraries.
$(VENV)/.ready-to-test: $(VENV)/.ready-to-develop
	@.ci/system-packages test
	@$(PIP) install --group native
	@touch $@

$(VENV)/.ready-to-pack: $(VENV)/.ready-to-run
	@echo "Installing the tools for packages"
	@$(PIP) install --group package
	@touch $@
