# Targets use the project's own environments: settings for Python, uv, dbt and tests are dropped from the caller's environment, except
# package sources and terminal encoding.
KEPT := PYTHONIOENCODING PYTHONUTF8 UV_CACHE_DIR UV_CONFIG_FILE UV_DEFAULT_INDEX UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_HTTP_% UV_INDEX% \
	UV_INSECURE_HOST UV_KEYRING_PROVIDER UV_LINK_MODE UV_NATIVE_TLS UV_OFFLINE UV_PYTHON UV_PYTHON_% UV_SYSTEM_CERTS
unexport $(filter-out $(KEPT),$(filter DBT_% COVERAGE_% GIT_COMMON_DIR GIT_DIR GIT_INDEX_FILE \
	GIT_OBJECT_DIRECTORY GIT_WORK_TREE HYPOTHESIS_% PIP_PREFIX PIP_TARGET PIP_USER PRE_COMMIT_% PYTEST_% PYTHON% RUFF_% SKIP UV_% VIRTUAL_ENV \
	YAMLLINT_CONFIG_FILE,$(.VARIABLES)))

# the system's uv, or else one installed in .uv
UV := $(if $(shell command -v uv 2>/dev/null),uv,.uv/bin/uv)

# what reads a PDF or a scan, installed on first use and whenever uv sync has removed it
WITH_OCR = { ls -d .venv/lib/*/site-packages/rapidocr > /dev/null 2>&1 || echo "Installing OCR into .venv, about half a minute ..."; } && \
	$(UV) sync --frozen --quiet --inexact --group edition

# the inputs of a build: the published file is rebuilt if one of these is newer
INPUTS := .venv/installed dbt_project.yml profiles.yml $(addprefix ind_warehouse/,build.py differences.sql check.py publish.py) \
	$(shell find analyses macros models seeds tests -path tests/clients -prune -o -not -name '*.py*' -not -name __pycache__ -print)

.DEFAULT_GOAL := build
.PHONY: build test pytest lint ask edition cli docs data pages site release test-clients superset superset-stop spark screenshots bench help

build: .venv/installed  ## build the warehouse, test it and publish ind_warehouse.duckdb
	@.venv/bin/python -m ind_warehouse build

test: build  ## build, then run the linters and the Python tests
	@$(MAKE) --no-print-directory --jobs=2 lint pytest

pytest: .venv/installed
	@.venv/bin/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder

lint: .venv/installed  ## lint SQL, Python, YAML and dbt
	@PRE_COMMIT_HOME=target/pre-commit .venv/bin/python -m pre_commit run --all-files

ask: target/ind_warehouse.duckdb  ## answer a question; with Q=<name or words>, which; with LANG=nl, in Dutch; with SQL=1, with its query
	@.venv/bin/python -m ind_warehouse ask $(if $(SQL),--sql) -- $(Q)

edition: .venv/installed  ## enter an edition: YEAR=2024 FROM=jaarcijfers_2024.pdf, with CHECK=<another document> as second reading
	@$(if $(filter-out %.txt,$(FROM) $(CHECK)),$(WITH_OCR))
	@.venv/bin/python -m ind_warehouse edition "$(YEAR)" "$(FROM)" --check "$(CHECK)"

cli: .venv/installed  ## open the published file in the DuckDB command line, read-only
	@.venv/bin/python -m ind_warehouse cli

docs: target/ind_warehouse.duckdb  ## write the docs site of the last build to site/docs/index.html
	@.venv/bin/python -m ind_warehouse docs

data: ind_warehouse.duckdb  ## write the marts of the last build to site/data as CSV, Parquet, Excel and data package
	@.venv/bin/python -m ind_warehouse data

pages: ind_warehouse.duckdb
	@.venv/bin/python -m ind_warehouse site

site: ind_warehouse.duckdb  ## write the pages, docs and data files of the last build to site/; with SITE_ADDRESS=<https://...> for a server
	@$(MAKE) --no-print-directory --jobs=2 docs data pages

release: site  ## write the files of a release with their checksums to target/release
	@rm -rf target/release && mkdir target/release
	@cp ind_warehouse.duckdb site/data/ind_warehouse.xlsx site/data/cijfers.csv site/data/figures.csv target/release
	@cd site && ../.venv/bin/python -m zipfile -c ../target/release/ind_warehouse_data.zip data
	@cd target/release && sha256sum * > SHA256SUMS && cat SHA256SUMS

test-clients: release .clients/oldest/installed .clients/current/installed .superset/installed .spark/installed  ## test all results in real tools: DuckDB 1.1.3, LibreOffice, Chromium, Superset and others
	@.clients/oldest/bin/python -m pytest tests/clients/test_duckdb.py
	@$(WITH_OCR)
	@.venv/bin/python -m pytest --numprocesses=2 tests/clients/test_edition.py
	@.clients/current/bin/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder \
		tests/clients/test_docs_site.py tests/clients/test_site.py tests/clients/test_superset.py tests/clients/test_tools.py tests/clients/test_terminal.py \
		tests/clients/test_spark.py

superset: ind_warehouse.duckdb .superset/installed  ## serve the published file in Apache Superset, in the background; with PORT=<port>, on another port
	@.superset/venv/bin/python -I dashboards/superset/serve.py start

superset-stop:  ## stop the Superset server
	@if test -x .superset/venv/bin/python; then .superset/venv/bin/python -I dashboards/superset/serve.py stop; else echo "The server is not running."; fi

spark: target/ind_warehouse.duckdb .spark/installed  ## build the marts on Apache Spark and compare them with the published file; with MASTER=<spark://...> FOLDER=<for tables>, on a cluster
	@.spark/bin/python spark $(if $(MASTER),'$(MASTER)' $(if $(FOLDER),'$(FOLDER)'))

screenshots: test-clients  ## take the README's screenshots of the site and the dashboard
	@.clients/current/bin/python tests/clients/screenshots.py
	@cp target/superset.png docs/img/superset.png

bench: target/ind_warehouse.duckdb .clients/current/installed  ## measure the build, and how it scales compared with lean SQL, polars and pandas (15 minutes)
	@.clients/current/bin/python benchmarks

help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

ind_warehouse.duckdb: $(INPUTS)
	@.venv/bin/python -m ind_warehouse build

# target may have been deleted since the last build
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

.spark/installed: spark/pyproject.toml spark/uv.lock | $(UV)
	@echo "Installing Apache Spark into .spark, about half a minute ..."
	@UV_PROJECT_ENVIRONMENT="$$PWD/.spark" $(UV) sync --project spark --frozen --quiet
	@touch $@

# the system's uv needs no rule
uv: ;

.uv/bin/uv:
	@python3 -m venv .uv
	@.uv/bin/python -m pip install --quiet uv==0.13.9
