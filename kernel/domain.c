/* SPDX-License-Identifier: GPL-3.0-only */
#include "domain.h"

#include "cap.h"

#define DOMAINS 1
#define SCHEDULE_ENTRIES 2
#define DURATION_MAX (~0ull >> 8)

/* How long each entry lasts, in ticks of the timer; 0: the schedule ends and begins at its start again. The last entry
 * is always such a mark. */
static u64 schedule[SCHEDULE_ENTRIES] = {DURATION_MAX};
static u64 schedule_start;

/* (domain; thread) */
static enum error set(struct invocation *v)
{
    if (v->words < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    if (invocation_word(v, 0) >= DOMAINS)
        return fail_argument(&v->failure, 0);
    if (v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    return cap_is(v->extra[0]->cap, CAP_TCB) ? ERROR_NONE : fail_argument(&v->failure, 1);
}
/* (index, domain, duration) */
static enum error configure(struct invocation *v)
{
    if (v->words < 3)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    u64 index = invocation_word(v, 0), duration = invocation_word(v, 2);
    if (index >= SCHEDULE_ENTRIES - 1)
        return fail_range(&v->failure, 0, SCHEDULE_ENTRIES - 2);
    if (invocation_word(v, 1) >= DOMAINS)
        return fail_range(&v->failure, 0, DOMAINS - 1);
    if (duration > DURATION_MAX || (duration == 0 && index == schedule_start))
        return fail_argument(&v->failure, 2);
    schedule[index] = duration;
    return ERROR_NONE;
}
/* (index) */
static enum error set_start(struct invocation *v)
{
    if (v->words < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    u64 index = invocation_word(v, 0);
    if (index >= SCHEDULE_ENTRIES)
        return fail_range(&v->failure, 0, SCHEDULE_ENTRIES - 1);
    if (schedule[index] == 0)
        return fail_argument(&v->failure, 0);
    schedule_start = index;
    return ERROR_NONE;
}
enum error domain_invoke(struct invocation *v)
{
    switch (v->label) {
    case LABEL_DOMAIN_SET:
        return set(v);
    case LABEL_DOMAIN_SCHEDULE_CONFIGURE:
        return configure(v);
    case LABEL_DOMAIN_SCHEDULE_SET_START:
        return set_start(v);
    default:
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    }
}
