/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * records.h: records: maps with a type and fixed fields. The type is a shared tuple [qualified-name field-keyword ...];
 * a field is found by a scan for the identical (interned) keyword, and all other keys are in the map ext.
 *
 * Opaque ones (aux RECORD_OPAQUE: what deftype and reify make) have fields that are reached by number only; they are no
 * maps and equal only to themselves.
 */
#ifndef LONA_RECORDS_H
#define LONA_RECORDS_H

#include "term/heap.h"

#define RECORD_OPAQUE 1u

/* Some type is a collection by its own methods (core/own.lona-s): natives that refuse an opaque record, and the few
 * that would take it for nothing, go on in %own, which asks for them. */
extern bool own_collections_known; /* atomic: once true it stays */

static inline bool is_record(term t)
{
    return is_type(t, T_RECORD) && !box_aux(t);
}
static inline word record_fields(term record)
{
    return tuple_count(OBJ(record, record)->rtype) - 1;
}
static inline bool may_be_own(term t)
{
    return __atomic_load_n(&own_collections_known, __ATOMIC_RELAXED) && is_type(t, T_RECORD) &&
           box_aux(t) == RECORD_OPAQUE;
}
/* The native that runs goes on in %own. MAY_GC */
term own_instead(struct proc *p);
/* Whether what it raised is that it does not take an argument which may be a collection of its own. */
bool own_refused(struct proc *p);
/* Number of the field, or -1. */
iword record_field(term record, term key);
term record_get(term record, term key);                               /* key is ready; ABSENT; never collects */
term record_assoc(struct proc *p, term record, term key, term value); /* key is ready. MAY_GC */
term record_dissoc(struct proc *p, term record, term key);            /* a map when key is a field. MAY_GC */
term record_with_meta(struct proc *p, term record, term meta);        /* MAY_GC */
term record_map(struct proc *p, term record);                         /* its entries as a plain map. MAY_GC */

#endif
