# make run    the demo: site, local ORCID registry and repositories, workers, with accounts to try
# make test   everything: lint, migrations, unit tests, PostgreSQL, browser, official schemas
# make bench  speed, printed as ratios
# make lint   the style rules alone
# make reset  throw the demo's data away
# make lock   write the locked requirements anew (needs uv)

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run test bench lint reset lock

run: $(VENV)/.installed
	@$(BIN)/python -m etd_site.devserver

test: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.run

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.bench

lint: $(VENV)/.installed-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

reset:
	rm -rf var

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" pyproject.toml --extra test -o requirements-dev.txt

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "python3 -m venv failed: on Debian, install python3-venv"; exit 1; }

# The stamp files say which lock was installed last, so that a second run starts at once.
$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing the requirements (the first time only) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing the test requirements (the first time only) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
