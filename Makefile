# `make test` runs everything there is; each target below it runs by itself too.

export PATH := $(HOME)/.cargo/bin:$(PATH)

.PHONY: test format lint features tests outside docs msrv bench bench-quick quickstart setup \
	library generate test-python test-kotlin test-swift wheel jar swift-package bench-hosts instructions size golden torture test-long

test: format lint features tests outside docs msrv test-python test-kotlin test-swift
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
	RUSTFLAGS="-D warnings" cargo check -p casekit-export --no-default-features --features arrow --locked --target-dir target/features
	RUSTFLAGS="-D warnings" cargo check -p casekit-export --no-default-features --features zip --locked --target-dir target/features

# Unit, integration and documentation tests, and those of the examples.
tests:
	cargo test --workspace --all-features --locked

# A program that depends on `casekit` alone, with no feature of ours: what it relies on stays as casekit grows. The crates that
# users link compile without that feature too.
outside:
	cargo test --manifest-path tests/outside/Cargo.toml --locked --target-dir target/outside
	RUSTFLAGS="-D warnings" cargo check -p casekit -p casekit-sqlite -p casekit-export --all-features --locked --target-dir target/features

# Writes tests/golden anew, after a stored form changed. What changed gets a line in docs/file-format.md.
golden:
	cargo test -p casekit --all-features --locked --test it golden::write_anew -- --ignored --exact

docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features --locked

msrv:
	./scripts/msrv

# What hosts load, and the code that each loads it with, in target/hosts; and whether what is kept is what they see.
library:
	./casekit-ffi/scripts/library

# Every file that is generated and kept, written anew.
generate:
	./casekit-ffi/scripts/generate

# Each host's package, tested as its users get it. What a bare Debian machine lacks for it is installed under target/.
test-python: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/python/scripts/test

test-kotlin: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/kotlin/scripts/test

test-swift: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/swift/scripts/test

# What is published, in target/dist.
wheel: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/python/scripts/wheel

jar: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/kotlin/scripts/jar

swift-package: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/swift/scripts/package

# The same calls from each host as from Rust, in one run.
bench-hosts: library
	CASEKIT_HOSTS_READY=1 cargo bench --bench hosts --locked

# What is lost when things go wrong: kills, faults of the disk, power cuts, processes that contend, hostile files, full and
# read-only disks, files moved while they are open, a second SQLite in the process, forks. A line each, within five
# minutes. SEED=7 brings a run back.
KILLS ?= 300
FAULTS ?= 1500
CUTS ?= 2500
COMMANDS ?= 1000
HOSTILE ?= 1500
FULL ?= 100
MOVED ?= 180
FOREIGN ?= 21
FORKS ?= 16
SEED ?= $(shell expr $$(date +%s) / 86400)

torture:
	cargo build -p casekit-torture --profile torture --locked
	@failed=0; \
	run() { target/torture/torture "$$@" --seed $(SEED) || failed=1; }; \
	run kill --count $(KILLS); \
	run faults --count $(FAULTS); \
	run power --count $(CUTS); \
	run contend --count $(COMMANDS); \
	run hostile --count $(HOSTILE); \
	run disk --count $(FULL); \
	run readonly; \
	run moved --count $(MOVED); \
	run foreign --count $(FOREIGN); \
	run forks --count $(FORKS); \
	exit $$failed

# The longer counts, before a release: about half an hour.
test-long:
	$(MAKE) torture KILLS=2000 FAULTS=15000 CUTS=10000 COMMANDS=10000 HOSTILE=10000 FULL=1000 MOVED=2000 \
		FOREIGN=252 FORKS=80

# The library's size, with and without exports.
size:
	./casekit-ffi/scripts/size

# Ratios to an expert's SQL, growth up to a million cases, many callers; and docs/performance.md out of it. The first time
# it makes files of several gigabytes under target/bench, which takes long. `make bench-quick` is for every day.
bench:
	cargo bench --bench versus_sql --locked -- --cases "1000 10000 100000"
	cargo bench --bench growth --locked
	cargo bench --bench contention --locked
	cargo bench --bench performance --locked

bench-quick:
	cargo bench --bench versus_sql --locked -- --quick

# Instructions per operation, which are the same every time; BEFORE=counts.json compares. Needs valgrind.
instructions:
	cargo bench --bench instructions --locked

quickstart:
	./scripts/quickstart
