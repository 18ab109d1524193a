# The commands of the project. Whatever the machine lacks, .ci/setup installs on the first use.

# leptos reads this while it is compiled: pages ask for latchkey.wasm, as cargo-leptos names it, not for latchkey_bg.wasm.
export LEPTOS_OUTPUT_NAME := latchkey
export PATH := $(or $(CARGO_HOME),$(HOME)/.cargo)/bin:$(CURDIR)/end2end/node_modules/.bin:$(PATH)

TARGET := $(or $(CARGO_TARGET_DIR),target)
# Only a finished release build of the browser's half leaves this file; `watch` removes it.
SITE := target/site/pkg/latchkey.wasm.br
SITE_SOURCES := $(shell find src style public -type f) Cargo.toml Cargo.lock rust-toolchain.toml

.PHONY: run test watch fmt fuzz bench release tools

run: $(SITE)
	@echo "== Building the server (about 6 minutes the first time)"
	cargo build --features ssr
	@echo "== Starting the server; Ctrl+C stops it"
	$(TARGET)/debug/latchkey serve $(ARGS)

test:
	.ci/setup test
	.ci/test

watch: tools
	cargo leptos watch -- serve $(ARGS)

fmt:
	cargo fmt

fuzz: $(SITE)
	.ci/setup fuzz
	cargo build --features ssr
	node end2end/fuzz.mjs

bench: release
	.ci/setup bench
	cargo build --release --features ssr --example floor
	node end2end/verify-bench.mjs
	node end2end/revocation.mjs
	node end2end/bench.mjs
	node end2end/sign-in-time.mjs
	node end2end/slow-clients.mjs

release: $(SITE)
	@echo "== Building the release (about 15 minutes the first time)"
	cargo build --release --features ssr
	@echo "== One file to deploy: $(TARGET)/release/latchkey"

tools:
	@.ci/setup run

$(SITE): $(SITE_SOURCES) | tools
	@echo "== Building the browser's half (about 5 minutes the first time)"
	cargo leptos build --release --frontend-only --precompress
