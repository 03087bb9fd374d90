# kamsim: `make help` lists what can be done. No activation is needed; .venv is made and reused.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
QUICK := -m "not slow and not evidence"
# Two at a time, a file's tests together: what a module prepares is prepared once.
PARALLEL := -n 2 --dist loadfile

# The commands that made the two requirement files; they stand in the files' heads as well.
BOOTSTRAP_COMMAND := uv pip compile --universal --python-version 3.11 --generate-hashes requirements/bootstrap.in -o requirements/bootstrap.txt
LOCK_COMMAND := uv pip compile --universal --python-version 3.11 --generate-hashes pyproject.toml --all-extras --group dev -o requirements/lock.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-slow notebooks-check check format bench verify notebooks sample lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## make .venv from the lock file (the other targets do it when needed)

# Made afresh whenever the lock file changes, so that no package of an earlier lock lingers.
# Bytecode is compiled here because some environments forbid Python to write it later.
$(READY): requirements/lock.txt requirements/bootstrap.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "kamsim needs Python 3.11 or newer, and '$(PYTHON)' is not there: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "kamsim needs Python 3.11 or newer, and '$(PYTHON)' is $$($(PYTHON) -V): make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/lock.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q kamsim
	@echo 'compiling the model, once: about half a minute'
	$(BIN)/python -m tools.compile_model
	@touch $@

demo: $(READY) ## the main job on a synthetic portfolio: table, and a report in runs/demo
	$(BIN)/kamsim run --scenario saas_midmarket --out runs/demo

test: $(READY) ## the quick tests and every docstring example (under 5 minutes)
	$(BIN)/python -m pytest $(PARALLEL) --doctest-modules kamsim tests $(QUICK)

test-slow: $(READY) ## the fixed sample of slow tests that .ci/run adds
	$(BIN)/python -m pytest tests -m slow

notebooks-check: $(READY) ## run every notebook again and compare its headline
	$(BIN)/python -m pytest $(PARALLEL) --nbval-lax notebooks

check: $(READY) ## formatter, linter, types, layers, tests
	$(BIN)/ruff format --check kamsim tests benchmarks tools
	$(BIN)/ruff check kamsim tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(READY) ## format the code and mend what the linter can
	$(BIN)/ruff format kamsim tests benchmarks tools
	$(BIN)/ruff check --fix kamsim tests benchmarks tools

bench: $(READY) ## measure speed into benchmarks/results.json
	$(BIN)/python -m benchmarks.run

verify: $(READY) ## the full evidence, written to docs/evidence (long)
	$(BIN)/python -m tools.write_evidence

notebooks: $(READY) ## run the committed notebooks again and normalise them (no diff when nothing changed)
	$(BIN)/kamsim notebook refresh

sample: $(READY) ## write the small bundle in data/sample again
	$(BIN)/kamsim generate --scenario saas_midmarket --accounts 60 --format csv --out data/sample

lock: $(READY) ## resolve the two requirement files again
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "$(BOOTSTRAP_COMMAND)" requirements/bootstrap.in -o requirements/bootstrap.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "$(LOCK_COMMAND)" pyproject.toml --all-extras --group dev -o requirements/lock.txt
	@! grep -n '://' requirements/*.txt

clean: ## delete .venv, caches and run folders
	rm -rf .venv runs build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
