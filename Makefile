# SPDX-License-Identifier: GPL-3.0-only
# make is the only entry. Targets: all run repl test check bench format fuzz clean; see README.md.
#
# Variables: CC (clang or gcc), MODE (release, debug, asan, ...: tools/modes.mk), V=1 shows commands.
CC = clang-19
MODE = release
BUILD = build/$(MODE)
include tools/modes.mk

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
       -Wno-missing-field-initializers -Wno-sign-compare
CFLAGS = -std=gnu11 -g $(WARN) -fno-strict-aliasing -fno-common $(MODE_CFLAGS) -Iinclude -Ivm -MMD -MP
LDLIBS = -lgmp -lpcre2-8 -lutf8proc -lm -lpthread
Q = $(if $(V),,@)

VM_SRC = $(wildcard vm/*/*.c)
POSIX_SRC = $(wildcard port/posix/*.c)
VM_OBJ = $(VM_SRC:%.c=$(BUILD)/%.o)
POSIX_OBJ = $(POSIX_SRC:%.c=$(BUILD)/%.o)
LIB_SRC = $(shell find lib -name '*.lona-s' ! -name '*_test.lona-s')
UNIT_SRC = $(wildcard test/unit/*.c)

all: build/lona
build/lona: $(BUILD)/lona
	$(Q)ln -sf $(MODE)/lona build/lona

$(BUILD)/lona: $(VM_OBJ) $(POSIX_OBJ) $(BUILD)/archive.o
	@echo "  LD    $@"
	$(Q)$(CC) $(MODE_CFLAGS) -no-pie -o $@ $^ $(LDLIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CFLAGS) -fno-pie -c -o $@ $<

# The boot archive: library sources, as bytes in the executable.
$(BUILD)/archive.c: $(LIB_SRC) tools/archive.sh
	@mkdir -p $(@D)
	$(Q)sh tools/archive.sh $(LIB_SRC) > $@
$(BUILD)/archive.o: CFLAGS += -Iport/posix
$(BUILD)/archive.o: $(BUILD)/archive.c
	$(Q)$(CC) $(CFLAGS) -fno-pie -c -o $@ $<

clean:
	rm -rf build
-include $(VM_OBJ:.o=.d) $(POSIX_OBJ:.o=.d)
.PHONY: all clean
