/* SPDX-License-Identifier: GPL-3.0-only */
#include "lona/base.h"

#include "port.h"
#include "pure.h"

void lona_panic(const char *file, int line, const char *rule)
{
    char text[400];
    int n = snprintf(text, sizeof text, "lona: %s:%d: broken rule: %s\n", file, line, rule);
    port_console_write(PORT_STDERR, text, n < 0 ? 0 : n < (int)sizeof text ? (word)n : sizeof text - 1);
#ifdef LONA_DEBUG
    __builtin_trap();
#endif
    port_exit(70);
}
