# SPDX-License-Identifier: GPL-3.0-only
# make is the only entry. README.md says what each target does.
#
# Variables: CC (clang-19; gcc and clang work too), MODE (release, debug, asan, ...: tools/modes.mk), V=1 shows commands.
CC = clang-19
MODE = release
BUILD = build/$(MODE)
include tools/modes.mk

WARN = -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
       -Wno-missing-field-initializers -Wno-sign-compare
# gcc takes heap_reserve's list of no roots for one that is read.
WARN += $(if $(findstring gcc,$(CC)),-Wno-maybe-uninitialized)
# An instruction ends in a tail call, which gcc makes by itself from -O2 on.
TAIL_CALLS = $(if $(findstring gcc,$(CC)),-foptimize-sibling-calls)
PROCESSOR := $(or $(findstring aarch64,$(CC)),$(shell uname -m))
CFLAGS = -std=gnu11 -g $(WARN) -fno-strict-aliasing -ffp-contract=off -fno-common -fno-pie $(MODE_CFLAGS) $(TAIL_CALLS) $(CFLAGS_$(PROCESSOR)) -Iinclude -Ivm -MMD -MP
LDLIBS = -lgmp -lpcre2-8 -lutf8proc -l:libbearssl.a -l:libz.a -lm -lpthread
Q = $(if $(V),,@)

VM_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard vm/*/*.c))
COMMON_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard port/common/*.c)) $(BUILD)/archive.o
POSIX_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(filter-out port/posix/main.c,$(wildcard port/posix/*.c))) $(COMMON_OBJ)
MINIMAL_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard port/minimal/*.c))
UNIT_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard test/unit/*.c))
ARCHIVE := $(shell sh tools/library_files.sh lib)

all: setup
	@$(MAKE) --no-print-directory build/lona
setup:
	@sh tools/setup.sh tools/packages.txt
build/lona: $(BUILD)/lona FORCE
	$(Q)ln -sf $(<:build/%=%) $@
$(BUILD)/lona: $(BUILD)/port/posix/main.o $(VM_OBJ) $(POSIX_OBJ)
	@echo "  LD    $@"
	$(Q)$(CC) $(MODE_CFLAGS) -no-pie -o $@ $^ $(LDLIBS)
$(BUILD)/unit: $(UNIT_OBJ) $(VM_OBJ) $(POSIX_OBJ)
	@echo "  LD    $@"
	$(Q)$(CC) $(MODE_CFLAGS) -no-pie -o $@ $^ $(LDLIBS)
$(BUILD)/minimal: $(VM_OBJ) $(MINIMAL_OBJ)
	@echo "  LD    $@"
	$(Q)$(CC) $(MODE_CFLAGS) -no-pie -o $@ $^ $(LDLIBS)
# A fuzz target (MODE=fuzz), see test/fuzz/run.sh.
$(BUILD)/%_fuzz: $(BUILD)/test/fuzz/%_fuzz.o $(VM_OBJ) $(POSIX_OBJ)
	@echo "  LD    $@"
	$(Q)$(CC) $(MODE_CFLAGS) -fsanitize=fuzzer -no-pie -o $@ $^ $(LDLIBS)
# Square roots there are one machine instruction; with errno they would be a call too.
$(BUILD)/vm/run/interp.o: CFLAGS += -fno-math-errno
$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(CFLAGS) -c -o $@ $<
# The boot archive: library sources as bytes in the executable.
$(BUILD)/archive.c: $(ARCHIVE) tools/archive.sh
	@mkdir -p $(@D)
	$(Q)sh tools/archive.sh $(ARCHIVE) > $@
$(BUILD)/archive.o: $(BUILD)/archive.c
	$(Q)$(CC) $(CFLAGS) -Iport/common -c -o $@ $<

# What boots, where a processor or a kernel is named; make run names one.
BOOTED := $(SEL4_PREFIX)$(ARCH)
include kernel/kernel.mk
ifneq ($(BOOTED),)
include port/sel4/sel4.mk
endif
run: setup
	$(if $(filter aarch64,$(ARCH)),@sh tools/setup.sh tools/arm64-packages.txt)
	$(if $(filter disk,$(BOOT)),@sh tools/setup.sh tools/disk-packages.txt)
	@$(MAKE) --no-print-directory ARCH=$(ARCH) run-sel4
# A raw disk that a PC boots by GRUB; make run BOOT=disk boots QEMU from it.
disk: setup
	@sh tools/setup.sh tools/disk-packages.txt
	@$(MAKE) --no-print-directory ARCH=x86_64 build/lona.img
repl: all
	@build/lona
doc: all
	@sh tools/reference.sh build/lona build/doc
check: setup
	@sh test/check.sh
test: setup
	@sh test/all.sh
bench: all
	@sh tools/setup.sh tools/bench-packages.txt
	@sh bench/run.sh
# Processes at full load for SOAK seconds, the whole heap checked after each collection.
SOAK = 1800
soak: setup
	@$(MAKE) --no-print-directory MODE=debug BUILD=build/debug build/debug/lona
	@sh test/soak.sh build/debug/lona $(SOAK)
fuzz: setup
	@sh test/fuzz/run.sh
format:
	$(Q)clang-format-19 -i $$(git ls-files '*.c' '*.h')
clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PHONY: all setup run run-sel4 disk repl doc check test bench soak fuzz format clean FORCE
