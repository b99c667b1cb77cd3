# SPDX-License-Identifier: GPL-3.0-only
# sel4.mk: Lona as the root task of the seL4 kernel that SEL4_PREFIX names, for ARCH (x86_64, aarch64). SEL4_PREFIX is what
# seL4's own `install` step leaves (bin/kernel.elf, libsel4/include), or a board directory of the Microkit SDK.
ARCH ?= x86_64
SEL4 = build/sel4-$(ARCH)
SEL4_KERNEL = $(firstword $(wildcard $(SEL4_PREFIX)/bin/kernel.elf $(SEL4_PREFIX)/elf/sel4.elf))
SEL4_INCLUDE = $(firstword $(wildcard $(SEL4_PREFIX)/libsel4/include $(SEL4_PREFIX)/include))
ifeq ($(SEL4_KERNEL),)
$(error SEL4_PREFIX=$(SEL4_PREFIX) holds no kernel: neither bin/kernel.elf nor elf/sel4.elf)
endif
ifeq ($(SEL4_INCLUDE),)
$(error SEL4_PREFIX=$(SEL4_PREFIX) holds no headers: neither libsel4/include nor include)
endif

SEL4_TOOLS_x86_64 =
SEL4_TOOLS_aarch64 = aarch64-linux-gnu-
SEL4_TOOLS = $(SEL4_TOOLS_$(ARCH))
SEL4_ARCH_x86_64 = -mno-red-zone
SEL4_ARCH_aarch64 = -mno-outline-atomics
SEL4_CC = $(CC) --target=$(ARCH)-linux-gnu
SEL4_WORLD = -nostdlibinc -isystem /usr/include/$(ARCH)-linux-musl -isystem /usr/include/$(ARCH)-linux-gnu -isystem /usr/include
SEL4_CFLAGS = -std=gnu11 -g $(WARN) -fno-strict-aliasing -ffp-contract=off -fno-common -fno-pie -fno-stack-protector \
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections $(MODE_CFLAGS) $(SEL4_ARCH_$(ARCH)) \
    $(SEL4_WORLD) -Iinclude -Ivm -MMD -MP -DMAP_BASE=0x1000000000ull
SEL4_PORT_CFLAGS = $(SEL4_CFLAGS) -Iport/sel4 -isystem $(SEL4_INCLUDE)
SEL4_LIBS_x86_64 =
SEL4_LIBS_aarch64 = libfdt.a
SEL4_LIBS = $(addprefix /usr/lib/$(ARCH)-linux-gnu/,libgmp.a libpcre2-8.a libutf8proc.a $(SEL4_LIBS_$(ARCH))) \
    /usr/lib/$(ARCH)-linux-musl/libc.a $(shell $(SEL4_TOOLS)gcc -print-libgcc-file-name)

