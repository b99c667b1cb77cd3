/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * pure.h: the libc functions that vm/ may call: pure ones, which need no system below them. On bare metal they come
 * from musl's static library. Nothing else of libc may be included in vm/.
 */
#ifndef LONA_PURE_H
#define LONA_PURE_H

#include "lona/base.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

int snprintf(char *restrict, size_t, const char *restrict, ...) PRINTF_LIKE(3, 4);
int vsnprintf(char *restrict, size_t, const char *restrict, va_list) PRINTF_LIKE(3, 0);
double strtod(const char *restrict, char **restrict);

#endif
