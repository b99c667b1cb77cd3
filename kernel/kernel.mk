# SPDX-License-Identifier: GPL-3.0-only
# kernel.mk: the built-in kernel for ARCH (x86_64, aarch64): build/kernel-ARCH/kernel.elf, freestanding.
ARCH ?= x86_64
KERNEL = build/kernel-$(ARCH)
KERNEL_PLATFORM_x86_64 = pc
KERNEL_PLATFORM_aarch64 = device_tree
KERNEL_PLATFORM = $(KERNEL_PLATFORM_$(ARCH))
KERNEL_ARCH_x86_64 = -m64 -march=x86-64 -mcmodel=kernel -mno-red-zone -mgeneral-regs-only -fcf-protection=none
KERNEL_ARCH_aarch64 = -march=armv8-a -mcmodel=small -mgeneral-regs-only -mstrict-align -mbranch-protection=none
# As QEMU's -kernel takes it: 32-bit ELF files only, or an image as Linux has it.
KERNEL_IMAGE_x86_64 = kernel.elf32
KERNEL_IMAGE_aarch64 = kernel.img
KERNEL_IMAGE = $(KERNEL)/$(KERNEL_IMAGE_$(ARCH))
# clang makes code for all architectures.
KERNEL_TOOLS_x86_64 =
KERNEL_TOOLS_aarch64 = aarch64-linux-gnu-
KERNEL_TOOLS = $(KERNEL_TOOLS_$(ARCH))
KERNEL_CC = $(if $(findstring clang,$(CC)),$(CC) --target=$(ARCH)-linux-gnu,$(KERNEL_TOOLS)$(CC))
KERNEL_CFLAGS = -std=gnu11 -g -O2 $(WARN) -Wfatal-errors -ffreestanding -fno-strict-aliasing -fno-common -fno-pie -fno-stack-protector \
    -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections -fno-omit-frame-pointer -fno-optimize-sibling-calls $(KERNEL_ARCH_$(ARCH)) $(KERNEL_MODE) \
    -Iinclude -Ikernel -Iarch/$(ARCH) -Iarch/common -MMD -MP
