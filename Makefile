# One word each; `make` alone lists them. Everything is installed into .venv from hash-locked requirements.
PYTHON ?= python3
BACKEND ?= local
WORKERS ?= --numprocesses 2 --dist loadscope --no-loadscope-reorder
RUN := .venv/bin/python -m
INSTALLED := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install run demo test check format contracts bench chaos fuzz lock up down clean

help: ## list the words
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## install what is locked into .venv (every other word does it when needed)

$(INSTALLED): requirements/all.txt requirements/installer.txt pyproject.toml deploy/local/install.sh
	@PYTHON="$(PYTHON)" sh deploy/local/install.sh
	@touch $@

run: $(INSTALLED) ## start everything here, play the story once, stay up until Ctrl-C
	@$(RUN) deploy.local.run $(ARGUMENTS)

demo: $(INSTALLED) ## the same on fresh data and free ports; ends after the story
	@$(RUN) deploy.local.run --demo $(ARGUMENTS)

test: $(INSTALLED) ## all tests (BACKEND=containers: on containers)
	@RELAIS_BACKEND=$(BACKEND) .venv/bin/pytest tests $(WORKERS) $(ARGUMENTS)

check: $(INSTALLED) ## style, types, import rules, Dockerfile, compose file
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/hadolint deploy/Dockerfile
	.venv/bin/docker-compose config -q

format: $(INSTALLED) ## put the code in its form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

contracts: $(INSTALLED) ## write schemas and docs (events, problems, openapi) anew from the code
	@$(RUN) deploy.command_line contracts

bench: $(INSTALLED) ## measure; a table and var/bench/results.jsonl
	@$(RUN) tests.benchmarks $(ARGUMENTS)

chaos: $(INSTALLED) ## all tests, with many kills while thousands of events flow
	@RELAIS_BACKEND=$(BACKEND) RELAIS_EFFORT=chaos .venv/bin/pytest tests $(ARGUMENTS)

fuzz: $(INSTALLED) ## coverage-guided fuzzing of what reads documents (ARGUMENTS="seconds of each target")
	@.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/fuzz.txt
	@$(RUN) tests.fuzz $(ARGUMENTS)

LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" .venv/bin/uv pip compile --quiet --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url

lock: $(INSTALLED) ## choose versions anew within requirements/*.in (ARGUMENTS=--upgrade: newer ones)
	$(LOCK) $(ARGUMENTS) requirements/run.in -o requirements/run.txt
	$(LOCK) $(ARGUMENTS) requirements/run.in requirements/local.in requirements/official.in requirements/dev.in -o requirements/all.txt
	$(LOCK) $(ARGUMENTS) requirements/installer.in -o requirements/installer.txt
	$(LOCK) $(ARGUMENTS) requirements/fuzz.in -o requirements/fuzz.txt

up: $(INSTALLED) ## start everything in containers
	@$(RUN) deploy.compose.secrets_files
	.venv/bin/docker-compose up --build --wait

down: $(INSTALLED) ## stop the containers; their data are kept
	.venv/bin/docker-compose down

clean: $(INSTALLED) ## remove all data in var; the checkout and .venv stay
	@$(RUN) deploy.local.removal
