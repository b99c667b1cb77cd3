/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * chain.h: handlers, restarts, dynamic bindings and finally bodies form one chain of records in the registers of the frames
 * that established them, newest first; proc.chain is the newest one's distance in words from the block's end.
 *
 *   R[A]    previous chain value, as a small integer
 *   R[A+1]  kind, A and the handler's instruction index, packed in a small integer (CHAIN fields)
 *   R[A+2]  payload        R[A+3]  second payload
 *
 *   CHAIN_CATCH     payload: vector of selectors (keywords; :default takes anything). Unwinds to the handler code with
 *                   R[A+2] = index of the clause, R[A+3] = the thrown value or condition
 *   CHAIN_HANDLER   payload: vector [selector function ...]: functions run on top of the signalling frame, nothing unwound
 *   CHAIN_RESTART   payload: vector of restart names (keywords). invoke-restart unwinds to the handler code with R[A+2] =
 *                   index of the clause, R[A+3] = list of the arguments. Second payload: vector of report strings or nil
 *   CHAIN_FINALLY   on unwinding the handler code runs with R[A+2] = target, R[A+3] = value, and ends with RESUME A+2 A+3
 *   CHAIN_BINDING   payload: var, second payload: its value here (set! writes it)
 *
 * When control reaches handler code, the record itself is already unlinked.
 */
#ifndef LONA_CHAIN_H
#define LONA_CHAIN_H

#include "run/proc.h"

enum chain_kind { CHAIN_CATCH, CHAIN_HANDLER, CHAIN_RESTART, CHAIN_FINALLY, CHAIN_BINDING };

FIELD(chain, kind, 3, 0)
FIELD(chain, reg, 11, 4)
FIELD(chain, handler, 47, 12)

#endif
