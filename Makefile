# Two commands: `make demo` plays, `make test` checks. Each sets up by itself what it needs.

PYTHON ?= python3
BIN := .venv/bin

.NOTPARALLEL:
.PHONY: help demo test clean

help:
	@echo "make demo   eight bars, live, to a MIDI port named Fractalroll; leaves demo.mid and demo.png"
	@echo "make test   lint, types, contracts and tests"
	@echo "make clean  remove the virtual environment and everything that can be made again"

demo:
	@$(PYTHON) scripts/setup.py
	$(BIN)/fractalroll play --bars 8 --save demo.mid --picture demo.png

# One thread per worker: two workers share two cores.
test: export OMP_NUM_THREADS := 1
test: export QT_QPA_PLATFORM := offscreen
test:
	@$(PYTHON) scripts/setup.py --test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist loadgroup

clean:
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache build dist
	rm -f demo.mid demo.png
