# make demo   a digest of the sample week, without a key
# make test   the whole test suite
# make check  format, lint and types
# make bench  short versions of the measurements in benchmarks/

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo test check format bench clean

help:
	@sed -n 's/^# //p' Makefile

demo: $(VENV)/base
	@$(BIN)/summarizer digest examples/sample-week --model extractive --output demo
	@echo "Open demo/index.html in a browser."

test: $(VENV)/dev
	$(BIN)/python -m pytest -n auto

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

BENCHMARKS := startup read throughput ceiling replay memory chaos limits evaluate page

bench: $(VENV)/dev
	@status=0; for name in $(BENCHMARKS); do echo; echo "== $$name"; \
		$(BIN)/python -m benchmarks.$$name --short || status=1; done; exit $$status

clean:
	rm -rf $(VENV) demo

$(VENV)/base: pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; name it with: make demo PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Creating $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is needed; on Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --upgrade pip
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev: $(VENV)/base
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@
