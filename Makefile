# make run    install, start PostgreSQL and Airflow here, let a synthetic province deliver, watch it arrive
# make stop   end every process that `make run` started
# make test   all tests      make check   format, lint, types      make lock   renew the pinned dependencies
# PYTHON=python3.12 make …   chooses the interpreter

PYTHON ?= python3
UV     := .boot/bin/uv
BIN    := .venv/bin
# Written last: a broken install is tried again, a finished one costs nothing.
READY  := .venv/.installed

export CHILDLEDGER_STARTED_AT := $(shell date +%s)
# Modules are compiled once, at installation; without that every process compiles Airflow again (24 s become 60 s).
export UV_COMPILE_BYTECODE := 1
unexport PYTHONDONTWRITEBYTECODE
# Only the interpreter and the packages named here, whatever the machine prefers.
export UV_PYTHON_DOWNLOADS := never
unexport UV_PYTHON UV_PROJECT_ENVIRONMENT VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: install run stop test check lock browser java rabbitmq spark
.DEFAULT_GOAL := install

install: $(READY)
	@:

run: install
	@export CHILDLEDGER_INSTALL_SECONDS=$$(( $$(date +%s) - CHILDLEDGER_STARTED_AT )); \
	$(BIN)/python -m synthprovince drop && $(BIN)/childledger up && $(BIN)/childledger watch

stop:
	@if [ -x $(BIN)/childledger ]; then $(BIN)/childledger down; fi

test: install browser rabbitmq spark
	@$(BIN)/pytest -n 2 --dist loadfile --max-worker-restart 0  # each worker has a PostgreSQL of its own
	@PYTHONPATH=include:tests .spark/bin/python -m pytest -q -c /dev/null --noconftest --rootdir . --import-mode=importlib \
	  -p no:cacheprovider tests/spark

# Spark has an environment of its own: beside it Great Expectations would take it for an engine to use.
spark: java .spark/.installed

.spark/.installed: $(UV) requirements.spark.lock.txt
	@$(UV) venv -q --clear --python .boot/bin/python .spark
	@$(UV) pip sync -q --require-hashes --python .spark/bin/python requirements.spark.lock.txt
	@touch $@

check: install
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/yamllint --strict .
	@$(BIN)/pytest tests/test_house.py

# uv.lock names registry hosts and stays out of git; the exports name none and are what gets installed.
lock: export UV_PYTHON := .boot/bin/python
lock: $(UV)
	@$(UV) lock -q
	@$(UV) export -q --frozen --format requirements.txt --no-header --no-emit-project --extra demo --extra broker --all-groups -o requirements.lock.txt
	@$(UV) export -q --frozen --format requirements.txt --no-header --no-emit-project --extra production --extra broker --no-dev -o requirements.production.lock.txt

$(UV): requirements.boot.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null || { \
	  echo "Python 3.11, 3.12 or 3.13 is needed; $(PYTHON) is: $$($(PYTHON) --version 2>/dev/null || echo not here)." \
	    "Name another: make install PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear .boot
	@.boot/bin/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r requirements.boot.txt
	@touch $(UV)

$(READY): $(UV) requirements.lock.txt pyproject.toml
	@echo "Installing into .venv (about half a minute, once)"
	@[ -x $(BIN)/python ] || $(UV) venv -q --clear --python .boot/bin/python .venv
	@$(UV) pip sync -q --require-hashes --python $(BIN)/python requirements.lock.txt
	@$(UV) pip install -q --no-deps --python $(BIN)/python --build-constraints requirements.boot.txt --editable .
	@touch $(READY)

# Pages are tested in a real browser, with a font that has Chinese glyphs.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "No browser found: installing Debian's chromium to test the pages in"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null; \
	else \
	  echo "The tests need a browser on PATH (chromium, chromium-browser or google-chrome) and a Chinese font: install both, then run make test again" >&2; exit 1; \
	fi

# Exchanges are told of events in a test with a real broker, which the test starts and ends.
rabbitmq:
	@if [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "No RabbitMQ found: installing Debian's rabbitmq-server to test exchanges with"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends rabbitmq-server >/dev/null; \
	else \
	  echo "The tests need Debian's rabbitmq-server: install it, then run make test again" >&2; exit 1; \
	fi

# Spark is tested in this process, and Spark runs on Java 17 or later.
java:
	@if command -v java >/dev/null || [ -x "$$JAVA_HOME/bin/java" ]; then exit 0; fi; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "No Java found: installing Debian's openjdk-17 to test matching on Spark"; \
	  export DEBIAN_FRONTEND=noninteractive; \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless >/dev/null; \
	else \
	  echo "The tests need Java 17 or later on PATH or in JAVA_HOME (Debian: openjdk-17-jre-headless): install it, then run make test again" >&2; exit 1; \
	fi
