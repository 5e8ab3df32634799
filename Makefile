# Pegbar: one command for each thing a person does. Each target installs what it needs and is complete on a fresh machine.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
DESTDIR ?=
APT_BUILD := libavcodec-dev libavformat-dev libswscale-dev libswresample-dev libzimg-dev libwebp-dev liblcms2-dev pkg-config
APT_TEST := ffmpeg mediainfo python3-venv binutils
# What pkg-config finds decides what the manifest links; it is part of the manifest's environment, so nothing goes stale.
OPTIONAL := zimg libwebpdemux lcms2
LIBS = $(strip $(foreach lib,$(OPTIONAL),$(shell pkg-config --exists $(lib) 2>/dev/null && echo $(lib))))
SWIFT = PEGBAR_LIBS="$(LIBS)" swift
# What is installed runs where there is no Swift, and starts sooner. Toolchains without the static libraries link the others.
STATIC = $(if $(wildcard $(dir $(realpath $(shell command -v swift)))../lib/swift_static/linux),--static-swift-stdlib)
RELEASE = $(SWIFT) build -c release $(STATIC) --product
BIN = .build/release
JUDGES := .build/judges
# Tests see internals, which is another build than the one that is installed.
TEST = PEGBAR_JUDGE_PYTHON="$(CURDIR)/$(JUDGES)/bin/python" $(SWIFT) test -c release --scratch-path .build-test -Xswiftc -enable-testing

.PHONY: help deps test-deps build demo test soak bench lint format install clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

deps:
	@.ci/apt $(APT_BUILD)

test-deps: deps $(JUDGES)/.done
	@.ci/apt $(APT_TEST)

# The tools that judge our output in tests: OpenTimelineIO, numpy and the like, in a folder of their own.
$(JUDGES)/.done: .ci/judges.txt
	@.ci/apt $(APT_TEST)
	@mkdir -p $(dir $(JUDGES))
	python3 -m venv $(JUDGES)
	$(JUDGES)/bin/pip install --quiet --disable-pip-version-check -r .ci/judges.txt
	@touch $@

build: deps ## the release build
	$(RELEASE) pegbar

demo: build ## draw the demo film, conform it, render a ProRes master
	$(RELEASE) DemoFilm
	@.ci/demo $(BIN)

test: test-deps ## every test
	$(TEST)

soak: test-deps ## the long versions of the tests
	PEGBAR_SOAK=1 $(TEST)
	PEGBAR_WRITE_CACHE=0 $(TEST) --skip-build --filter "PegRenderTests|PegbarCommandTests"

bench: build $(JUDGES)/.done ## speed as ratios against yardsticks in the same run, memory as peak RSS
	@.ci/apt ffmpeg python3
	@.ci/apt python3-pyopencolorio python3-numpy || true
	$(RELEASE) ColorBench
	@.ci/bench $(BIN)/pegbar $(JUDGES)/bin/python
	@.ci/bench-reuse $(BIN)/pegbar
	@.ci/bench-cut $(BIN)/pegbar

lint: ## how the code reads
	swift format lint --strict --recursive --parallel Package.swift Sources Tests fixtures

format: ## rewrite it so
	swift format --in-place --recursive --parallel Package.swift Sources Tests fixtures

install: build ## the command, presets, completions and man page, under PREFIX
	@.ci/apt python3
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/pegbar $(DESTDIR)$(PREFIX)/share/man/man1
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -d $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(BIN)/pegbar $(DESTDIR)$(PREFIX)/bin/pegbar
	rm -rf $(DESTDIR)$(PREFIX)/share/pegbar/presets
	cp -R presets $(DESTDIR)$(PREFIX)/share/pegbar/presets
	$(BIN)/pegbar --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/pegbar
	$(BIN)/pegbar --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_pegbar
	$(BIN)/pegbar --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/pegbar.fish
	.ci/manpage $(BIN)/pegbar > $(DESTDIR)$(PREFIX)/share/man/man1/pegbar.1

clean: ## remove what was built and rendered
	rm -rf .build* .demo
