# make demo   plans the bundled city                make test   runs the tests
# make test-long  those that take long: whole flows, kills, many random cases
# make test-cities  those on the real layers, where they are there (GRIDPLAN_DATA, else ../shared/data)      make test-site  those of the site, which they build
# make check  ruff, mypy, imports, eslint, tsc      make bench  speed and quality, side by side with peers
# make wheel  wheel and sdist into dist/            make release-check  the wheel in an empty environment, and its bill of materials
# make sample the bundled city's proposal into maps/sample
# make bundle a folder with all that a Windows computer without internet needs, into build/bundle
# make docs   builds the site into build/site      make oldest  a slice of the tests with the oldest releases allowed
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-long test-cities test-site check docs bench sample wheel release-check oldest bundle clean

demo: .venv/installed
	$(BIN)/gridplan demo

# The command is started some hundred times: its modules are compiled once.
unexport PYTHONDONTWRITEBYTECODE

PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

test: .venv/installed-test
	$(PYTEST) -m "not long and not shared_data and not site"

test-long: .venv/installed-test
	$(PYTEST) -m "long and not shared_data and not site"

test-cities: .venv/installed-test
	$(PYTEST) -m shared_data

test-site: .venv/installed-test .venv/installed-docs
	$(BIN)/python -m pytest -m site

check: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	.ci/lint-page $(BIN)/python

docs: .venv/installed-docs
	$(BIN)/python docs/build.py build/site

bench: .venv/installed-bench
	$(BIN)/python benchmarks/travel.py
	$(BIN)/python benchmarks/solve.py

sample: .venv/installed
	$(BIN)/gridplan demo --out maps/sample
	rm maps/sample/run.log

wheel: .venv/installed-release
	rm -rf dist
	$(BIN)/python -m build

release-check: wheel
	.ci/release-check $(PYTHON)

oldest:
	.ci/oldest $(PYTHON)

bundle:
	PYTHON=$(PYTHON) .ci/bundle

clean:
	rm -rf .venv build dist gridplan.egg-info

.venv/installed: setup.cfg setup.py pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "gridplan needs Python 3.11 or newer; name one: make PYTHON=python3.11 demo")'
	@echo "Installing into .venv (once) · 正在安装到 .venv（仅首次）"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-test: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

.venv/installed-docs: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

.venv/installed-bench: .venv/installed-test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@touch $@

.venv/installed-release: .venv/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[release]'
	@touch $@
