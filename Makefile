PYTHON ?= python3

.PHONY: setup
setup:
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	npm ci --silent --ignore-scripts
