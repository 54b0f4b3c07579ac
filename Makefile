# Everything is done by npqh_portal/launch, which needs only Python 3.11 or newer. `make help` lists the targets.
PYTHON ?= python3
# What follows a target (C="…", ARGS="…", PORT=8001) reaches it through the environment, as make always does.

.DEFAULT_GOAL := help
.PHONY: help run test setup check fmt manage reset lock audit test-long bench

run: ## Start the portal at http://localhost:8000 with demonstration data (Ctrl-C stops it)
test: ## Run every test; ARGS="tests/cohorts -n 0" picks some
setup: ## Install everything a fresh machine lacks
check: ## Lint, format, templates, types, import orders, migrations, production settings
fmt: ## Mend lint and format
manage: ## Run a management command: make manage C="showmigrations"
reset: ## Forget the portal's own data
lock: ## Compile requirements/*.in again; ARGS=--upgrade takes newer versions
audit: ## Look for known vulnerabilities in what the portal is built on
test-long: ## Run the property, race and kill suites at full size
bench: ## Measure the portal beside its limits; ARGS="schools" picks some

run test setup check fmt manage reset lock audit test-long bench:
	@$(PYTHON) -m npqh_portal.launch $@

help:
	@sed -n 's/^\([a-z-]*\): ## /  make \1\t/p' Makefile | expand -t 18
