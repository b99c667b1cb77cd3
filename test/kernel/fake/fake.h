/* SPDX-License-Identifier: GPL-3.0-only */
/* fake.h: what tests may turn on the fake processor. */
#ifndef LONA_TEST_FAKE_H
#define LONA_TEST_FAKE_H

#include "arch.h"

#define FAKE_SYSCALL_BYTES 2
#define FAKE_IRQ_MAX 100000

extern u64 fake_deadline;
/* Each n-th question whether an interrupt waits is answered with yes; 0: none is. */
extern unsigned fake_interrupt_every;
extern unsigned fake_acks;
/* Of memory that frames will show so many bytes were cleaned, and at the most so many at a time. */
extern u64 fake_cleaned, fake_cleaned_at_once;
#define FAKE_LARGE_BITS 21

#endif
