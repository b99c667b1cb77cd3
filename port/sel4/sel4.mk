# SPDX-License-Identifier: GPL-3.0-only
# sel4.mk: Lona as the root task for ARCH of the seL4 kernel that SEL4_PREFIX names (x86_64, aarch64): what seL4's own `install`
# step leaves (bin/kernel.elf, libsel4/include), or a board directory of the Microkit SDK. Without it, of the built-in kernel.
ARCH ?= x86_64
ifdef SEL4_PREFIX
SEL4 = build/sel4-$(ARCH)
SEL4_KERNEL = $(firstword $(wildcard $(SEL4_PREFIX)/bin/kernel.elf $(SEL4_PREFIX)/elf/sel4.elf))
SEL4_INCLUDE = $(firstword $(wildcard $(SEL4_PREFIX)/libsel4/include $(SEL4_PREFIX)/include))
SEL4_HEADERS = -isystem $(SEL4_INCLUDE)
ifeq ($(SEL4_KERNEL),)
$(error SEL4_PREFIX=$(SEL4_PREFIX) holds no kernel: neither bin/kernel.elf nor elf/sel4.elf)
endif
ifeq ($(SEL4_INCLUDE),)
$(error SEL4_PREFIX=$(SEL4_PREFIX) holds no headers: neither libsel4/include nor include)
endif
else
SEL4 = build/built-in-$(ARCH)
SEL4_KERNEL = $(KERNEL)/kernel.elf
SEL4_HEADERS = $(KERNEL_USER)
ifeq ($(KERNEL_PLATFORM),)
$(error the built-in kernel does not run on $(ARCH) yet: SEL4_PREFIX names a seL4 kernel that does)
endif
endif

ifneq ($(filter-out x86_64-disk,$(BOOT:%=$(ARCH)-%)),)
$(error a machine of $(ARCH) does not boot from $(BOOT))
endif

SEL4_TOOLS_x86_64 =
SEL4_TOOLS_aarch64 = aarch64-linux-gnu-
SEL4_TOOLS = $(SEL4_TOOLS_$(ARCH))
SEL4_ARCH_x86_64 = -mno-red-zone $(CFLAGS_x86_64)
SEL4_ARCH_aarch64 = -mno-outline-atomics
SEL4_CC = $(CC) --target=$(ARCH)-linux-gnu
SEL4_WORLD = -nostdlibinc -isystem /usr/include/$(ARCH)-linux-musl -isystem /usr/include/$(ARCH)-linux-gnu -isystem /usr/include
SEL4_CFLAGS = -std=gnu11 -g $(WARN) -fno-strict-aliasing -ffp-contract=off -fno-common -fno-pie -fno-stack-protector \
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections $(MODE_CFLAGS) $(SEL4_ARCH_$(ARCH)) \
    $(SEL4_WORLD) -Iinclude -Ivm -MMD -MP -DMAP_BASE=0x1000000000ull
SEL4_PORT_CFLAGS = $(SEL4_CFLAGS) -Wfatal-errors -Iport/sel4 -Iport/sel4/$(ARCH) $(SEL4_HEADERS)
SEL4_LIBS_x86_64 =
SEL4_LIBS_aarch64 = libfdt.a
SEL4_LIBS = $(addprefix /usr/lib/$(ARCH)-linux-gnu/,libgmp.a libpcre2-8.a libutf8proc.a libbearssl.a libz.a $(SEL4_LIBS_$(ARCH))) \
    /usr/lib/$(ARCH)-linux-musl/libc.a $(shell $(SEL4_TOOLS)gcc -print-libgcc-file-name)

