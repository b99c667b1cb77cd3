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
/* Operations that differ in their words only are one. */
static bool report_operation(unsigned i)
{
    u64 asked = 0, done = 0;
    for (unsigned k = 0; k < operations_count; k++) {
        if (is_reported(k, i)) {
            if (k < i)
                return true;
            asked += shared.asked[k];
            done += shared.done[k];
        }
    }
    print("fuzz:   ");
    print(label_name(operations[i].label));
    print(" on ");
    print(type_name((enum cap_type)operations[i].cap));
    if (operations[i].extras[0] || operations[i].extras[1]) {
        print(" with");
        for (unsigned k = 0; k < 3 && (operations[i].extras[k] || k < 2); k++) {
            print(" ");
            print(type_name((enum cap_type)operations[i].extras[k]));
        }
    }
    print(": ");
    print_number(asked);
    print(", done ");
    print_number(done);
    print("\n");
    return done;
}
static bool is_known(enum label label)
{
    static const u8 impossible[] = {ARCH_IMPOSSIBLE};
    for (unsigned i = 0; i < ARRAY_LEN(impossible); i++) {
        if (impossible[i] == label)
            return true;
    }
    for (unsigned i = 0; i < operations_count; i++) {
        if (operations[i].label == label)
            return true;
    }
    return false;
}
static bool missing(const char *what)
{
    print("fuzz: never: ");
    print(what);
    print("\n");
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
    print("fuzz: operations asked for by Call with arguments that may fit, and how often they were done\n");
    for (unsigned i = 0; i < operations_count; i++)
        all = report_operation(i) && all;
    for (unsigned i = 0; i < EVENT_KINDS; i++) {
        print("fuzz:   ");
        print(events[i]);
        print(": ");
        print_number(shared.seen[i]);
        print("\n");
        if (!shared.seen[i])
            all = missing(events[i]);
    }
    for (unsigned i = LABEL_INVALID + 1; i < LABELS; i++) {
        if (!is_known((enum label)i))
            all = missing(label_name((enum label)i));
    }
    return all || rounds < ROUNDS_ENOUGH;
}
