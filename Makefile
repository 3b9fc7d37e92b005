# Each target sets up what it needs by itself: a virtual environment from the lock file, then the work.
# It asks for nothing but make, Python 3.11 or newer with venv, and PyPI.

VENV  ?= .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
ARGS  ?=

# The first Python of 3.11 or newer that can make virtual environments; PYTHON=... overrides.
PYTHON ?=
PYTHONS = $(if $(PYTHON),$(PYTHON),python3 python3.13 python3.12 python3.11 python)
LOWEST  = import tomllib; it = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
          print(*(each.replace(">=", "==") for each in it["dependencies"] + it["optional-dependencies"]["demo"]), sep="\n")
EACH    ?= python3.11 python3.12 python3.13 python3.14
FITS    = import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test pythons lowest check lint lint-format lint-code lint-types lint-imports bench soak browser screenshots lock clean

help: ## show this list
	@echo 'usage: make TARGET [PYTHON=python3.12] [ARGS="..."]'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## write the report of an embedded AWS organization into reports/ (no credentials, no network)
	$(BIN)/iamscout demo $(ARGS)

test: $(READY) ## run the tests (ARGS="-k trust" for some of them)
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

pythons: ## run the tests on each Python here (EACH="python3.12 /path/to/python3.13" names others)
	@failed=; \
	for python in $(EACH); do \
	  if ! "$$python" -c '$(FITS)' > /dev/null 2>&1; then echo "$$python: not here, not tested"; continue; fi; \
	  echo "== $$python"; \
	  $(MAKE) --no-print-directory test PYTHON="$$python" VENV=".venv-$${python##*/}" || failed="$$failed $$python"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed on:$$failed" >&2; exit 1; fi

lowest: ## run the tests with the lowest versions that pyproject.toml allows
	@$(MAKE) --no-print-directory .venv-lowest/.ready VENV=.venv-lowest
	.venv-lowest/bin/python -c '$(LOWEST)' > .venv-lowest/lowest.txt
	.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check -r .venv-lowest/lowest.txt
	@$(MAKE) --no-print-directory test VENV=.venv-lowest

check: lint test ## everything that must hold: format, lint, types, import floors, tests, the built wheel

lint: lint-format lint-code lint-types lint-imports ## the part of check that runs no code (`make -k lint` tells all)

lint-format: $(READY)
	$(BIN)/ruff format --check --quiet --output-format concise .

lint-code: $(READY)
	$(BIN)/ruff check .

lint-types: $(READY)
	$(BIN)/mypy

lint-imports: $(READY)
	$(BIN)/lint-imports

bench: $(READY) ## measure time and memory on generated accounts (ARGS= is passed on)
	$(BIN)/python tests/bench/run.py $(ARGS)
	$(BIN)/python tests/bench/fetch_client.py

soak: $(READY) ## run the tests that take minutes, and print their tables
	$(BIN)/pytest -n auto --dist worksteal -m soak -rP $(ARGS) || test $$? -eq 5 # 5: there is none

browser: ## install Chromium for the browser tests (Debian's package; as root or with sudo)
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then \
	  exit 0; \
	fi; \
	if ! command -v apt-get > /dev/null; then \
	  echo 'make browser: only knows apt; install Chromium or Google Chrome by hand and put it on the PATH' >&2; exit 1; \
	fi; \
	root=; \
	if [ "$$(id -u)" != 0 ]; then \
	  if ! command -v sudo > /dev/null; then \
	    echo 'make browser: run it as root, or install sudo' >&2; exit 1; \
	  fi; \
	  root=sudo; \
	fi; \
	set -ex; \
	$$root apt-get update -q; \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-liberation; \
	command -v chromium

screenshots: $(READY) ## take the README's pictures of a fresh demo report (needs a browser)
	$(BIN)/iamscout demo --out reports/demo
	$(BIN)/python tests/browser/screenshots.py reports/demo docs

lock: $(READY) ## resolve the dependencies anew into requirements-dev.txt (ARGS="--upgrade")
	CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
	  --extra demo --extra dev --output-file requirements-dev.txt $(ARGS) pyproject.toml

clean: ## remove the virtual environment, caches and built files; reports/ stays
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find iamscout tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements-dev.txt pyproject.toml
	@python=; \
	for candidate in $(PYTHONS); do \
	  if "$$candidate" -c '$(FITS)' > /dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'No Python 3.11 or newer with venv among: $(PYTHONS).' >&2; \
	  echo 'Install one (Debian: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12 ...' >&2; \
	  exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$("$$python" --version) (once, about a minute)"; \
	"$$python" -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
