/* SPDX-License-Identifier: GPL-3.0-only */
/* vm.h: what a port calls: start the VM, run its first process, interrupt it. */
#ifndef LONA_VM_H
#define LONA_VM_H

#include "run/proc.h"

#define LONA_VERSION "0.1.0"

/* Lays out memory, names, natives, the instruction table. Once. False: the address range is not to be had. */
MUST_CHECK bool vm_init(void);
/* Runs lona.main/start with the arguments in a first process; the exit status. An unhandled condition is reported on
 * standard error with its stack: status 1. */
int vm_main(int argc, char **argv);
/* Asks the first process to raise :interrupt at its next safepoint. Async-signal-safe. */
void vm_interrupt(void);

#endif
