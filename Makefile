# Two commands do everything: `make run` and `make test`. See README.md.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test setup check fast bench clean

run: setup  ## install, build the knowledge base, open the API and the pages
	@$(BIN)/regkb serve

test: setup check  ## everything CI runs
	@$(BIN)/pytest -q

setup:
	@command -v "$(PYTHON)" >/dev/null || { echo "找不到 $(PYTHON)：请安装 Python 3.11 或 3.12，或用 make run PYTHON=python3.11 指定。" >&2; exit 3; }
	@"$(PYTHON)" bootstrap.py

check: setup  ## style, types, import directions
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

fast: setup  ## the tests without the slow ones
	@$(BIN)/pytest -q -m "not slow and not browser"

bench: setup  ## ratios against a baseline measured in the same run
	@$(BIN)/python -m bench.run --home "$${REGKB_HOME:-.regkb}" --only ranking serve

clean:
	rm -rf .venv .regkb .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
