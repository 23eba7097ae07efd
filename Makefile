# `make test` runs everything there is; each target below it runs by itself too.

export PATH := $(HOME)/.cargo/bin:$(PATH)

.PHONY: test format lint features tests docs msrv bench quickstart setup

test: format lint features tests docs msrv
	@echo "make test: all passed"

setup:
	./scripts/setup

format:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

# Each optional part of the exports by itself, and none of them.
features:
	RUSTFLAGS="-D warnings" cargo check --workspace --no-default-features --locked --target-dir target/features
	RUSTFLAGS="-D warnings" cargo check -p casekit-export --no-default-features --features pdf --locked --target-dir target/features
	RUSTFLAGS="-D warnings" cargo check -p casekit-export --no-default-features --features zip --locked --target-dir target/features

# Unit, integration and documentation tests, and those of the examples.
tests:
	cargo test --workspace --all-features --locked

docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features --locked

msrv:
	./scripts/msrv

# Ratios to the same work in hand-written SQL. CASES="1000 10000 100000" for other sizes.
bench:
	cargo bench --bench against_sql --locked

quickstart:
	cargo run --release --locked --example quickstart
