# The commands for people: run, test, check, fix, bench, messages. docs/ tells more.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
STATIC := $(shell find */static -type f 2>/dev/null)

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run test check fix bench messages requirements

run: .venv/runs .env static_collected/staticfiles.json
	@exec env DEMO=1 DEBUG=0 PYTHONUNBUFFERED=1 $(BIN)/python manage.py serve --port $(PORT)

test: .venv/tests
	@$(BIN)/python -m tests.everywhere

check: .venv/tests
	@$(BIN)/python -m tests.checks

fix: .venv/tests
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/python -m tests.templates --fix

bench: .venv/tests
	@$(BIN)/python -m tests.bench

messages: .venv/tests
	@SECRET_KEY=x UIC_KEY=y DEBUG=1 $(BIN)/python manage.py makemessages --locale km --no-wrap --no-obsolete --add-location file \
		--ignore '.venv/*' --ignore 'tests/*' --ignore 'static_collected/*'
	@SECRET_KEY=x UIC_KEY=y DEBUG=1 $(BIN)/python manage.py compilemessages --locale km --ignore '.venv/*'

# Compiles the pinned lists again, keeping every pin that still fits (add UPGRADE=--upgrade to renew them).
COMPILE := CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options $(UPGRADE)
requirements: .venv/tests
	$(COMPILE) --output-file requirements.txt requirements.in
	$(COMPILE) --output-file requirements-dev.txt requirements-dev.in

# --- what the commands need; each is made again only when its source changed ---------------------------

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (make PYTHON=/path/to/python3.11)."; exit 1; }
	@echo "Making .venv"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is needed (Debian: apt-get install python3-venv)."; exit 1; }

.venv/runs: requirements.txt | .venv/bin/python
	@echo "Installing what the product needs"
	@$(PIP) --require-hashes --requirement requirements.txt
	@touch $@

.venv/tests: requirements-dev.txt .venv/runs
	@echo "Installing what the tests need"
	@$(PIP) --require-hashes --requirement requirements-dev.txt
	@touch $@

# Two different secrets, made once; losing UIC_KEY makes every stored card code unfindable.
.env:
	@umask 077; $(BIN)/python -c 'from secrets import token_urlsafe as new; print(f"SECRET_KEY={new(48)}\nUIC_KEY={new(48)}")' > $@

static_collected/staticfiles.json: $(STATIC) requirements.txt | .venv/runs .env
	@echo "Gathering static files"
	@DEMO=1 $(BIN)/python manage.py collectstatic --no-input --clear --verbosity 0
