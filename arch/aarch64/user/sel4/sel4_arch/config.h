/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_CONFIG_H
#define LONA_USER_ARCH_CONFIG_H

#define CONFIG_ARCH_AARCH64 1
/* Programs may read both counters. */
#define CONFIG_EXPORT_VCNT_USER 1
#define CONFIG_EXPORT_PCNT_USER 1

#endif