SEL4_PORT_OBJ = $(patsubst %,$(SEL4)/%.o,$(basename $(wildcard port/sel4/*.c port/sel4/$(ARCH)/*.[cS])))
SEL4_VM_OBJ = $(patsubst %.c,$(SEL4)/%.o,$(wildcard vm/*/*.c port/common/*.c)) $(SEL4_PORT_OBJ)
SEL4_STUB_OBJ = $(addprefix $(SEL4)/stub/,stub.o caps.o paging.o paging_arch.o entry.o)
SEL4_LOADER_OBJ = $(addprefix $(SEL4)/loader/,entry.o loader.o)

$(SEL4)/vm/run/interp.o: SEL4_CFLAGS += -fno-math-errno
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

# The loader for aarch64 is an image as Linux has it.
LOADER_OFFSET = 0x4000000
$(SEL4)/loader/entry.o: port/sel4/loader/entry.S
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) -DLOADER_OFFSET=$(LOADER_OFFSET) -c -o $@ $<
$(SEL4)/loader/loader.o: port/sel4/loader/loader.c
	@mkdir -p $(@D)
	$(Q)$(SEL4_CC) $(SEL4_CFLAGS) -ffreestanding -fno-builtin -mgeneral-regs-only -mstrict-align -c -o $@ $<

# An image that holds both: the loader with the kernel and the root task in it, or the built-in kernel with the root task appended.
ifdef SEL4_PREFIX
define SEL4_IMAGE_AARCH64
$(1)/loader_blobs.o: port/sel4/loader/blobs.S $(SEL4_KERNEL) $(1)/lona.elf
	$(Q)$(SEL4_CC) -DKERNEL_IMAGE='"$(SEL4_KERNEL)"' -DROOT_IMAGE='"$(1)/lona.elf"' -c -o $$@ $$<
$(1)/loader.elf: $(SEL4_LOADER_OBJ) $(1)/loader_blobs.o port/sel4/loader/loader.ld
	$(Q)$(SEL4_TOOLS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments -T port/sel4/loader/loader.ld -o $$@ \
	    $(SEL4_LOADER_OBJ) $(1)/loader_blobs.o
$(1)/image-aarch64: $(1)/loader.elf
	$(Q)$(SEL4_TOOLS)objcopy -O binary $$< $$@
endef
else
define SEL4_IMAGE_AARCH64
$(1)/root.o: $(1)/lona.elf
	$(Q)$(SEL4_TOOLS)objcopy -I binary -O elf64-littleaarch64 --rename-section .data=.root,alloc,load,readonly,data,contents $$< $$@
$(1)/image.elf: $(SEL4_KERNEL) $(1)/root.o
	$(Q)$(KERNEL_LD) -o $$@ $(KERNEL_OBJ) $(KERNEL)/symbols.o $(1)/root.o
$(1)/image-aarch64: $(1)/image.elf
	$(Q)$(SEL4_TOOLS)objcopy -O binary $$< $$@
endef
endif

# $(1): a folder with archive.c. What boots is made there: image-x86_64 is the kernel as QEMU's -kernel takes it (32-bit ELF
# files only), beside its root task lona.elf; image-aarch64 holds both.
define SEL4_IMAGE
$(1)/archive.o: $(1)/archive.c
	$(Q)$(SEL4_CC) $(SEL4_CFLAGS) -Iport/common -c -o $$@ $$<
$(1)/vm.elf: $(SEL4_VM_OBJ) $(1)/archive.o port/sel4/vm.ld
	@echo "  LD    $$@"
	$(Q)$(SEL4_TOOLS)ld -nostdlib -static --gc-sections -z noexecstack -T port/sel4/vm.ld -Map=$(1)/vm.map -o $$@ \
	    $(SEL4_VM_OBJ) $(1)/archive.o --start-group $(SEL4_LIBS) --end-group
$(1)/vm.stripped: $(1)/vm.elf
	$(Q)$(SEL4_TOOLS)objcopy --strip-all $$< $$@
$(1)/blob.o: port/sel4/stub/blob.S $(1)/vm.stripped
	$(Q)$(SEL4_CC) -DVM_IMAGE='"$(1)/vm.stripped"' -c -o $$@ $$<
$(1)/lona.elf: $(SEL4_STUB_OBJ) $(1)/blob.o port/sel4/stub/stub.ld
	@echo "  LD    $$@"
	$(Q)$(SEL4_TOOLS)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments -T port/sel4/stub/stub.ld -o $$@ \
	    $(SEL4_STUB_OBJ) $(1)/blob.o /usr/lib/$(ARCH)-linux-musl/libc.a
$(1)/image-x86_64: $(SEL4_KERNEL) $(1)/lona.elf
	$(Q)objcopy -O elf32-i386 $$< $$@
$(call SEL4_IMAGE_AARCH64,$(1))
endef

$(SEL4)/lona/archive.c: $(ARCHIVE) tools/archive.sh
	@mkdir -p $(@D)
	$(Q)sh tools/archive.sh $(ARCHIVE) > $@
$(eval $(call SEL4_IMAGE,$(SEL4)/lona))

# The library's tests, in the archive of an image that runs them (test/sel4.sh), but for those that need files, sockets or
# signals of a host.
SEL4_HOSTED = $(addprefix lib/lona/,core/loading_test.lona-s otp/logger_files_test.lona-s file_test.lona-s host_test.lona-s io_test.lona-s io/leader_test.lona-s net_test.lona-s \
    net/tcp_test.lona-s net/udp_test.lona-s)
SEL4_TESTS = $(filter-out $(SEL4_HOSTED),$(shell sh tools/library_files.sh -t lib))
$(SEL4)/tests/archive.c: $(ARCHIVE) $(SEL4_TESTS) test/run_archive.lona-s tools/archive.sh
	@mkdir -p $(@D)
	$(Q)printf '%s\n' -m lona.run-archive $(SEL4_TESTS:lib/%=%) > $(@D)/arguments
	$(Q)sh tools/archive.sh $(ARCHIVE) $(SEL4_TESTS) boot/arguments=$(@D)/arguments \
	    lona/run_archive.lona-s=test/run_archive.lona-s > $@
$(eval $(call SEL4_IMAGE,$(SEL4)/tests))

# The same for test/stress, and the random programs of processes.
SEL4_STRESS = test/stress/stress_test.lona-s $(addprefix test/processes/,guarantees_test.lona-s supervision_test.lona-s)
$(SEL4)/stress/archive.c: $(ARCHIVE) $(SEL4_STRESS) test/processes/random.lona-s test/run_archive.lona-s tools/archive.sh
	@mkdir -p $(@D)
	$(Q)printf '%s\n' -m lona.run-archive $(SEL4_STRESS) > $(@D)/arguments
	$(Q)sh tools/archive.sh $(ARCHIVE) $(SEL4_STRESS) boot/arguments=$(@D)/arguments \
	    processes/random.lona-s=test/processes/random.lona-s lona/run_archive.lona-s=test/run_archive.lona-s > $@
$(eval $(call SEL4_IMAGE,$(SEL4)/stress))

# The same for the examples of the documents and docstrings; the documents' texts are in a namespace.
SEL4_DOCUMENTS = $(wildcard doc/spec/*.md)
$(SEL4)/examples/archive.c: $(ARCHIVE) $(SEL4_DOCUMENTS) test/examples.lona-s test/documents.sh tools/archive.sh
	@mkdir -p $(@D)
	$(Q)printf '%s\n' -m lona.examples $(SEL4_DOCUMENTS) > $(@D)/arguments
	$(Q)sh test/documents.sh $(SEL4_DOCUMENTS) > $(@D)/documents
	$(Q)sh tools/archive.sh $(ARCHIVE) boot/arguments=$(@D)/arguments lona/documents.lona-s=$(@D)/documents \
	    lona/examples.lona-s=test/examples.lona-s > $@
$(eval $(call SEL4_IMAGE,$(SEL4)/examples))

# bench/booted: BENCHED names programs of bench/lonala.
BENCHED = $(shell cat bench/compute.txt)
BENCHED_FILES = $(BENCHED:%=bench/lonala/%.lona-s)
$(SEL4)/bench/archive.c: $(ARCHIVE) $(BENCHED_FILES) bench/booted/run.lona-s tools/archive.sh FORCE
	@mkdir -p $(@D)
	$(Q)printf '%s\n' -m lona.run-booted $(BENCHED_FILES) > $(@D)/arguments
	$(Q)sh tools/archive.sh $(ARCHIVE) $(BENCHED_FILES) boot/arguments=$(@D)/arguments lona/run_booted.lona-s=bench/booted/run.lona-s > $@
$(eval $(call SEL4_IMAGE,$(SEL4)/bench))

# Root tasks of test/kernel/answers.sh and bench/kernel, to be booted by the loader.
SEL4_TASKS = machine costs
$(SEL4_TASKS:%=$(SEL4)/%/lona.elf): $(SEL4)/%/lona.elf: $(KERNEL)/%.elf
	@mkdir -p $(@D)
	$(Q)cp $< $@
$(foreach task,$(SEL4_TASKS),$(eval $(call SEL4_IMAGE_AARCH64,$(SEL4)/$(task))))

# A disk holds the kernel as it is; the Makefile's `disk` names it.
$(SEL4)/lona/disk.img: $(SEL4_KERNEL) $(SEL4)/lona/lona.elf boot/x86_64/disk.sh boot/x86_64/grub.cfg
	@echo "  DISK  $@"
	$(Q)sh boot/x86_64/disk.sh $@ $(SEL4_KERNEL) $(SEL4)/lona/lona.elf
build/lona.img: $(SEL4)/lona/disk.img FORCE
	$(Q)ln -sf $(<:build/%=%) $@

run-sel4: $(SEL4)/lona/image-$(ARCH) $(if $(BOOT),$(SEL4)/lona/$(BOOT).img)
	@if [ -t 0 ]; then sh port/sel4/run.sh $(ARCH) $(SEL4)/lona; \
	else { echo; cat; printf '\004'; } | sh port/sel4/boot.sh $(ARCH) $(SEL4)/lona; fi
-include $(shell find $(SEL4) -name '*.d' 2>/dev/null)
