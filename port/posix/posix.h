/* SPDX-License-Identifier: GPL-3.0-only */
/* posix.h: what main.c and the tests tell this port; the VM itself knows port.h only. */
#ifndef LONA_POSIX_H
#define LONA_POSIX_H

/* From now on every n-th port_alloc and port_realloc fails (vm/hostile.h, LONA_FAIL_ALLOC); 0: none does. */
void posix_fail_allocations(unsigned n);

/* As many open files as the system allows us. */
void posix_raise_limits(void);

#endif
