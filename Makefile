# The two commands of the README do all their own set-up:
#   make run     the engine over a synthetic trading day
#   make test    all tests, C++ and Python
# CONTRIBUTING.md tells what the others are for.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := CMakeLists.txt pyproject.toml $(shell find cmake cpp bindings -type f -not -name '*_test.cpp')

# Our compilers and tools come out of the virtual environment, at the versions that pyproject.toml pins.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# The tests build the package a second time, from a copy: what the compiler gave for the same source is taken again.
export CCACHE_DIR ?= $(CURDIR)/build/ccache
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := true
test-cpp test-python: export CMAKE_CXX_COMPILER_LAUNCHER = $(shell command -v ccache)

.PHONY: run test fuzzers test-cpp test-python test-asan test-tsan test-aarch64 test-fuzz fuzz lint tidy format bench stress clean system-packages
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	$(BIN)/pyhft run --orders build/orders.pcap --log build/trading.log

test: system-packages lint test-cpp tidy test-asan test-tsan test-aarch64 test-fuzz test-python

test-cpp: $(VENV)/.dev
	cmake --workflow --preset dev

test-asan: $(VENV)/.dev
	cmake --workflow --preset asan

test-tsan: $(VENV)/.dev
	cmake --workflow --preset tsan

test-aarch64: $(VENV)/.dev
	cmake --workflow --preset aarch64

# A minute over all fuzz targets, two at a time, of much the same inputs every time; `make fuzz` gives each ten, or FUZZ_SECONDS.
test-fuzz: system-packages $(VENV)/.dev fuzzers
	tests/fuzz/run.py --seconds 4 --jobs 2 --seed 1

FUZZ_SECONDS ?= 600
fuzz: system-packages $(VENV)/.dev fuzzers
	tests/fuzz/run.py --seconds $(FUZZ_SECONDS)

fuzzers: $(VENV)/.dev
	cmake --preset fuzz >/dev/null
	cmake --build --preset fuzz

test-python: $(VENV)/.installed $(VENV)/.dev
	$(BIN)/pytest

lint: $(VENV)/.dev
	$(BIN)/pre-commit run --all-files

tidy: $(VENV)/.dev
	cmake --preset dev >/dev/null
	$(BIN)/python tools/tidy build/dev

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	git ls-files '*.cpp' '*.hpp' '*.inl' '*.h' | xargs $(BIN)/clang-format -i

# What to measure is an option: make bench BENCH="queue log --goals". docs/benchmarks.md tells how to read it.
BENCH ?= --all --cpp
bench: $(VENV)/.installed $(VENV)/.bench
	@tools/system-packages bench
	cmake --preset release -DPYHFT_BUILD_TESTS=OFF >/dev/null
	cmake --build build/release
	$(BIN)/pyhft bench $(BENCH)

# The stress tests at their full length: a hundred times that of `make test`.
stress: system-packages $(VENV)/.dev
	cmake --preset release -DPYHFT_BUILD_TESTS=ON >/dev/null
	cmake --build build/release
	PYHFT_STRESS=100 ctest --test-dir build/release --label-regex stress --output-on-failure

clean:
	rm -rf $(VENV) build dist

# Debian's packages that the tests need: installed where that is allowed, else named.
system-packages:
	@tools/system-packages test

$(VENV)/.made:
	@tools/system-packages build
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet 'pip==26.3'
	$(BIN)/pip install --quiet --group build 'numpy>=1.26'
	@touch $@

# Editable: the package is taken from this folder, the compiled modules are built anew when their sources change, or when
# DPDK has come, gone or changed.
$(VENV)/.installed: $(VENV)/.made $(VENV)/.libdpdk $(SOURCES)
	$(BIN)/pip install --quiet --no-build-isolation --editable .
	@touch $@

# Holds the version of DPDK, and is touched only when that is another.
$(VENV)/.libdpdk: $(VENV)/.made FORCE
	@pkg-config --modversion libdpdk 2>/dev/null >$@.now || echo none >$@.now
	@if cmp -s $@.now $@; then rm $@.now; else mv $@.now $@; fi

FORCE:

$(VENV)/.bench: $(VENV)/.made pyproject.toml
	$(BIN)/pip install --quiet --group bench
	@touch $@

$(VENV)/.dev: $(VENV)/.made pyproject.toml
	$(BIN)/pip install --quiet --group dev
	@touch $@
