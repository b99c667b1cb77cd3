/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * kernel.h: the interface of the kernel below, from the headers of that kernel (SEL4_PREFIX, or kernel/user for the
 * built-in one): every number in this port comes from there, since they shift with the kernel's configuration. What the
 * port cannot do without is asked for here, so that a kernel that lacks it is an error of the build.
 */
#ifndef LONA_SEL4_KERNEL_H
#define LONA_SEL4_KERNEL_H

#include "lona/base.h"

#include <sel4/config.h>

#ifndef CONFIG_KERNEL_MCS
#error "Lona needs a seL4 kernel in the MCS configuration (KernelIsMCS, CONFIG_KERNEL_MCS)."
#endif
#if CONFIG_WORD_SIZE != 64
#error "Lona needs a 64-bit seL4 kernel."
#endif
#if defined(__x86_64__) != defined(CONFIG_ARCH_X86_64) || defined(__aarch64__) != defined(CONFIG_ARCH_AARCH64)
#error "SEL4_PREFIX holds a kernel for another architecture than ARCH says."
#endif
#if defined(CONFIG_ARCH_AARCH64) && !defined(CONFIG_EXPORT_VCNT_USER) && !defined(CONFIG_EXPORT_PCNT_USER)
#error "Lona needs a counter that programs can read: KernelArmExportVCNTUser or KernelArmExportPCNTUser."
#endif
#if defined(CONFIG_ARCH_AARCH64) && defined(CONFIG_ARM_HYPERVISOR_SUPPORT)
#error "Lona's loader starts kernels that run at EL1: KernelArmHypervisorSupport=OFF."
#endif

/* The stub has one thread and no thread-local storage; the VM's threads each have their IPC buffer. */
#undef CONFIG_LIB_SEL4_USE_THREAD_LOCALS
#ifndef LONA_STUB
#define CONFIG_LIB_SEL4_USE_THREAD_LOCALS 1
#endif
#include <sel4/sel4.h>
#include <sel4/sel4_arch/mapping.h>

#define PAGE_BITS ((word)seL4_PageBits)
#define PAGE_SIZE ((word)1 << PAGE_BITS)
#define LARGE_BITS ((word)seL4_LargePageBits)
#define LARGE_SIZE ((word)1 << LARGE_BITS)

#endif
