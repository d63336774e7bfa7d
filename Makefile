# Everything here works on a bare machine with Python 3.11 to 3.13: .venv is made where it is missing.
SHELL := /bin/bash
PYTHON := .venv/bin/python
RUN := .venv/.for-running
DEV := .venv/.for-development
# A module of tests stays in one process: what its fixtures share is made once.
SIDE_BY_SIDE := -n logical --maxprocesses 4 --dist loadfile

.PHONY: run setup chromium elasticsearch elasticsearch-ready test test-deep test-elasticsearch check browser format clean

run: $(RUN)  ## serve the dashboard; the first time it builds the demo survey meanwhile
	$(PYTHON) app.py --demo

setup: $(DEV)  ## make .venv with everything that development needs

chromium: $(DEV)  ## find a Chromium for the browser tests, install one where there is none
	scripts/find-chromium --install

elasticsearch: $(RUN)  ## run an Elasticsearch on this machine, downloaded the first time: http://127.0.0.1:9200
	$(PYTHON) scripts/elasticsearch

elasticsearch-ready: $(DEV)  ## obtain Elasticsearch for the tests; as root, with Java and Maven where they are missing
	@[ -n "$$SPECTROLABE_ELASTICSEARCH_URL" ] || $(PYTHON) scripts/elasticsearch --prepare --install

test: $(DEV) chromium elasticsearch-ready  ## the tests; one that needs a browser or Elasticsearch fails where there is none
	SPECTROLABE_REQUIRE_BROWSER=1 SPECTROLABE_REQUIRE_ELASTICSEARCH=1 $(PYTHON) -m pytest $(SIDE_BY_SIDE) -m "not deep"

test-deep: $(DEV) chromium elasticsearch-ready  ## what takes minutes: a million rows against plain Python
	SPECTROLABE_REQUIRE_BROWSER=1 SPECTROLABE_REQUIRE_ELASTICSEARCH=1 $(PYTHON) -m pytest -m deep

test-elasticsearch: $(DEV) elasticsearch-ready  ## deeper tests on Elasticsearch: security, three nodes, a killed server
	SPECTROLABE_REQUIRE_ELASTICSEARCH=1 $(PYTHON) -m pytest tests/elasticsearch

browser: $(DEV) chromium  ## the browser tests alone
	SPECTROLABE_REQUIRE_BROWSER=1 $(PYTHON) -m pytest $(SIDE_BY_SIDE) tests/browser

check: $(DEV)  ## what is quick: format, lint, types, tests that are not slow and need no browser
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -m "not slow and not browser and not deep"

format: $(DEV)  ## put code into its form
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

clean:  ## remove the environment and all caches; data stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(RUN): requirements.txt constraints.txt scripts/make-venv
	scripts/make-venv requirements.txt
	@touch $@

$(DEV): requirements.txt requirements-dev.txt constraints.txt scripts/make-venv
	scripts/make-venv requirements-dev.txt
	@touch $@ $(RUN)
