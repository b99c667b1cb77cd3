/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * failure.h: why something that a user asked for was not done, with the details that the interface hands back.
 *
 * Functions answer an enum error and, where not ERROR_NONE, have filled in the struct failure they were given.
 */
#ifndef LONA_KERNEL_FAILURE_H
#define LONA_KERNEL_FAILURE_H

#include "lona/base.h"

/* As the interface numbers them. */
enum error {
    ERROR_NONE,
    ERROR_INVALID_ARGUMENT,   /* detail[0]: which argument */
    ERROR_INVALID_CAPABILITY, /* detail[0]: which capability; 0 is the invoked one */
    ERROR_ILLEGAL_OPERATION,
    ERROR_RANGE, /* detail[0], detail[1]: least and greatest valid value */
    ERROR_ALIGNMENT,
    ERROR_FAILED_LOOKUP, /* from_source, lookup */
    ERROR_TRUNCATED_MESSAGE,
    ERROR_DELETE_FIRST,
    ERROR_REVOKE_FIRST,
    ERROR_NOT_ENOUGH_MEMORY, /* detail[0]: bytes available */
    ERRORS_FOR_USERS,
    /* Never seen by a user: the system call stopped for an interrupt and is to be started again. */
    ERROR_PREEMPTED = ERRORS_FOR_USERS,
};

enum lookup_failure_kind {
    LOOKUP_NO_FAILURE,
    LOOKUP_INVALID_ROOT,
    LOOKUP_MISSING_CAPABILITY, /* detail[0]: bits left */
    LOOKUP_DEPTH_MISMATCH,     /* detail[0]: bits left, detail[1]: bits that were resolved */
    LOOKUP_GUARD_MISMATCH,     /* detail[0]: bits left, detail[1]: the guard, detail[2]: its size */
};
struct lookup_failure {
    enum lookup_failure_kind kind;
    u64 detail[3];
};
struct failure {
    enum error error;
    bool from_source; /* the lookup that failed was of a source, not of a destination */
    u64 detail[2];
    struct lookup_failure lookup;
};

static inline enum error fail(struct failure *f, enum error error)
{
    f->error = error;
    return error;
}
static inline enum error fail_argument(struct failure *f, unsigned which)
{
    f->detail[0] = which;
    return fail(f, ERROR_INVALID_ARGUMENT);
}
static inline enum error fail_capability(struct failure *f, unsigned which)
{
    f->detail[0] = which;
    return fail(f, ERROR_INVALID_CAPABILITY);
}
static inline enum error fail_range(struct failure *f, u64 least, u64 greatest)
{
    f->detail[0] = least;
    f->detail[1] = greatest;
    return fail(f, ERROR_RANGE);
}

#endif
