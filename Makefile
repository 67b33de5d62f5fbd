# SPDX-License-Identifier: LGPL-2.1-or-later
# The front door: each target is enough by itself on a fresh Debian 12.
# meson does the work; this file only names the usual ways to call it.
#
#   make demo     a real guest backed up, restored and booted again
#   make check    everything that is tested, in parallel
#   make build    the developers' build (ASan, UBSan) in build/
#   make torture  more rounds of the tests that kill and fail at random
#   make fuzz     what a peer may send, made up by a fuzzer (SECONDS=600)
#   make bench    a table of figures, from the release build
#   make install  the release build; DESTDIR and PREFIX are honoured
#   make clean    removes both build folders

BUILD = build
RELEASE = build-release
PREFIX = /usr/local
DESTDIR =

.PHONY: build release check demo bench fuzz torture install clean setup
build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

release: $(RELEASE)/build.ninja
	@ninja -C $(RELEASE) --quiet

setup:
	@tools/setup.sh

$(BUILD)/build.ninja: | setup
	@meson setup $(BUILD) -Db_sanitize=address,undefined

$(RELEASE)/build.ninja: | setup
	@meson setup $(RELEASE) --prefix=$(PREFIX) --buildtype=release

# The status is the summary's as well as meson's: a test that was skipped or
# that crashed between two cases must not pass for done.
check: build
	@rm -f $(BUILD)/meson-logs/testlog.json
	@status=0; export STRANDLINE_NO_SKIP=1; \
	meson test -C $(BUILD) --no-rebuild \
	    --print-errorlogs </dev/null || status=$$?; \
	tools/ci_summary.py $(BUILD)/meson-logs/testlog.json || status=1; \
	exit $$status

torture: build
	@./run tests/torture/run.sh

SECONDS = 600
fuzz: setup
	@tests/fuzz/run.sh $(SECONDS)

demo: build
	@./run tools/demo.sh

bench: release
	@STRANDLINE_BUILD=$(RELEASE) ./run tests/bench/run.py
	@STRANDLINE_BUILD=$(RELEASE) ./run tests/bench/daemons.py

install: release
	@meson configure $(RELEASE) -Dprefix=$(PREFIX)
	@DESTDIR=$(DESTDIR) meson install -C $(RELEASE)

clean:
	rm -rf $(BUILD) $(RELEASE) build-fuzz
