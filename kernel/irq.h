/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * irq.h: interrupts as capabilities. A handler that was issued has a node: its interrupt's number, the notification
 * that is signalled, and what the architecture keeps. Nodes are found by number through a small hash table, so numbers
 * may be as large as they like.
 *
 * An interrupt comes, is kept masked, signals; the user acknowledges by its handler and it may come again.
 */
#ifndef LONA_KERNEL_IRQ_H
#define LONA_KERNEL_IRQ_H

#include "arch_types.h"
#include "cap.h"
#include "failure.h"
#include "invocation.h"

/* A handler for irq exists. */
bool irq_is_issued(u64 irq);
/* irq is not issued; dest is empty; control is IRQ control's slot. Fails when all nodes are taken. */
MUST_CHECK enum error irq_issue(u64 irq, struct slot *control, struct slot *dest, struct failure *f);
/* The architecture's part of irq's node; NULL: no handler exists. */
struct arch_irq *irq_arch(u64 irq);
/* The slot of the notification that irq, which is issued, signals. */
struct slot *irq_notification(u64 irq);
/* The last handler capability is gone; no notification is set. */
void irq_release(u64 irq);
/* Signals the notification, if there is one; false: nobody handles it. */
bool irq_deliver(u64 irq);

MUST_CHECK enum error irq_invoke_control(struct invocation *v);
MUST_CHECK enum error irq_invoke_handler(struct invocation *v);

#endif
