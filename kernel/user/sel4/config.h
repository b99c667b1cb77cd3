/* SPDX-License-Identifier: GPL-3.0-only */
/* config.h: what programs may ask about the kernel, by the interface's names. */
#ifndef LONA_USER_CONFIG_H
#define LONA_USER_CONFIG_H

#define CONFIG_KERNEL_MCS 1
#define CONFIG_WORD_SIZE 64
#define CONFIG_MAX_NUM_BOOTINFO_UNTYPED_CAPS 230

#include "sel4/sel4_arch/config.h"

#endif
