/* SPDX-License-Identifier: GPL-3.0-only */
/* report.c: see fuzz.h. The console; how often all was done. */
#include "fuzz.h"

#define ROUNDS_ENOUGH 400 /* after so many nothing is missing by chance */

void print(const char *text)
{
    for (; *text; text++)
        enter(SYSCALL_DEBUG_PUT_CHAR, &(struct message){.cap = (u8)*text});
}
void print_number(u64 value)
{
    char digits[24];
    unsigned n = sizeof digits;
    digits[--n] = 0;
    do
        digits[--n] = "0123456789"[value % 10];
    while (value /= 10);
    print(&digits[n]);
}
void stop(void)
{
    for (;;)
        enter(SYSCALL_DEBUG_HALT, &(struct message){0});
}
void complain(u64 round, const char *what, u64 number)
{
    print("fuzz: FAILED in round ");
    print_number(round);
    print(": ");
    print(what);
    print(" ");
    print_number(number);
    print("\n");
    stop();
}

/* --- counts --- */

#define COUNT_MAX 5000 /* more does not happen in the time between two looks */

struct counts total;
static u64 spoilt;

void count(void)
{
    u64 *from = (u64 *)&shared.counts, *to = (u64 *)&total;
    bool possible = true;
    for (unsigned i = 0; i < sizeof total / sizeof *to; i++)
        possible = possible && from[i] <= COUNT_MAX;
    for (unsigned i = 0; i < sizeof total / sizeof *to; i++) {
        to[i] += possible ? from[i] : 0;
        from[i] = 0;
    }
    spoilt += !possible;
}

/* --- the table --- */

static const char *label_name(enum label label)
{
    static const char *const names[] = {
#define LABEL(name) #name,
#include "labels.def"
#undef LABEL
    };
    return names[label];
}
static const char *type_name(enum cap_type type)
{
    static const char *const names[] = {
#define CAP(name) #name,
#include "captypes.def"
#undef CAP
    };
    return names[type];
}
static bool is_reported(unsigned i, unsigned as)
{
    return operations[i].label == operations[as].label && operations[i].cap == operations[as].cap &&
           operations[i].extras[0] == operations[as].extras[0] && operations[i].extras[1] == operations[as].extras[1];
}
static bool missing(const char *what)
{
    print("fuzz: never: ");
    print(what);
    print("\n");
    return false;
}
/* Operations that differ in their words only are one. */
static bool report_operation(unsigned i)
{
    u64 asked = 0, done = 0;
    for (unsigned k = 0; k < operations_count; k++) {
        if (is_reported(k, i)) {
            if (k < i)
                return true;
            asked += total.asked[k];
            done += total.done[k];
        }
    }
    print("fuzz:   ");
    print(label_name(operations[i].label));
    print(" on ");
    print(type_name((enum cap_type)operations[i].cap));
    for (unsigned k = 0; k < operation_extras(&operations[i]); k++) {
        print(k ? " " : " with ");
        print(type_name((enum cap_type)operations[i].extras[k]));
    }
    print(": ");
    print_number(asked);
    print(", done ");
    print_number(done);
    print("\n");
    return done || operations[i].label == ARCH_IMPOSSIBLE || missing(label_name(operations[i].label));
}
static bool is_known(enum label label)
{
    if (label == ARCH_IMPOSSIBLE)
        return true;
    for (unsigned i = 0; i < operations_count; i++) {
        if (operations[i].label == label)
            return true;
    }
    return false;
}
bool report(u64 rounds)
{
    static const char *const events[] = {
#define EVENT(name, text) text,
        EVENTS(EVENT)
#undef EVENT
    };
    bool all = true;
    print("fuzz: counts that were written over, and do not count: ");
    print_number(spoilt);
    print("\n");
    print("fuzz: operations asked for by Call with arguments that may fit, and how often they were done\n");
    for (unsigned i = 0; i < operations_count; i++)
        all = report_operation(i) && all;
    for (unsigned i = 0; i < EVENT_KINDS; i++) {
        print("fuzz:   ");
        print(events[i]);
        print(": ");
        print_number(total.seen[i]);
        print("\n");
        if (!total.seen[i])
            all = missing(events[i]);
    }
    for (unsigned i = LABEL_INVALID + 1; i < LABELS; i++) {
        if (!is_known((enum label)i))
            all = missing(label_name((enum label)i));
    }
    return all || rounds < ROUNDS_ENOUGH;
}