SEL4_PORT_OBJ = $(patsubst %,$(SEL4)/%.o,$(basename $(wildcard port/sel4/*.c port/sel4/$(ARCH)/*.[cS])))
SEL4_VM_OBJ = $(patsubst %.c,$(SEL4)/%.o,$(wildcard vm/*/*.c port/common/*.c)) $(SEL4)/archive.o $(SEL4_PORT_OBJ)
SEL4_STUB_OBJ = $(addprefix $(SEL4)/stub/,stub.o caps.o paging.o paging_arch.o entry.o blob.o)

$(SEL4)/vm/run/interp.o: SEL4_CFLAGS += -fno-math-errno
$(SEL4)/archive.o: $(BUILD)/archive.c
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) $(SEL4_CFLAGS) -Iport/common -c -o $@ $<
$(SEL4)/port/sel4/%.o: port/sel4/%.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(SEL4_CC) $(SEL4_PORT_CFLAGS) -c -o $@ $<
$(SEL4)/port/sel4/%.o: port/sel4/%.S
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) -c -o $@ $<
$(SEL4)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(SEL4_CC) $(SEL4_CFLAGS) -c -o $@ $<
$(SEL4)/vm.elf: $(SEL4_VM_OBJ) port/sel4/vm.ld
	@echo "  LD    $@"
	$(Q)$(SEL4_TOOLS)ld -nostdlib -static --gc-sections -z noexecstack -T port/sel4/vm.ld -Map=$(SEL4)/vm.map -o $@ $(SEL4_VM_OBJ) --start-group $(SEL4_LIBS) --end-group
$(SEL4)/vm.stripped: $(SEL4)/vm.elf
	$(Q)$(SEL4_TOOLS)objcopy --strip-all $< $@

# The stub: the same sources for capabilities and frames, with one thread.
SEL4_STUB_CC = $(SEL4_CC) $(SEL4_PORT_CFLAGS) -DLONA_STUB -c -o $@ $<
$(SEL4)/stub/stub.o: port/sel4/stub/stub.c
	@mkdir -p $(@D)
	$(Q)$(SEL4_STUB_CC)
$(SEL4)/stub/%.o: port/sel4/%.c
	@mkdir -p $(@D)
	$(Q)$(SEL4_STUB_CC)
$(SEL4)/stub/paging_arch.o: port/sel4/$(ARCH)/paging.c
	@mkdir -p $(@D)
	$(Q)$(SEL4_STUB_CC)
$(SEL4)/stub/entry.o: port/sel4/stub/$(ARCH).S
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) -c -o $@ $<
$(SEL4)/stub/blob.o: port/sel4/stub/blob.S $(SEL4)/vm.stripped
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) -DVM_IMAGE='"$(SEL4)/vm.stripped"' -c -o $@ $<
$(SEL4)/lona.elf: $(SEL4_STUB_OBJ) port/sel4/stub/stub.ld
	@echo "  LD    $@"
	$(Q)$(SEL4_TOOLS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments -T port/sel4/stub/stub.ld -o $@ $(SEL4_STUB_OBJ) /usr/lib/$(ARCH)-linux-musl/libc.a

# QEMU's -kernel takes 32-bit ELF files only.
$(SEL4)/kernel.elf32: $(SEL4_KERNEL)
	@mkdir -p $(@D)
	$(Q)objcopy -O elf32-i386 $< $@
$(SEL4)/image-x86_64: $(SEL4)/kernel.elf32 $(SEL4)/lona.elf

# The loader for aarch64, an image as Linux has it, with kernel and root task inside.
LOADER_OFFSET = 0x4000000
SEL4_LOADER_OBJ = $(addprefix $(SEL4)/loader/,entry.o loader.o blobs.o)
$(SEL4)/loader/entry.o: port/sel4/loader/entry.S
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) -DLOADER_OFFSET=$(LOADER_OFFSET) -c -o $@ $<
$(SEL4)/loader/loader.o: port/sel4/loader/loader.c
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) $(SEL4_CFLAGS) -ffreestanding -fno-builtin -mgeneral-regs-only -mstrict-align -c -o $@ $<
$(SEL4)/loader/blobs.o: port/sel4/loader/blobs.S $(SEL4_KERNEL) $(SEL4)/lona.elf
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) -DKERNEL_IMAGE='"$(SEL4_KERNEL)"' -DROOT_IMAGE='"$(SEL4)/lona.elf"' -c -o $@ $<
$(SEL4)/loader.elf: $(SEL4_LOADER_OBJ) port/sel4/loader/loader.ld
	$(Q)$(SEL4_TOOLS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments -T port/sel4/loader/loader.ld -o $@ $(SEL4_LOADER_OBJ)
$(SEL4)/image-aarch64: $(SEL4)/loader.elf
	$(Q)$(SEL4_TOOLS)objcopy -O binary $< $@

run-sel4: $(SEL4)/image-$(ARCH)
	@sh port/sel4/run.sh $(ARCH) $(SEL4)
-include $(shell find $(SEL4) -name '*.d' 2>/dev/null)
