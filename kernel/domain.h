/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * domain.h: scheduling domains, of which this kernel has one: threads can be put into it, and a schedule can be written
 * whose entries all name it, so that time is never another's. Its length is seL4's for one domain.
 */
#ifndef LONA_KERNEL_DOMAIN_H
#define LONA_KERNEL_DOMAIN_H

#include "invocation.h"

/* Of the domain capability. */
MUST_CHECK enum error domain_invoke(struct invocation *v);

#endif
