# Every command of the project. Each installs what it needs, into this checkout.

PYTHON ?= python3
PORT   ?= 4000
RATE   ?= 20
SPEED  ?= 1
BIN    := .venv/bin
ENGINE := .venv-engine/.installed
TOOLS  := infra/javascript/node_modules/.installed
BROWSER := tests/browser/node_modules/.installed
CLIENTS := tests/clients/node_modules/.installed
WHERE   = --stage="$(STAGE)" --account="$(ACCOUNT)" --region="$(REGION)"
PIP    := -m pip --disable-pip-version-check --no-input install --quiet --require-hashes

unexport PYTHONPATH VIRTUAL_ENV

# What needs the embedded AWS, synthesis or minutes runs after everything quick.
SLOW := engine or infra or journey or simulation

.DEFAULT_GOAL := help
.PHONY: help run journey simulate test check schema replay screenshots bench client cost conformance access synth bootstrap diff deploy smoke destroy staff reset clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

run: .venv/.run $(ENGINE) ## The API, its subscriptions and health, on PORT (4000)
	@exec $(BIN)/orderbell serve --port $(PORT)

journey: .venv/.run $(ENGINE) ## A shop's day told and checked on a laptop of its own: guest, warehouse, finance, customers (20 s)
	@exec $(BIN)/orderbell journey

simulate: .venv/.run $(ENGINE) ## A small shop that is alive, on the server of make run: RATE=20 buyers a minute, SPEED=1
	@exec $(BIN)/orderbell simulate --rate $(RATE) --speed $(SPEED)

test: ## Everything is proved, offline: checks first, then all tests
	@$(MAKE) --no-print-directory -j4 installed
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -q -n 2 -m "not ($(SLOW))"
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m "$(SLOW)"

check: .venv/.test $(TOOLS) ## Format, lint, types, import contract, schema drift (seconds)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m infra.javascript_lint
	@$(BIN)/python -m resolvers.schema | diff -u schema.graphql - || { echo "schema.graphql is not what the code prints: run 'make schema'"; exit 1; }

schema: .venv/.test ## Print the GraphQL schema into schema.graphql
	@$(BIN)/python -m resolvers.schema > schema.graphql.new && mv schema.graphql.new schema.graphql

replay: .venv/.run $(ENGINE) ## Replay real invoices, or go on: FILE=path.csv[.gz], JSON=path, FRESH=1, ENDPOINT=url of make run
	@exec $(BIN)/orderbell replay $(FILE) $(if $(JSON),--json $(JSON)) $(if $(FRESH),--fresh) $(if $(ENDPOINT),--endpoint $(ENDPOINT))

screenshots: .venv/.test $(BROWSER) $(ENGINE) ## Take the pictures of the console for the docs, into docs/images
	@$(BIN)/python -m tests.browser.screenshots

bench: .venv/.test $(ENGINE) ## Measure: start-up cost under the Lambda runtime, push latency, dispatch
	$(BIN)/python -m bench

cost: .venv/.test ## Write docs/cost.md: dollars per million orders, from templates, meter and price file
	@$(BIN)/python -m infra.cost --write

client: .venv/.test $(CLIENTS) ## Check docs/clients/*.ts, and make the console's script of follow.ts
	@$(BIN)/python -m tests.clients.compiling

conformance: .venv/.test ## Write docs/conformance.md: each known case of AppSync's behaviour, and the test that holds the laptop to it
	@$(BIN)/python -m tests.conformance.page

access: .venv/.test ## Write docs/access.md and docs/authorisation.md: every field by every way in, and by every caller
	@$(BIN)/python -m tests.resolvers.access_page && $(BIN)/python -m tests.authorisation.page

synth: .venv/.test ## Write the CloudFormation templates of both stages to cdk.out/
	$(BIN)/python -m infra.synth $(if $(STAGE),$(WHERE))

bootstrap: .venv/.test $(TOOLS) ## Prepare an account and region for CDK, once: STAGE=dev ACCOUNT=123456789012 REGION=eu-west-1
	@$(BIN)/python -m infra.deploy bootstrap $(WHERE)

diff: .venv/.test $(TOOLS) ## What a deployment would change: STAGE, ACCOUNT, REGION, OPERATORS, MAIL_FROM as for deploy
	@$(BIN)/python -m infra.deploy diff $(WHERE) --operators="$(OPERATORS)" --mail-from="$(MAIL_FROM)"

deploy: .venv/.test $(TOOLS) ## Deploy: STAGE=dev ACCOUNT=123456789012 REGION=eu-west-1 OPERATORS=a@example.com MAIL_FROM=shop@example.com, YES=1
	@$(BIN)/python -m infra.deploy deploy $(WHERE) --operators="$(OPERATORS)" --mail-from="$(MAIL_FROM)" $(if $(YES),--yes)

smoke: .venv/.test ## An order's journey by real clients, on a deployed STAGE, or on the server of this checkout
	@exec $(BIN)/orderbell smoke $(if $(STAGE),--stage "$(STAGE)") $(if $(SKU),--sku "$(SKU)") $(if $(JSON),--json)

destroy: .venv/.test $(TOOLS) ## Take a stage down with all its data: STAGE, ACCOUNT, REGION, YES=1
	@$(BIN)/python -m infra.deploy destroy $(WHERE) $(if $(YES),--yes)

staff: .venv/.test ## Add to a deployed stage's staff: STAGE, ACCOUNT, REGION, EMAIL, GROUP=admin, RESEND=1
	@$(BIN)/python -m infra.staff $(WHERE) --email="$(EMAIL)" --group="$(GROUP)" $(if $(RESEND),--resend)

reset: .venv/.run ## Forget this machine's orders; the next start seeds again
	@exec $(BIN)/orderbell reset

clean: ## Remove all that was installed or made in this checkout, orders of this machine included
	rm -rf .venv .venv-engine .orderbell build cdk.out infra/javascript/node_modules tests/browser/node_modules tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- what the commands above install -------------------------------------------------------------------------

.PHONY: installed
installed: .venv/.test $(TOOLS) $(BROWSER) $(CLIENTS) $(ENGINE)

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: PYTHON=/path/to/python3.11 make ..."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "This Python cannot make virtual environments: install its venv package (python3-venv)."; exit 1; }
	@touch $@

.venv/.run: .venv/.made requirements/run.txt pyproject.toml
	@echo "Installing what the laptop needs into .venv ..."
	@$(BIN)/python $(PIP) -r requirements/run.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	@echo "Installing what tests and synthesis need into .venv (about 1 GB) ..."
	@$(BIN)/python $(PIP) -r requirements/test.txt
	@$(BIN)/python -m infra.packages
	@$(BIN)/python -m tests.emulator.native
	@touch $@

$(TOOLS): infra/javascript/package.json infra/javascript/package-lock.json | .venv/.test
	@$(BIN)/python -m infra.javascript_tools

$(BROWSER): tests/browser/package.json tests/browser/package-lock.json | .venv/.test
	@$(BIN)/python -m tests.browser.browser

$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json | .venv/.test
	@$(BIN)/python -m tests.clients.driving

$(ENGINE): requirements/engine.txt
	@echo "Installing the embedded AWS into .venv-engine ..."
	@$(PYTHON) -m venv .venv-engine
	@.venv-engine/bin/python $(PIP) -r requirements/engine.txt
	@touch $@
