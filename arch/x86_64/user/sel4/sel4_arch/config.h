/* SPDX-License-Identifier: GPL-3.0-only */
#ifndef LONA_USER_ARCH_CONFIG_H
#define LONA_USER_ARCH_CONFIG_H

#define CONFIG_ARCH_X86_64 1

#endif
