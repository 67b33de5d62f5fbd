# SPDX-License-Identifier: LGPL-2.1-or-later
# test_memory_threads.c, the daemon's tests and those of a client's channel with the thread sanitizer, and with
# as much of the library as they need: tsan.sh runs this in the top folder.  A
# sanitizer is for a whole program, so this cannot be a target of the build, which
# has another one; what the build generates of src/rpc/*.x is taken from it.
OUT ?= build/tsan
BUILD ?= build
LIBRARY := $(filter-out src/api/init.c,$(shell find src/base src/model src/xml \
    src/driver src/memory src/api -name '*.c'))
SOURCES := $(LIBRARY) tests/conformance/test_memory_threads.c
OBJECTS := $(SOURCES:%.c=$(OUT)/%.o) $(OUT)/drivers.o
# peer.c has the drivers' list of these.
GENERATED := src/rpc/wire src/rpc/remote src/rpc/strandline \
    src/rpc/procedures_made src/daemon/serve_made
DAEMON := $(LIBRARY) src/remote/channel.c \
    $(filter-out %/main.c,$(shell find src/rpc src/daemon -name '*.c')) \
    tests/unit/daemon/peer.c tests/unit/daemon/access/policy_text.c \
    tests/unit/rpc/packet.c tests/unit/temp_folder.c
DAEMON_OBJECTS := $(DAEMON:%.c=$(OUT)/%.o) $(GENERATED:%=$(OUT)/made/%.o)
# Without session_events, which runs GLib's loop: its locks are not seen.
DAEMON_TESTS := $(addprefix $(OUT)/tests/unit/daemon/test_,client dispatch \
    server session work_pool) $(OUT)/tests/unit/daemon/access/test_policy \
    $(OUT)/tests/unit/remote/test_channel \
    $(OUT)/tests/conformance/test_daemon_threads
PACKAGES := glib-2.0 gio-2.0 libxml-2.0 libtirpc gnutls libsasl2
CFLAGS := -std=gnu17 -O1 -g -fsanitize=thread -pthread -D_GNU_SOURCE \
    -include src/base/banned.h -Iinclude -Isrc -I$(BUILD)/src \
    -Itests/unit -Itests/unit/rpc -Itests/unit/daemon $(DEFINES) \
    $(shell pkg-config --cflags $(PACKAGES))

all: $(OUT)/test_memory_threads $(OUT)/test_seeded_race $(DAEMON_TESTS)

$(DAEMON_TESTS): %: %.o $(DAEMON_OBJECTS)
	$(CC) -fsanitize=thread -pthread -o $@ $^ \
	    $(shell pkg-config --libs $(PACKAGES))

$(OUT)/made/%.o: $(BUILD)/%.c
	@mkdir -p $(dir $@)
	$(CC) $(CFLAGS) -w -MMD -MP -c -o $@ $<

$(OUT)/test_memory_threads: $(OBJECTS)
	$(CC) -fsanitize=thread -pthread -o $@ $^ \
	    $(shell pkg-config --libs $(PACKAGES))

# The same with a race in it, which must be found.
$(OUT)/test_seeded_race: $(OBJECTS) $(OUT)/tests/conformance/seeded_race.o
	$(CC) -fsanitize=thread -pthread -Wl,--wrap=lock_hold -o $@ $^ \
	    $(shell pkg-config --libs $(PACKAGES))

# In the place of api/init.c, without QEMU's driver.
$(OUT)/drivers.c:
	@mkdir -p $(OUT)
	printf '%s\n' '#include "api/init.h"' '#include "driver/registry.h"' \
	    'void add_builtin_drivers(void) { registry_add(&memory_driver); }' > $@

$(OUT)/drivers.o: $(OUT)/drivers.c
	$(CC) $(CFLAGS) -c -o $@ $<

$(OUT)/%.o: %.c
	@mkdir -p $(dir $@)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJECTS:.o=.d) $(DAEMON_OBJECTS:.o=.d) $(DAEMON_TESTS:%=%.d)
