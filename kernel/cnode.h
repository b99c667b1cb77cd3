/* SPDX-License-Identifier: GPL-3.0-only */
/* cnode.h: invocations of CNodes: what makes, moves and removes capabilities. */
#ifndef LONA_KERNEL_CNODE_H
#define LONA_KERNEL_CNODE_H

#include "invocation.h"

MUST_CHECK enum error cnode_invoke(struct invocation *v);

#endif
