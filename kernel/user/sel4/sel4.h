/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * sel4.h: the built-in kernel's interface for programs, under the names that seL4's interface has. Written from our
 * tables (the .def files of kernel/) and for this kernel only: another one's numbers are in its own headers. It holds
 * what port/sel4 uses.
 *
 *   config.h        the configuration
 *   constants.h     numbers
 *   types.h         what words mean
 *   calls.h         system calls
 *   labels.h        what objects can be asked to do
 *   invocations.h   what objects are asked to do
 *
 * sel4_arch/ is the architecture's part, in arch/ARCH/user. Names that begin with lona_ are not for programs.
 */
#ifndef LONA_USER_SEL4_H
#define LONA_USER_SEL4_H

#include "sel4/calls.h"
#include "sel4/config.h"
#include "sel4/constants.h"
#include "sel4/invocations.h"
#include "sel4/labels.h"
#include "sel4/types.h"

#endif
