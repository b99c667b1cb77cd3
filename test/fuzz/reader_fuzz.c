/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * reader_fuzz.c: any bytes are read without harm, and what was read as data prints as text that reads back equal.
 * The lowest bit of the first byte chooses between code (positions, interned names) and data.
 */
#include "lang/printer.h"
#include "lang/reader.h"
#include "pure.h"
#include "run/names.h"
#include "run/native.h"
#include "run/procs.h"
#include "run/vm.h"
#include "term/equal.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t count);

/* Whether equality of the printed form and the form can be expected: it holds nothing equal only to itself. */
static bool comparable(const struct buf *b)
{
    return !strstr((const char *)b->data, "#\"") && !strstr((const char *)b->data, "##NaN") &&
           !strstr((const char *)b->data, "#<") && !strstr((const char *)b->data, "#bits");
}

static void check_round_trip(struct proc *p, term form)
{
    static const struct print_options options = {.readable = true, .length = -1, .level = -1};
    struct buf b = BUF_INIT;
    term stopped, again = NIL, lazy;
    p->result = form;
    enum print_status status = print_term(&b, form, &options, &stopped);
    buf_byte(&b, 0);
    ENSURE(status == PRINT_OK && !b.failed, "what was read can be printed");
    struct reader r = {.text = b.data, .bytes = b.count - 1, .line = 1, .column = 1, .ns = ns_find(S_user)};
    if (comparable(&b)) {
        ENSURE(read_form(p, &r, &again) == READ_FORM, "what is printed can be read");
        ENSURE(term_equal(p->result, again, &lazy) == TRUTH_YES, "what is printed reads back equal");
    }
    p->result = NIL;
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t count)
{
    static bool ready;
    if (!ready)
        ENSURE(vm_init(), "the address range of the VM is free");
    ready = true;
    if (!count)
        return 0;
    bool code = bytes[0] & 1;
    struct proc *p = proc_first(256);
    ENSURE(p, "there is memory for a process");
    worker_clear(p->worker);
    struct reader r = {.text = bytes + 1,
                       .bytes = count - 1,
                       .line = 1,
                       .column = 1,
                       .ns = ns_find(S_user),
                       .positions = code,
                       .intern = code};
    term form;
    while (read_form(p, &r, &form) == READ_FORM) {
        ENSURE(r.at <= r.bytes && r.form_at <= r.at && r.comment_at <= r.form_at, "places are in the text, in order");
        if (!code)
            check_round_trip(p, form);
    }
    proc_drop(p);
    return 0;
}
