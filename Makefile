# Pegbar: one command for each thing a person does. Each target installs what it needs and is complete on a fresh machine.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PREFIX ?= /usr/local
APT_BUILD := libavcodec-dev libavformat-dev libswscale-dev libswresample-dev libzimg-dev libwebp-dev pkg-config
APT_TEST := ffmpeg mediainfo python3-venv
OPTIONAL := zimg libwebpdemux
# What pkg-config finds decides what the manifest links; it is part of the manifest's environment, so nothing goes stale.
LIBS = $(strip $(foreach lib,$(OPTIONAL),$(shell pkg-config --exists $(lib) 2>/dev/null && echo $(lib))))
SWIFT = PEGBAR_LIBS="$(LIBS)" swift

.PHONY: help deps test-deps build demo test soak bench lint format install clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

deps:
	@.ci/apt $(APT_BUILD)

test-deps: deps
	@.ci/apt $(APT_TEST)

build: deps ## the release build
	$(SWIFT) build -c release

test: test-deps ## every test
	$(SWIFT) test -c release -Xswiftc -enable-testing

lint: ## how the code reads
	swift format lint --strict --recursive --parallel Package.swift Sources Tests fixtures

format: ## rewrite it so
	swift format --in-place --recursive --parallel Package.swift Sources Tests fixtures

clean: ## remove what was built and rendered
	rm -rf .build* .demo
