# Every command of Rapport. Bare `make` prints them: the sentence after ## is what it prints, ##@ opens a group.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help
.PHONY: help setup setup-dev serve demo start new check publish pull rollback deploy share upgrade test lint bench soak lock clean

PYTHON ?= python3
PY := .venv/bin/python
WORKERS ?= 3

MISSING = Rapport needs Python 3.11 or newer, and there is no $(PYTHON) here. Install it, or name it with PYTHON=/path/to/it
BOOTSTRAP = @command -v "$(PYTHON)" >/dev/null || { echo "$(MISSING)" >&2; exit 1; }; "$(PYTHON)" -m tools.bootstrap

# The words after `make start` and `make new` go through the environment, so that no quote or dollar sign in them means
# anything. Only those typed on the command line count: some systems keep a NAME of their own in the environment.
typed = $(if $(filter command,$(origin $(1))),$(eval export START_$(1) := $$(value $(1))))
$(foreach word,TITLE SLUG FROM VERSION NAME ADDRESS ANSWER_WITHIN SAMPLES,$(call typed,$(word)))

help:
	@printf '\nRapport: a blog that answers back.\n'
	@awk -F ':.*## ' '/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile
	@printf '\n'

##@ Write and read

serve: setup ## serve the blog and its comments at http://localhost:8000 (PORT=8080 for another), renewed while you edit
	@$(PY) -m authoring serve

demo: setup ## the same on a throw-away copy with a lively sample conversation
	@$(PY) -m authoring demo

start: setup ## make it your blog; asks, or takes TITLE= NAME= ADDRESS= ANSWER_WITHIN=hours SAMPLES=keep|aside
	@$(PY) -m authoring start \
		$${START_TITLE:+--title "$$START_TITLE"} \
		$${START_NAME:+--name "$$START_NAME"} \
		$${START_ADDRESS:+--address "$$START_ADDRESS"} \
		$${START_ANSWER_WITHIN:+--answer-within "$$START_ANSWER_WITHIN"} \
		$${START_SAMPLES:+--samples "$$START_SAMPLES"} \
		$(ARGS)

new: setup ## begin an essay: TITLE="…" (SLUG=its-address, FROM=reply it answers); a draft opened in your $EDITOR
	@$(PY) -m authoring new $${START_TITLE:+--title "$$START_TITLE"} $${START_SLUG:+--slug "$$START_SLUG"} \
		$${START_FROM:+--from "$$START_FROM"} $(ARGS)

check: setup ## proof the essays: links, pictures, front matter, promises (EXTERNAL=1 asks other sites too)
	@$(PY) -m authoring check $(if $(filter-out 0 no off,$(EXTERNAL)),--external) $(ARGS)

publish: setup ## proof, build, check, and put the site into place at once; says who waits (ARGS=--if-due by a timer)
	@$(PY) -m authoring publish $(ARGS)

pull: setup ## on a laptop: fetch the server's content (the setting `server`), which another laptop may have sent
	@$(PY) -m authoring pull $(ARGS)

rollback: setup ## bring the version before back, without what was taken back since; once more goes forwards again
	@$(PY) -m authoring rollback

deploy: setup ## send the published site to where readers get it once more (the setting `deploy`)
	@$(PY) -m authoring deploy

share: setup ## print the texts by which an essay is shared, for each channel: SLUG=its-address
	@$(PY) -m authoring share $${START_SLUG:+"$$START_SLUG"} $(ARGS)

##@ Look after it

setup: ## only set up what serving needs, in .venv (every command here does that when needed)
	$(BOOTSTRAP)

upgrade: setup ## take a new version of the engine, tried on a copy first (FROM=repository VERSION=tag; BACK=1 returns)
	@$(PY) -m authoring upgrade $${START_FROM:+--from "$$START_FROM"} $${START_VERSION:+--version "$$START_VERSION"} \
		$(if $(filter-out 0 no off,$(BACK)),--back) $(ARGS)

clean: ## remove what was built: the site and all caches, never your words (content/, data/)
	rm -rf output .output .cache .hypothesis .pytest_cache build dist
	find . -name .venv -prune -o -name .tools -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

##@ Work on the engine

# Some machines, those of CI above all, wish that no Python keeps what it has compiled: then each of the hundreds that the
# tests start would compile every library anew, which is half of its cost.
test lint bench soak: export PYTHONDONTWRITEBYTECODE =

test: setup-dev ## run all tests (ARGS="-k withdrawn" for some; WORKERS=4 for more at a time)
	@$(PY) -m tests.support.vnu
	@$(PY) -m pytest --numprocesses $(WORKERS) --dist loadscope $(ARGS)

lint: setup-dev ## check style and types with ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

bench: setup-dev ## measure speed and memory side by side with peers
	@$(PY) -m tests.bench $(ARGS)

soak: setup-dev ## try for an hour to break the service (ARGS="markup kills" for some of it)
	@$(PY) -m tests.bench.soak $(ARGS)

lock: ## pin all packages anew after a change in pyproject.toml (ARGS=--upgrade for newer ones)
	@"$(PYTHON)" -m tools.pinning $(ARGS)

setup-dev:
	$(BOOTSTRAP) dev
