/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * chain.h: handlers, restarts, dynamic bindings and finally bodies form one chain of records in the registers of the
 * frames that established them, newest first; proc.chain is the newest one's distance in words from the block's end.
 *
 *   R[A]    previous chain value, as a small integer
 *   R[A+1]  kind, A and the handler's address, packed in a small integer (CHAIN fields)
 *   R[A+2]  payload        R[A+3]  second payload
 *
 *   CHAIN_CATCH     payload: vector of selectors (keywords; :default takes anything). Unwinds to the handler code with
 *                   R[A+2] = index of the clause, R[A+3] = the thrown value or condition
 *   CHAIN_HANDLER   payload: vector [selector function ...]: functions run on top of the signalling frame, nothing
 * unwound CHAIN_RESTART   payload: vector of restart names (keywords). invoke-restart unwinds to the handler code with
 * R[A+2] = index of the clause, R[A+3] = list of the arguments. Second payload: vector of report strings or nil
 *   CHAIN_FINALLY   on unwinding the handler code runs with R[A+2] = target, R[A+3] = value, and ends with RESUME A+2
 * A+3 CHAIN_BINDING   payload: var, second payload: its value here (set! writes it)
 *
 *   CHAIN_SKIP      payload: chain value where the search for handlers and catchers goes on: a handler runs above it,
 * with the handlers that were searched before it switched off (restarts and bindings stay visible)
 *
 * When control reaches handler code, the record itself is already unlinked.
 */
#ifndef LONA_CHAIN_H
#define LONA_CHAIN_H

#include "run/proc.h"

enum chain_kind { CHAIN_CATCH, CHAIN_HANDLER, CHAIN_RESTART, CHAIN_FINALLY, CHAIN_BINDING, CHAIN_SKIP };

#define CHAIN_WORDS 4
enum { CHAIN_PREV, CHAIN_INFO, CHAIN_PAYLOAD, CHAIN_EXTRA };

FIELD(chain, kind, 3, 0)
FIELD(chain, reg, 11, 4)
FIELD(chain, handler, 56, 12) /* address of the handler's code / 4 */

/* The record at distance `at` of the chain: its register i is record[-i]. */
static inline term *chain_record(const struct proc *p, word at)
{
    return proc_stack_end(p) - at;
}
static inline enum chain_kind chain_record_kind(const term *record)
{
    return (enum chain_kind)chain_kind((word)int_value(record[-CHAIN_INFO]));
}
static inline word chain_prev(const term *record)
{
    return (word)int_value(record[-CHAIN_PREV]);
}
/* The slot that holds the innermost binding of a dynamic var, NULL when there is none. */
term *chain_binding(const struct proc *p, term var);

#endif
