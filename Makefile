# What there is to type. Each target is a script in .ci/ that says what it does.

.PHONY: help run test lint bench plugins release fmt clean-demo

help: ## 显示本页 · this page
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)$$/  make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-20s %s\n' "$$name" "$$text"; done

run: ## 启动枢纽与模拟县 · start the hub with a simulated county, at http://127.0.0.1:8642
	@sh .ci/run.sh

test: ## 全部测试 · everything that can be tested on this machine
	@sh .ci/test.sh

lint: ## 格式、代码、文档、依赖 · format, lints, documentation, dependencies
	@sh .ci/lint.sh

bench: ## 性能数据，与 Node-RED 对比 · the figures of the README, measured against Node-RED
	@sh .ci/bench.sh

plugins: ## 编译并打包插件 · build and pack the plugins into target/plugins
	@sh .ci/plugins.sh

release: ## 断网编译发布包，附成分清单与校验值 · what a county installs, built without a network, with its list of parts and hashes
	@sh .ci/release.sh

fmt: ## 整理代码格式 · format the code
	@cargo fmt --all

clean-demo: ## 删除演示数据 · forget what the simulated county sent
	@rm -rf data/demo
