# Every target works in the project's own environments: what the caller's says of Python, uv, dbt or tests does not get through, but
# for where packages come from and how a terminal writes.
KEPT := PYTHONIOENCODING PYTHONUTF8 UV_CACHE_DIR UV_CONFIG_FILE UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_HTTP_% UV_INDEX% \
	UV_INSECURE_HOST UV_KEYRING_PROVIDER UV_LINK_MODE UV_NATIVE_TLS UV_OFFLINE UV_PYTHON UV_PYTHON_% UV_SYSTEM_CERTS
unexport $(filter-out $(KEPT),$(filter DBT_% COVERAGE_% GIT_COMMON_DIR GIT_DIR GIT_INDEX_FILE \
	GIT_OBJECT_DIRECTORY GIT_WORK_TREE HYPOTHESIS_% PIP_PREFIX PIP_TARGET PIP_USER PRE_COMMIT_% PYTEST_% PYTHON% RUFF_% SKIP UV_% VIRTUAL_ENV \
	YAMLLINT_CONFIG_FILE,$(.VARIABLES)))

# uv, the machine's own or, where it has none, one in a small environment beside the project's
UV := $(if $(shell command -v uv 2>/dev/null),uv,.uv/bin/uv)

# what a build reads: the published file is built anew where one of these is newer
INPUTS := .venv/installed dbt_project.yml profiles.yml $(addprefix ind_warehouse/,build.py differences.sql check.py publish.py) \
	$(shell find analyses macros models seeds tests -path tests/clients -prune -o -not -name '*.py*' -not -name __pycache__ -print)

.DEFAULT_GOAL := build
.PHONY: build test lint ask edition cli docs data page site test-clients test-site superset superset-stop test-bi screenshots audit bench help

build: .venv/installed  ## build the warehouse, test it and publish ind_warehouse.duckdb
	@.venv/bin/python -m ind_warehouse build

test: build  ## all of that, then the conventions and the Python tests
	@$(MAKE) --no-print-directory lint
	@.venv/bin/python -m pytest --numprocesses=2 --dist=loadfile

lint: .venv/installed  ## check the conventions: SQL, Python, YAML, dbt
	@PRE_COMMIT_HOME=target/pre-commit .venv/bin/python -m pre_commit run --all-files

ask: .venv/installed  ## list the questions of analyses/; with Q=<name> answer one
	@.venv/bin/python -m ind_warehouse ask $(Q)

edition: .venv/installed  ## enter an edition: YEAR=2024 FROM=jaarcijfers_2024.pdf, with CHECK=<another document> as second reading
	@$(if $(filter-out %.txt,$(FROM) $(CHECK)),$(UV) sync --frozen --quiet --inexact --group edition)
	@.venv/bin/python -m ind_warehouse edition "$(YEAR)" "$(FROM)" --check "$(CHECK)"

cli: .venv/installed  ## open the published file in the DuckDB command line, read-only
	@.venv/bin/python -m ind_warehouse cli

docs: target/ind_warehouse.duckdb  ## write the docs site of the last build to site/docs/index.html
	@.venv/bin/python -m ind_warehouse docs

data: ind_warehouse.duckdb  ## write the marts of the last build as CSV, Parquet, Excel and data package to site/data
	@.venv/bin/python -m ind_warehouse data

page: ind_warehouse.duckdb  ## write the page with pictures, of the last build, to site/index.html
	@$(UV) sync --frozen --quiet --inexact --group site
	@.venv/bin/python -m ind_warehouse page

site: ind_warehouse.duckdb  ## write the page, the docs and the files of the last build to site/
	@$(MAKE) --no-print-directory --jobs=2 docs data page

test-clients: data .clients/oldest/installed .clients/current/installed  ## read the published file and site/data with the tools that people use, in environments of their own
	@.clients/oldest/bin/python -m pytest tests/clients/test_duckdb.py
	@.clients/current/bin/python -m pytest tests/clients/test_tools.py

test-site: site .clients/current/installed  ## look at the page in Chromium
	@.clients/current/bin/python -m pytest tests/clients/test_site.py

superset: ind_warehouse.duckdb .superset/installed  ## serve the published file in Apache Superset, in the background; with PORT=<port> elsewhere
	@.superset/venv/bin/python -I dashboards/superset/serve.py start

superset-stop:  ## stop that server
	@if test -x .superset/venv/bin/python; then .superset/venv/bin/python -I dashboards/superset/serve.py stop; else echo "It does not run."; fi

test-bi: ind_warehouse.duckdb .superset/installed .clients/current/installed  ## start such a server, look at its dashboard, try to do harm through it
	@.clients/current/bin/python -m pytest tests/clients/test_superset.py

screenshots: site test-bi  ## take the pictures of the page and of the dashboard for the README
	@.clients/current/bin/python tests/clients/screenshots.py
	@cp target/superset.png docs/img/superset.png

audit: target/ind_warehouse.duckdb  ## ill-treat builds, in copies, and say what is survived; in about ten minutes
	@.venv/bin/python -m ind_warehouse audit

bench: site target/ind_warehouse.duckdb .clients/current/installed  ## measure builds, questions and growth against pandas and polars, in about a quarter of an hour
	@.clients/current/bin/python benchmarks

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

ind_warehouse.duckdb: $(INPUTS)
	@.venv/bin/python -m ind_warehouse build

# what lies in target may have been deleted since the file was published
target/ind_warehouse.duckdb: ind_warehouse.duckdb
	@test -f $@ || .venv/bin/python -m ind_warehouse build

.venv/installed: pyproject.toml uv.lock | $(UV)
	@echo "Installing into .venv, about half a minute ..."
	@$(UV) sync --frozen --quiet
	@touch $@

.clients/%/installed: tests/clients/pyproject.toml tests/clients/uv.lock | $(UV)
	@UV_PROJECT_ENVIRONMENT="$$PWD/.clients/$*" $(UV) sync --project tests/clients --frozen --quiet --group $*
	@touch $@

.superset/installed: dashboards/superset/pyproject.toml dashboards/superset/uv.lock | $(UV)
	@echo "Installing Apache Superset into .superset/venv, about half a minute ..."
	@UV_PROJECT_ENVIRONMENT="$$PWD/.superset/venv" $(UV) sync --project dashboards/superset --frozen --quiet
	@touch $@

# the machine's own is there, in a folder of whatever name
uv: ;

.uv/bin/uv:
	@python3 -m venv .uv
	@.uv/bin/python -m pip install --quiet uv==0.13.9
