# Two commands matter: `make run` and `make test`. Everything else is below, `make help` lists it.
VENV := .venv
PYTHON310 ?= $(shell command -v python3.10 || command -v python3)
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test train lint check evaluate bench soak screenshots lock generate clean

help: ## 列出这些命令
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /　/'

run: $(VENV)/.service ## 装好环境，需要时训练，启动服务
	@$(BIN)/python -m bot run

train: $(VENV)/.service ## 训练模型（没有变化就不训练）
	@$(BIN)/python -m bot train

check: $(VENV)/.service ## 检查内容和训练资料
	@$(BIN)/python -m bot check

generate: $(VENV)/.service ## 重写 domain.yml 和规则
	@$(BIN)/python -m bot generate

test: $(VENV)/.development ## 装好环境，训练，跑测试
	@.ci/system-packages
	@$(BIN)/python -m bot train
	@$(BIN)/python -m pytest

lint: $(VENV)/.development ## 代码检查：ruff、mypy、import-linter、网页脚本、内容检查
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.browser.syntax
	@$(BIN)/python -m bot check

evaluate: $(VENV)/.service ## 用留出的问题测一遍，重写 docs/evaluation.md
	@$(BIN)/python -m bot evaluate

bench: $(VENV)/.development ## 和 Rasa 自带的流水线并排测速度和内存，重写 docs/performance.md
	@.ci/system-packages
	@$(BIN)/python -m tests.bench

screenshots: $(VENV)/.development ## 重拍 docs/screenshots 里的界面图
	@.ci/system-packages
	@$(BIN)/python -m tests.browser.screenshots

soak: $(VENV)/.development ## 久跑：一万个会话丢着不管，再压几分钟，看内存长不长
	@$(BIN)/python -m bot train
	@$(BIN)/python -m tests.soak

lock: ## 重做带哈希的依赖锁（需要 uv）
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.10 requirements.in -o requirements.lock
	uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.10 -c requirements.lock requirements-dev.in -o requirements-dev.lock

clean: ## 删去环境、模型和运行数据
	rm -rf $(VENV) models var .rasa .cache

$(VENV)/bin/python:
	@"$(PYTHON310)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' || { echo '需要 Python 3.10：请先装好它，再用 make PYTHON310=路径 指明'; exit 1; }
	@echo '正在建立 Python 环境…'
	@"$(PYTHON310)" -m venv $(VENV)

$(VENV)/.service: requirements.lock | $(VENV)/bin/python
	@[ -e $(VENV)/.development ] || { echo '正在安装依赖，大约要一两分钟…'; $(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements.lock; }
	@touch $@

$(VENV)/.development: requirements-dev.lock | $(VENV)/bin/python
	@echo '正在安装依赖（含测试用的），大约要一两分钟…'
	@$(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
