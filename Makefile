# Everything is done by the small Python files in ops/; this is only the list of what there is.
PYTHON ?= python3

help:           ## this list
	@sed -n 's/^\([a-z0-9-]*\): *## /\1\t/p' Makefile | expand -t 14

run:            ## start everything: make run [PORT=8000] [LAN=1]
	@$(PYTHON) -m ops.run

demo-reset:     ## forget the demo's database and photos
	@$(PYTHON) -m ops.reset

test:           ## every check there is
	@$(PYTHON) -m ops.test

lint:           ## ruff, biome, import contract
	@$(PYTHON) -m ops.test lint

types:          ## mypy and vue-tsc
	@$(PYTHON) -m ops.test types

e2e:            ## the browser tests alone
	@$(PYTHON) -m ops.test e2e

dev:            ## like run, with the app rebuilt as you edit (port 5173)
	@$(PYTHON) -m ops.run --dev

migrate:        ## bring the database of this clone up to date
	@$(PYTHON) -m ops.local xuncheng migrate

revision:       ## write a migration from the models: make revision m="add reports"
	@$(PYTHON) -m ops.local alembic revision --autogenerate -m "$(m)"

openapi:        ## write the OpenAPI snapshot and the app's types from it
	@$(PYTHON) -m ops.openapi

bench:          ## measure on this machine, .local/bench.json: make bench [ARGS="--only create"]
	@$(PYTHON) -m ops.bench $(ARGS)

measure:        ## what the app costs a phone, .local/measure.json: make measure WHAT=lighthouse [ARGS="--runs 3"]
	@$(PYTHON) -m ops.measure $(WHAT) $(ARGS)

faults:         ## kill, cut and fill everything n times, .local/faults.json: make faults [SEEDS=200]
	@$(PYTHON) -m ops.faults --seeds $(or $(SEEDS),200) $(ARGS)

.PHONY: help run demo-reset test lint types e2e dev migrate revision openapi bench measure faults