# Its interface for programs. The architecture's folder is for the tables.
KERNEL_USER = -Ikernel/user -Iarch/$(ARCH)/user -Iarch/$(ARCH)
# KERNEL_MODE=-DLONA_DEBUG is a kernel that checks its own rules.
KERNEL_MODE =
KERNEL_SOURCES = $(wildcard kernel/*.c arch/common/*.c arch/$(ARCH)/*.[cS] platform/$(KERNEL_PLATFORM)/*.c boot/*.c boot/$(ARCH)/*.[cS])
KERNEL_OBJ = $(patsubst %,$(KERNEL)/%.o,$(basename $(KERNEL_SOURCES)))
KERNEL_LD = $(KERNEL_TOOLS)ld -nostdlib -static --gc-sections -z noexecstack -z max-page-size=4096 --no-warn-rwx-segments -T arch/$(ARCH)/kernel.ld

$(KERNEL)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(KERNEL_CC) $(KERNEL_CFLAGS) -c -o $@ $<
$(KERNEL)/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) -fno-pie $(KERNEL_ARCH_$(ARCH)) -MMD -MP -c -o $@ $<
# Linked twice: the names of functions, for back traces, are known after the first time and move nothing.
$(KERNEL)/unnamed.elf: $(KERNEL_OBJ) arch/$(ARCH)/kernel.ld
	$(Q)$(KERNEL_LD) -o $@ $(KERNEL_OBJ)
$(KERNEL)/symbols.S: $(KERNEL)/unnamed.elf tools/symbols.sh
	$(Q)$(KERNEL_TOOLS)nm -n $< | sh tools/symbols.sh > $@
$(KERNEL)/symbols.o: $(KERNEL)/symbols.S
	$(Q)$(KERNEL_CC) -fno-pie $(KERNEL_ARCH_$(ARCH)) -c -o $@ $<
$(KERNEL)/kernel.elf: $(KERNEL)/symbols.o
	@echo "  LD    $@"
	$(Q)$(KERNEL_LD) -o $@ $(KERNEL_OBJ) $(KERNEL)/symbols.o
$(KERNEL)/kernel.elf32: $(KERNEL)/kernel.elf
	$(Q)objcopy -O elf32-i386 $< $@
$(KERNEL)/kernel.img: $(KERNEL)/kernel.elf
	$(Q)$(KERNEL_TOOLS)objcopy -O binary $< $@
kernel: $(KERNEL)/kernel.elf $(KERNEL_IMAGE)

# Root tasks of the kernel's own tests.
KERNEL_ROOT_x86_64 = -mno-red-zone
KERNEL_ROOT_aarch64 = -mgeneral-regs-only
KERNEL_ROOT = -nostdlib -static -fno-pie -Wl,-Ttext=0x400000 -Wl,--build-id=none -Wl,-z,noexecstack
KERNEL_HELLO_hello =
KERNEL_HELLO_fault = -DFAULT
KERNEL_HELLO_trap = -DTRAP
KERNEL_HELLO_jump = -DJUMP
KERNEL_HELLO_flags = -DFLAGS
KERNEL_HELLO_step = -DSTEP
$(patsubst %,$(KERNEL)/%.elf,hello fault trap jump flags step): $(KERNEL)/%.elf: test/kernel/$(ARCH)/hello.S
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) $(KERNEL_ROOT) $(KERNEL_HELLO_$*) -o $@ $<
# Such as are written in C, with what they share.
KERNEL_TASK = test/kernel/task.c test/kernel/$(ARCH)/task_arch.c
KERNEL_ENTER = test/kernel/system_call.h test/kernel/$(ARCH)/enter.h
KERNEL_TASK_HEADERS = test/kernel/task.h test/kernel/$(ARCH)/task_arch.h $(KERNEL_ENTER)
KERNEL_TASK_CC = $(KERNEL_CC) -std=gnu11 -O1 $(WARN) -ffreestanding -fno-stack-protector $(KERNEL_ROOT_$(ARCH)) -mgeneral-regs-only -Iinclude -Itest/kernel \
    -Itest/kernel/$(ARCH) $(KERNEL_ROOT) -Wl,-Ttext=0x401000
KERNEL_MACHINE = test/kernel/$(ARCH)/machine.c $(wildcard test/kernel/$(ARCH)/edu.c) test/kernel/alike.c $(KERNEL_TASK)
$(KERNEL)/machine.elf: $(KERNEL_MACHINE) $(KERNEL_TASK_HEADERS) test/kernel/alike.h $(wildcard test/kernel/$(ARCH)/edu.h)
	@mkdir -p $(@D)
	$(Q)$(KERNEL_TASK_CC) -o $@ $(KERNEL_MACHINE)
$(KERNEL)/screen.elf $(KERNEL)/pins.elf $(KERNEL)/caches.elf: $(KERNEL)/%.elf: test/kernel/$(ARCH)/%.c $(KERNEL_TASK) $(KERNEL_TASK_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(KERNEL_TASK_CC) -o $@ $< $(KERNEL_TASK)
# fuzz-SEED-ROUNDS.elf
KERNEL_FUZZ = $(wildcard test/kernel/fuzz/*.c) test/kernel/$(ARCH)/fuzz_arch.c arch/$(ARCH)/string.c
$(KERNEL)/fuzz-%.elf: $(KERNEL_FUZZ) $(wildcard test/kernel/fuzz/*.h) test/kernel/$(ARCH)/fuzz_arch.h $(KERNEL_ENTER)
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) -std=gnu11 -O1 $(WARN) -ffreestanding -fno-strict-aliasing -fno-stack-protector $(KERNEL_ROOT_$(ARCH)) -mgeneral-regs-only -Iinclude -Ikernel \
	    -Iarch/$(ARCH) -Itest/kernel -Itest/kernel/$(ARCH) $(KERNEL_ROOT) -Wl,-Ttext=0x401000 -Wl,--defsym=fuzz_seed=$(word 1,$(subst -, ,$*)) \
	    -Wl,--defsym=fuzz_rounds=$(word 2,$(subst -, ,$*)) -o $@ $(KERNEL_FUZZ)
# Counts what operations cost: bench/kernel.
KERNEL_COSTS = bench/kernel/costs.c bench/kernel/$(ARCH)/costs_arch.c
$(KERNEL)/costs.elf: $(KERNEL_COSTS) bench/kernel/$(ARCH)/costs_arch.h $(KERNEL_TASK) $(KERNEL_TASK_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(KERNEL_TASK_CC) -Ibench/kernel/$(ARCH) -o $@ $(KERNEL_COSTS) $(KERNEL_TASK)
# Nothing runs of it: it compiles when programs are told what the kernel knows.
$(KERNEL)/interface.o: test/kernel/interface.c
	@mkdir -p $(@D)
	$(Q)$(KERNEL_CC) $(KERNEL_CFLAGS) $(KERNEL_USER) -Itest/kernel/$(ARCH) -c -o $@ $<
kernel-tests: kernel $(KERNEL)/hello.elf $(KERNEL)/fault.elf $(KERNEL)/trap.elf $(KERNEL)/machine.elf $(KERNEL)/interface.o
-include $(shell find $(KERNEL) -name '*.d' 2>/dev/null)
.PHONY: kernel kernel-tests

# The portable part as a program of the host, under ASan, and what reads the tables of firmware: test/kernel/host.
KERNEL_HOST = build/kernel-host
KERNEL_HOST_SOURCES = $(wildcard kernel/*.c) boot/memory.c platform/device_tree/fdt.c platform/device_tree/machine_tree.c platform/pc/acpi.c boot/x86_64/multiboot.c \
    $(wildcard test/kernel/fake/*.c test/kernel/host/*.c)
KERNEL_HOST_OBJ = $(patsubst %.c,$(KERNEL_HOST)/%.o,$(KERNEL_HOST_SOURCES))
KERNEL_HOST_SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined
$(KERNEL_HOST)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) -std=gnu11 -g -O1 $(WARN) -DLONA_DEBUG -fno-strict-aliasing $(KERNEL_HOST_SANITIZE) -Iinclude -Ikernel -Itest/kernel/fake -MMD -MP -c -o $@ $<
$(KERNEL_HOST)/unit: $(KERNEL_HOST_OBJ)
	@echo "  LD    $@"
	$(Q)$(CC) $(KERNEL_HOST_SANITIZE) -o $@ $^
-include $(shell find $(KERNEL_HOST) -name '*.d' 2>/dev/null)
