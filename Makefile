# Everything a developer or a first visitor calls. `make run` is the whole set-up.
PYTHON ?= python3
VENV := .venv
TOOLS := .cache/tools
UV := $(TOOLS)/bin/uv
PY := $(VENV)/bin/python
RUN_LOCKS := requirements/base.txt requirements/embedded.txt
DEV_LOCKS := $(RUN_LOCKS) requirements/dev.txt
PATHS := src tests bench tools
ARGS ?=

.PHONY: run test check fix bench screens migrate docs lock venv messages packages
.DEFAULT_GOAL := run

run: $(VENV)/.run ## start everything on this machine
	@exec $(VENV)/bin/onque up $(ARGS)

test: $(VENV)/.dev packages check ## every static check, then the whole test suite
	@$(VENV)/bin/onque messages compile
	$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

check: $(VENV)/.dev ## every static check
	$(VENV)/bin/ruff check $(PATHS)
	$(VENV)/bin/ruff format --check $(PATHS)
	$(VENV)/bin/djlint --lint --quiet src
	$(VENV)/bin/codespell $(PATHS) docs README.md
	$(VENV)/bin/lint-imports
	$(VENV)/bin/mypy
	$(PY) -m tools.checks
	@! grep -n '://' requirements/*.txt
	DJANGO_SETTINGS_MODULE=onque.config.settings.test $(PY) -W ignore -m django makemigrations --check --dry-run

fix: $(VENV)/.dev ## repair what can be repaired by machine
	$(VENV)/bin/ruff check --fix $(PATHS)
	$(VENV)/bin/ruff format $(PATHS)

bench: $(VENV)/.dev ## measure; see docs/performance.md
	$(PY) -m bench $(ARGS)

screens: $(VENV)/.dev packages ## pictures of every screen, below docs/screens
	@$(VENV)/bin/onque messages compile
	$(PY) -m tools.screens

migrate: $(VENV)/.run ## bring the configured database up to date
	$(VENV)/bin/onque migrate

docs: $(VENV)/.dev ## write the generated reference pages
	$(PY) -m tools.docs

messages: $(VENV)/.dev ## extract words, update and compile the catalogues
	$(VENV)/bin/onque messages update

packages: ## Debian packages for browser and mail tests, when root
	@tools/debian-packages

venv: $(VENV)/.dev ## the development environment

$(UV): requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Onque needs Python 3.11 or newer (set PYTHON=...).")'
	@$(PYTHON) -m venv $(TOOLS) || { echo "Python cannot make virtual environments here (Debian: apt install python3-venv)."; exit 1; }
	@$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	@touch $@

$(PY):
	@$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.run: $(UV) $(RUN_LOCKS) pyproject.toml | $(PY)
	@$(UV) pip install --quiet --python $(PY) --require-hashes $(addprefix -r ,$(RUN_LOCKS))
	@$(PY) tools/link.py
	@touch $@

$(VENV)/.dev: $(UV) $(DEV_LOCKS) pyproject.toml | $(PY)
	@$(UV) pip sync --quiet --python $(PY) --require-hashes $(DEV_LOCKS)
	@$(PY) tools/link.py
	@touch $@ $(VENV)/.run

lock: $(UV) ## resolve requirements/*.in again
	@for name in tools base embedded dev; do \
	  $(UV) pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header \
	    --upgrade requirements/$$name.in -o requirements/$$name.txt || exit 1; done
