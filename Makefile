# All set-up happens here by itself: `make demo` and `make test` are enough on a machine with Python 3.11+ and a package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPUS ?= corpus
KB ?= .demo/kb
SHARED ?= ../shared
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint score bench soak readme clean

help:
	@echo "make demo   建库并演示四个主要用法（make demo CORPUS=你的文件夹 用自己的文件）"
	@echo "make test   全部检查和测试"
	@echo "make score  用 $(SHARED) 里的标注打分（没有该文件夹时跳过）"
	@echo "make bench  与其他做法并排计时"
	@echo "make soak   长时间的破坏试验（make soak FULL=1 做全套）"

$(VENV)/.base: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新的版本；可用 make PYTHON=python3.12 demo 指定"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -r requirements.lock
	@$(BIN)/python -m pip install -q --only-binary :all: -r requirements-fast.lock || echo "没有装上加速部件，改用纯 Python，结果相同"
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
	@$(BIN)/python -m compileall -q cli index kb
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements-dev.lock
	$(BIN)/python -m pip install -q -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.base
	@$(BIN)/python -m cli.demo "$(CORPUS)" "$(KB)"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90

score: $(VENV)/.base
	@if [ ! -d "$(SHARED)/gold" ]; then echo "没有 $(SHARED)，跳过打分"; else \
	  $(BIN)/policykb build "$(SHARED)/corpus" --kb .demo/real --quiet && \
	  $(PYTHON) "$(SHARED)/eval/score.py" --gold "$(SHARED)/gold" --kb .demo/real --policykb "$(BIN)/policykb" --misses 10; fi

bench: $(VENV)/.dev
	$(BIN)/python -m bench.run

soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak $(if $(FULL),--full) --seed $(or $(SEED),1)

clean:
	rm -rf .demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

readme: $(VENV)/.dev
	$(BIN)/python docs/write_readme.py
