# `make test` is for every change, `make test-long` for the end of an issue; each part runs by itself too. docs/ci.md says
# what they are.

export PATH := $(HOME)/.cargo/bin:$(PATH)

PARTS = format lint features tests outside docs library test-python test-kotlin test-swift desk
LONG = msrv combinations golden-again verapdf released-python released-kotlin released-swift deny fuzz torture-long mutants miri \
	valgrind postgres desk-installed bare-debian-12 bare-debian-13

.PHONY: test test-long setup quickstart stories $(PARTS) $(LONG) generate golden wheel jar swift-package size torture hostile \
	bench bench-quick bench-hosts instructions

test:
	@.ci/parts test $(PARTS)
	@echo "make test: all passed; only make test-long runs: $(LONG)"

# Goes on where it was ended; what passed is run again only if something changed that it reads.
test-long:
	@.ci/parts long $(LONG)
	@echo "make test-long: all passed"

setup:
	./scripts/setup

format:
	cargo fmt --all --check

lint:
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

# Without any optional part; and with all, but without what core shows to ours alone. `make combinations` does the rest.
features:
	cargo clippy -p casekit -p casekit-export -p casekit-ffi --no-default-features --locked -- -D warnings
	cargo clippy -p casekit -p casekit-sqlite -p casekit-export --all-features --locked -- -D warnings

# Unit, integration and documentation tests, and those of the examples. Of each law, as many random cases as there is time
# for: `make fuzz` tries many more.
tests:
	@.ci/skipped
	@echo "left out: on PostgreSQL, the stories and what the suite of stores asks about exclusions: make postgres"
	PROPTEST_CASES=$${PROPTEST_CASES:-32} cargo test --workspace --all-features --locked --no-fail-fast --config 'target."cfg(all())".runner = ["$(CURDIR)/.ci/timed"]' -- --skip on_a_server::exclusions --skip on_postgres

# Both working days and what people expect of them, as a list of sentences.
stories:
	@scripts/stories

# A program that depends on `casekit` alone, with no feature of ours: what it relies on stays as casekit grows.
outside:
	cargo test --manifest-path tests/outside/Cargo.toml --locked --target-dir target

# Writes tests/golden anew, after a stored form changed. What changed gets a line in docs/file-format.md.
golden:
	cargo test -p casekit --all-features --locked --test it golden::write_anew -- --ignored --exact

docs:
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features --locked

# What hosts load, and the code that each loads it with, in target/hosts; and whether what is kept is what they see.
library:
	./casekit-ffi/scripts/library

# Every file that is generated and kept, written anew.
generate:
	./casekit-ffi/scripts/generate

# Each host's package, tested as its users get it, but for the library: that is built as the tests are. What a bare Debian
# machine lacks for it is installed under target/.
export CASEKIT_PROFILE ?= dev

test-python: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/python/scripts/test

test-kotlin: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/kotlin/scripts/test

test-swift: library
	CASEKIT_HOSTS_READY=1 ./casekit-ffi/swift/scripts/test

# The desk in a browser, click by click, where there are Chromium and Node. `make desk-installed` installs what is missing.
desk:
	./examples/desk/acceptance/run

# What is published, in target/dist: small and fast.
wheel jar swift-package bench-hosts: export CASEKIT_PROFILE = ffi

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

# Hostile files alone, as many as HOSTILE says: 50,000 take about half an hour. What the run has seen is said every 1,000.
hostile:
	cargo build -p casekit-torture --profile torture --locked
	target/torture/torture hostile --count $(HOSTILE) --seed $(SEED)

# The longer counts: about a quarter of an hour. Twice as many before a release.
TIMES ?= 1

torture-long:
	$(MAKE) torture KILLS=$$((1000 * $(TIMES))) FAULTS=$$((7500 * $(TIMES))) CUTS=$$((5000 * $(TIMES))) \
		COMMANDS=$$((5000 * $(TIMES))) HOSTILE=$$((5000 * $(TIMES))) FULL=$$((500 * $(TIMES))) MOVED=$$((1000 * $(TIMES))) \
		FOREIGN=$$((126 * $(TIMES))) FORKS=$$((40 * $(TIMES)))

# What only `make test-long` runs; docs/ci.md says what each part is.
msrv:
	./scripts/msrv

combinations:
	.ci/combinations

golden-again: golden
	git diff --exit-code --stat tests/golden
	@echo "golden-again: the file that is kept is what is written"

verapdf:
	.ci/verapdf

released-python released-kotlin released-swift: export CASEKIT_PROFILE = ffi
released-python released-kotlin released-swift: export CASEKIT_SUITE = whole
released-python: test-python wheel
released-kotlin: test-kotlin jar
released-swift: test-swift swift-package

deny:
	.ci/deny

fuzz:
	.ci/fuzz

mutants:
	.ci/mutants

miri:
	.ci/miri

valgrind:
	.ci/valgrind

# Whole, with what takes a minute and more of it.
postgres:
	PROPTEST_CASES=$${PROPTEST_CASES:-256} CASEKIT_SERVER_KILLS=$${CASEKIT_SERVER_KILLS:-200} \
		cargo test --workspace --all-features --locked --test it -- on_a_server on_postgres differential while_the_server_is_killed

desk-installed:
	./examples/desk/acceptance/run --install

# A phony target gets no recipe from a pattern alone.
bare-debian-12 bare-debian-13: bare-debian-%:
	.ci/bare-debian $*

# The library's size, with and without exports.
size:
	./casekit-ffi/scripts/size

# Ratios to an expert's SQL, growth up to a million cases, many callers; and docs/performance.md out of it. The first time
# it makes files of several gigabytes under target/bench, which takes long. `make bench-quick` is for every day.
bench:
	cargo bench --bench versus_sql --locked -- --cases "1000 10000 100000"
	cargo bench --bench growth --locked
	cargo bench --bench proof --locked
	cargo bench --bench contention --locked
	cargo bench --bench performance --locked

bench-quick:
	cargo bench --bench versus_sql --locked -- --quick

# Instructions per operation, which are the same every time; BEFORE=counts.json compares. Needs valgrind.
instructions:
	cargo bench --bench instructions --locked

quickstart:
	./scripts/quickstart
