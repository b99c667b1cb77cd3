/* SPDX-License-Identifier: GPL-3.0-only */
#include "unit.h"

#include "run/procs.h"
#include "run/vm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    struct unit_test *first, **last;
    struct unit_test *running;
    struct proc **procs;
    unsigned n_procs, failures;
} unit = {.last = &unit.first};

void unit_register(struct unit_test *t)
{
    *unit.last = t;
    unit.last = &t->next;
}

void unit_fail(const char *file, int line, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    printf("%s:%d: %s: ", file, line, unit.running ? unit.running->name : "?");
    vprintf(format, args);
    putchar('\n');
    va_end(args);
    unit.failures++;
}

struct proc *unit_proc(void)
{
    struct proc *p = proc_first(256);
    unit.procs = realloc(unit.procs, (unit.n_procs + 1) * sizeof *unit.procs);
    ENSURE(p && unit.procs, "a test has memory for its process");
    worker_clear(p->worker);
    unit.procs[unit.n_procs++] = p;
    return p;
}

term unit_call(struct proc *p, native_fn *fn, unsigned n, const term *args)
{
    ENSURE(!p->fp && !p->nargs, "unit_call is not nested");
    term kept[256];
    ENSURE(n <= ARRAY_LEN(kept), "unit_call takes up to 256 arguments");
    memcpy(kept, args, n * sizeof *args);
    p->args = proc_stack_end(p);
    term *roots[256];
    for (unsigned i = 0; i < n; i++)
        roots[i] = &kept[i];
    /* The arguments go where the stack would have them; a collection may be needed to make room. */
    if (!heap_reserve_roots(p, n, roots, n))
        return NONE;
    p->limit -= n;
    p->args = proc_stack_end(p) - 1;
    p->nargs = n;
    for (unsigned i = 0; i < n; i++)
        ARG(i) = kept[i];
    term result = fn(p, n);
    p->nargs = 0;
    p->args = NULL;
    p->limit = (word *)proc_stack_end(p);
    return result;
}

term unit_raised(struct proc *p)
{
    if (p->pending != PENDING_RAISE)
        return NONE;
    term t = p->pending_value;
    p->pending = PENDING_NOTHING;
    p->pending_value = NIL;
    return is_type(t, T_CONDITION) ? OBJ(condition, t)->kind : t;
}

static bool wanted(const struct unit_test *t, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(t->name, argv[i]) || strstr(t->file, argv[i]))
            return true;
    }
    return argc == 1;
}

int main(int argc, char **argv)
{
    unsigned passed = 0, failed = 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    ENSURE(vm_init(), "the address range of the VM is free");
    for (struct unit_test *t = unit.first; t; t = t->next) {
        if (!wanted(t, argc, argv))
            continue;
        unit.running = t;
        unit.failures = 0;
        t->run();
        while (unit.n_procs) {
            struct proc *p = unit.procs[--unit.n_procs];
            proc_drop(p);
        }
        if (unit.failures)
            failed++;
        else
            passed++;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed != 0;
}
