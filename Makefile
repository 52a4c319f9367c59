# One command for everything. Needed beforehand: Linux, Python 3.11 or newer with pip, and make.
# Another Python: make demo PYTHON=python3.12. Each command does all the set-up it needs; the second time that is quick.

PYTHON ?= python3
BIN := .venv/bin
CODE := src tests tools $(wildcard benchmarks)
ENGINE := $(wildcard tests/draws tests/simulate tests/truth)
LOCKED := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--no-emit-find-links $(UPGRADE)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help set-up set-up-dev demo docs check test prove prove-bounds lock format clean

help:  ## say what there is
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

set-up:
	@$(PYTHON) tools/bootstrap.py

set-up-dev:
	@$(PYTHON) tools/bootstrap.py --dev --browser

demo: set-up  ## set up, then rehearse the bundled call-up and say where the report is
	@$(BIN)/tocsin demo

# Not --quiet: it would silence the warnings that --strict counts.
docs: set-up-dev  ## set up, then build the site of all pages, which needs no network
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --clean
	@echo "The site: build/site/index.html"

check: set-up-dev  ## style, types and import contracts, without the tests
	$(BIN)/ruff check --quiet --output-format concise $(CODE)
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports --no-logo

test: check  ## set up, then all checks and the tests
	$(BIN)/pytest

prove: check prove-bounds  ## the long sets: every test, thousands of generated cases
	$(BIN)/pytest -m "prove or not prove" --hypothesis-profile=prove

# Numba checks bounds only in what it compiles anew, so a warm cache would make this prove nothing.
prove-bounds:
	@if [ -n "$(ENGINE)" ]; then cache=$$(mktemp -d) && trap 'rm -r "$$cache"' EXIT && \
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR="$$cache" $(BIN)/pytest $(ENGINE); fi

lock: set-up-dev  ## write both lock files anew (UPGRADE=--upgrade: to the newest versions)
	$(BIN)/uv pip compile $(LOCKED) --extra build --extra model --extra roads -o requirements.lock pyproject.toml >/dev/null
	$(BIN)/uv pip compile $(LOCKED) --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml >/dev/null

format:  ## put the code into the house's style
	$(BIN)/ruff check --quiet --fix $(CODE)
	$(BIN)/ruff format --quiet $(CODE)

clean:  ## remove what set-up, checks and tests have made, the environment too
	rm -rf .venv .bootstrap src/tocsin/serve/vendor build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
