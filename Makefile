# Everything starts from a checkout with Python 3.11 or newer, git and make: `make demo`, `make test`.

# The newest Python that really runs here and can build an environment (a version manager may leave
# commands on the path that start nothing).
CAN := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3; do \
	$$python -c '$(CAN)' >/dev/null 2>&1 && echo $$python && break; done)
BIN := .venv/bin
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
READY := .venv/.ready

.PHONY: demo test test-browser test-neural test-spark check docs bench golden clean

demo: $(READY)
	@$(BIN)/filiation trace demo/courrier-des-rives.html --against demo

test: check
	$(BIN)/python -m pytest --ignore tests/test_docs.py --ignore tests/browser --ignore tests/spark

# The HTML reports and the site in a real browser. Debian's chromium and graphviz are installed where they are missing.
test-browser: $(READY)
	@command -v chromium >/dev/null && command -v dot >/dev/null || { \
		$(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q --no-install-recommends chromium graphviz; }
	$(BIN)/python -m pip install --quiet --group browser
	@$(MAKE) --no-print-directory build/mermaid-$(MERMAID).js || echo "left out: Mermaid's own parser, which npm could not bring" >&2
	$(BIN)/python -m pytest tests/browser

# Mermaid's own parser (MIT), for tests alone: no Python package carries it, so npm, which checks its digest, brings it.
MERMAID := 11.17.2
build/mermaid-$(MERMAID).js:
	@command -v npm >/dev/null || { $(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q --no-install-recommends npm; }
	@mkdir -p build && npm pack --silent --pack-destination build mermaid@$(MERMAID)
	@tar -xzOf build/mermaid-$(MERMAID).tgz package/dist/mermaid.min.js > $@.part && mv $@.part $@
	@rm build/mermaid-$(MERMAID).tgz

# The extra `neural` is large (PyTorch), so its tests have an environment of their own.
NEURAL := .venv-neural
# One version by name, so that a package index with a small build of it for processors alone is asked for that.
TORCH := 2.13.0
test-neural: $(NEURAL)/.ready
	$(NEURAL)/bin/python -m pytest --quiet tests/match/test_neural.py

$(NEURAL)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "filiation needs Python 3.11 or newer with venv; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(NEURAL)/bin/python -c 'import sys, pip' 2>/dev/null || $(PYTHON) -m venv --clear $(NEURAL)
	$(NEURAL)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(NEURAL)/bin/python -m pip install --quiet torch==$(TORCH)
	$(NEURAL)/bin/python -m pip install --quiet --editable ".[neural]" --group test
	@touch $@

# So has the extra `spark`, and it needs Java, which Debian has.
SPARK := .venv-spark
PYSPARK := 4.0.5
test-spark: $(SPARK)/.ready
	$(SPARK)/bin/python -m pytest --quiet tests/spark

$(SPARK)/.ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "filiation needs Python 3.11 or newer with venv; name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@command -v java >/dev/null || { \
		$(AS_ROOT) apt-get update -q && $(AS_ROOT) apt-get install -y -q --no-install-recommends openjdk-17-jre-headless; }
	@$(SPARK)/bin/python -c 'import sys, pip' 2>/dev/null || $(PYTHON) -m venv --clear $(SPARK)
	$(SPARK)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(SPARK)/bin/python -m pip install --quiet "pyspark[connect]==$(PYSPARK)"
	$(SPARK)/bin/python -m pip install --quiet --editable ".[spark]" --group test
	@touch $@

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest --quiet tests/test_docs.py

# The documents as a site, in site/index.html, which opens from there; `make docs SERVE=1` shows it as it is written.
docs: $(READY)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs $(if $(SERVE),serve,build --strict --quiet)
	@$(if $(SERVE),,echo "site/index.html")

bench: $(READY)
	$(BIN)/python -m pip install --quiet --group bench
	@for bench in benchmarks/match.py benchmarks/credits.py benchmarks/audit.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

# Writes the expected reports and the output shown in the documents anew; read the difference before you commit it.
golden: $(READY)
	$(BIN)/python -m tests.report.golden
	$(BIN)/python -m tests.cli.golden
	$(BIN)/python -m tests.test_docs

# An environment that exists and runs is kept; the file .ready says that it holds what pyproject.toml asks for.
$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "filiation needs Python 3.11 or newer with venv; none was found on the path. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

clean:
	rm -rf .venv .venv-neural .venv-spark dist build site .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find trace tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
