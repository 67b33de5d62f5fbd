# SPDX-License-Identifier: LGPL-2.1-or-later
# test_memory_threads.c with the thread sanitizer, and with as much of the library as
# it needs: tsan.sh runs this in the top folder.  A sanitizer is for a whole
# program, so this cannot be a target of the build, which has another one.
OUT ?= build/tsan
SOURCES := $(filter-out src/api/init.c,$(shell find src/base src/model src/xml \
    src/driver src/memory src/api -name '*.c')) \
    tests/conformance/test_memory_threads.c
OBJECTS := $(SOURCES:%.c=$(OUT)/%.o) $(OUT)/drivers.o
PACKAGES := glib-2.0 libxml-2.0
CFLAGS := -std=gnu17 -O1 -g -fsanitize=thread -pthread -D_GNU_SOURCE \
    -include src/base/banned.h -Iinclude -Isrc $(DEFINES) \
    $(shell pkg-config --cflags $(PACKAGES))

all: $(OUT)/test_memory_threads $(OUT)/test_seeded_race

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

-include $(OBJECTS:.o=.d)
