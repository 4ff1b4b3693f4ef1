# Needs Rust (cargo), a C compiler and Python 3.10 or newer; everything else is installed into .venv.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3
INPUT ?=
OUTPUT ?= report.html

# Outside the clone, so that a fresh clone finds polars compiled.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/commonweal/target
# As many compilers as there are cores, and no more than the memory holds: a crate of polars takes up to 2 GB.
export CARGO_BUILD_JOBS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2); \
	fits=$$(awk '/^MemTotal/ { print int($$2 / 2000000) }' /proc/meminfo 2>/dev/null || echo $$cores); \
	fits=$${fits:-$$cores}; echo $$(( fits < 1 ? 1 : fits < cores ? fits : cores )))
export PATH := $(CURDIR)/.venv/bin:$(PATH):$(HOME)/.cargo/bin
export VIRTUAL_ENV := $(CURDIR)/.venv
# pyo3 looks at the same interpreter whoever calls cargo, so that nothing is compiled twice.
export PYO3_PYTHON := $(CURDIR)/.venv/bin/python
export PIP_QUIET := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport CONDA_PREFIX PYTHONHOME PYTHONPATH

# Every cargo command builds the whole workspace in release: one set of features, one profile, one build of polars.
LOCKED := $(if $(CI),--locked)
# In CI a commit is tested on the same random cases every time; elsewhere every run draws new ones.
ifdef CI
export PROPTEST_RNG_SEED ?= 1958
endif
WORKSPACE := --release --workspace $(LOCKED)
STAMP := .venv/.installed
STUB := python/commonweal/_core.pyi

.PHONY: help setup build demo test test-rust test-python test-notebooks test-browser site lint lint-rust lint-python bench instructions mutations peers stubs docs pictures lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Make .venv and install what building and testing need

$(STAMP): requirements-dev.txt
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust from https://rustup.rs, then run make again" >&2; exit 1; }
	@command -v cc >/dev/null || { echo "a C compiler is missing: install gcc or clang (Debian: apt install gcc libc6-dev)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "$(PYTHON) is missing or older than 3.10: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || { echo "$(PYTHON) cannot make virtual environments (Debian: apt install python3-venv)" >&2; exit 1; }
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install -r requirements-dev.txt
	@touch $@

build: setup  ## Compile the extension into .venv
	maturin develop --release $(LOCKED)

demo: build  ## Write report.html on a simulated community, or on INPUT=path
ifeq ($(INPUT),)
	commonweal simulate --members 2000 --seed 1 -o build/community
	commonweal report build/community -o "$(OUTPUT)"
else
	commonweal report "$(INPUT)" -o "$(OUTPUT)"
endif
	@echo "The report: $(abspath $(OUTPUT))"

test: test-rust test-python test-notebooks  ## Run every test: Rust, Python, README, doctests, notebooks

test-rust: setup
	cargo test $(WORKSPACE)
	cargo bench --workspace $(LOCKED) --bench kpis -- --test

test-python: build
	pytest

test-notebooks: build
	pytest --nbmake notebooks

# Not a part of `make test`: it needs a browser, and a package from npm.
test-browser: build  ## Look at the report in headless Chromium, and let axe-core look at it
	@command -v chromium chromium-browser google-chrome >/dev/null || { echo "Chromium is missing (Debian: apt install chromium)" >&2; exit 1; }
	@test -d build/browser/node_modules/axe-core || npm install --silent --no-audit --no-fund --prefix build/browser axe-core@4.14.1
	COMMONWEAL_BROWSER=1 pytest python/tests/test_browser.py

lint: lint-rust lint-python docs  ## Check format, lints, types, stubs and docs

lint-rust: setup
	cargo fmt --all --check
	python tools/one_build.py
	cargo clippy $(WORKSPACE) --all-targets -- -D warnings

lint-python: build
	ruff format --check
	ruff check
	mypy
	python tools/snippets.py build/snippets
	basedpyright
	python -m mypy.stubtest commonweal._core
	maturin generate-stubs --profile release --quiet $(LOCKED) --features stubs --out build/stubs
	diff build/stubs/commonweal/_core.pyi $(STUB) || { echo "$(STUB) is out of date: run make stubs" >&2; exit 1; }

stubs: setup  ## Write the stub of the extension
	maturin generate-stubs --profile release --quiet --features stubs --out build/stubs
	cp build/stubs/commonweal/_core.pyi $(STUB)

bench: build  ## Measure every KPI (criterion)
	cargo bench --workspace --bench kpis

# Not a part of `make test`, which tries twelve seeds: this goes on for SECONDS.
mutations: build  ## Break exports of every reader at random for SECONDS=600, from SEED=1000
	COMMONWEAL_MUTATIONS=$(or $(SECONDS),600) COMMONWEAL_SEED=$(or $(SEED),1000) pytest python/tests/test_mutations.py

# Not a part of `make test`: it needs valgrind, and minutes.
instructions: setup  ## Count the instructions of every KPI, and fail where they grew by more than 3 %
	python tools/instructions.py

peers: build  ## Compare with polars, DuckDB and ClickHouse at EVENTS=1e7
	pip install --group peers
	python benches/peers/run.py --events $(or $(EVENTS),1e7)

docs: setup  ## Build the Rust docs; a warning is an error
	RUSTDOCFLAGS="-D warnings" cargo doc $(WORKSPACE) --no-deps --quiet

site: setup  ## Build the docs as a site, in site/; a warning is an error
	pip install --group site
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict --quiet

pictures: build  ## Draw the pictures of docs/ anew, from real communities beside the clone
	python docs/pictures

lock: setup  ## Resolve requirements-dev.txt anew
	pip install uv
	uv pip compile --quiet --upgrade --universal --python-version 3.10 --extra report --group dev --custom-compile-command "make lock" pyproject.toml -o requirements-dev.txt

clean:  ## Remove .venv, build and the compiled crates of this workspace
	cargo clean --release -p commonweal -p commonweal-text -p commonweal-sources -p commonweal-py -p commonweal-benches
	rm -rf .venv build report.html
