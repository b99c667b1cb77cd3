/* SPDX-License-Identifier: GPL-3.0-only */
/* Start-up order, the first process. */
#include "run/vm.h"

#include "data/buf.h"
#include "data/maps.h"
#include "data/str.h"
#include "data/vectors.h"
#include "pure.h"
#include "run/crash.h"
#include "run/eval.h"
#include "run/interp.h"
#include "run/io.h"
#include "run/names.h"
#include "run/output.h"
#include "run/quick.h"
#include "run/sched.h"
#include "run/signal.h"
#include "term/equal.h"

#define FIRST_BLOCK_WORDS 32768
static struct proc *first;

bool vm_init(void)
{
    if (!port_map_reserve(MAP_BASE, MAP_END - MAP_BASE))
        return false;
    hash_init();
    shared_init();
    names_init();
    vectors_init();
    maps_init();
    natives_install();
    quick_install();
    calls_init();
    interp_init();
    signal_init();
    eval_init();
    return true;
}

static term argument_list(struct proc *p, int argc, char **argv)
{
    term list = EMPTY_LIST;
    for (int i = argc - 1; i >= 0; i--) {
        p->pending_value = list;
        term s = str_from_c(p, argv[i]);
        list = p->pending_value;
        if (is_none(s) || !heap_reserve(p, CONS_WORDS, &list, &s))
            return NONE;
        list = mk_cons(p, s, list);
    }
    p->pending_value = NIL;
    return list;
}
/* Cores to run on: as many as the machine has, or the setting LONA_CORES says. */
static unsigned cores_wanted(void)
{
    const char *setting = port_setting("LONA_CORES");
    unsigned n = 0;
    for (; setting && *setting >= '0' && *setting <= '9' && n < MAX_CORES; setting++)
        n = 10 * n + (unsigned)(*setting - '0');
    return n ? n : port_cpus();
}

int vm_main(int argc, char **argv)
{
    first = proc_first(FIRST_BLOCK_WORDS);
    term boot = var_root(ns_intern(NS_core, intern_symbol(NULL, 0, "%boot", 5)));
    if (!first || !output_init(first))
        return 1;
    term args = argument_list(first, argc, argv);
    if (is_none(args) || !interp_start(first, boot, 1, &args))
        return 1;
    sched_run(first, cores_wanted());
    if (first->flags & PROC_REPORTED)
        return 1;
    if (first->flags & (PROC_FAILED | PROC_KILLED)) {
        if (crash_is_planned(first))
            return 0;
        struct buf b = BUF_INIT;
        crash_text(first, &b);
        io_console_report(NULL, b.data, b.count);
        return 1;
    }
    return is_int(first->result) ? (int)int_value(first->result) & 0xff : 0;
}
/* Called as a signal handler is, on the thread that waits in sched_run or by it: no lock is held there. */
void vm_interrupt(void)
{
    if (!first)
        return;
    STORE_SEQ_CST(&first->interrupted, true); /* one of the two sees the other: let_wait */
    sched_wake(first);
    /* one that runs looks when its reductions run out; a slice is short */
}
