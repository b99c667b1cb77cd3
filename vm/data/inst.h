/* SPDX-License-Identifier: GPL-3.0-only */
/* inst.h: points in time (#inst: milliseconds since 1970-01-01 UTC) and universally unique identifiers (#uuid). */
#ifndef LONA_INST_H
#define LONA_INST_H

#include "data/buf.h"
#include "term/heap.h"

/* RFC 3339, or its beginning (2020, 2020-01, 2020-01-02T03 ...), as Clojure reads #inst: missing parts are the first,
 * without offset UTC; digits of a second beyond three are dropped. False: *error says what is wrong. */
bool inst_parse(const u8 *text, word bytes, i64 *millis, const char **error);
/* 2020-01-02T03:04:05.678-00:00, without #inst and quotes. */
void inst_print(struct buf *b, i64 millis);
#define INST_WORDS 2
term mk_inst(struct proc *p, i64 millis); /* INST_WORDS are reserved; the value is within INST_MIN..INST_MAX */
#define INST_MIN (-62167219200000ll)      /* year 0 */
#define INST_MAX 253402300799999ll        /* end of year 9999 */

/* 8-4-4-4-12 hexadecimal digits. */
bool uuid_parse(const u8 *text, word bytes, u64 *high, u64 *low);
void uuid_print(struct buf *b, u64 high, u64 low); /* without #uuid and quotes */
#define UUID_WORDS 3
term mk_uuid(struct proc *p, u64 high, u64 low); /* UUID_WORDS are reserved */

#endif
