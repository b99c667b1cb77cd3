/* SPDX-License-Identifier: GPL-3.0-only */
#include "run/output.h"

#include "data/buf.h"
#include "data/str.h"
#include "run/io.h"
#include "run/names.h"
#include "run/procs.h"

static term console = NIL;

bool output_init(struct proc *first)
{
    struct spawn s = {
        .fn = SLOW_console_leader,
        .args = NIL,
        .monitor = NIL,
        .label = NIL,
        .group_leader = NIL,
        .priority = PRIORITY_HIGH,
        .waits = true,
    };
    term pid = proc_spawn(first, &s);
    if (is_none(pid))
        return false;
    console = pid;
    first->group_leader = proc_of_pid(pid)->group_leader = pid;
    return true;
}
term output_console(void)
{
    return console;
}
bool output_is_console(term leader)
{
    return same(leader, console);
}

bool output_console_is_busy(void)
{
    const struct proc *p = proc_of_pid(console);
    return p && (mailbox_has_new(p) || __atomic_load_n(&p->state, __ATOMIC_SEQ_CST) != PROC_WAITING);
}

static term stream_keyword(enum port_stream stream)
{
    return stream == PORT_STDERR ? K_err : K_out;
}

term output_put(struct proc *p, term leader, enum port_stream stream, struct buf *b)
{
    if (output_is_console(leader) && (same(p->pid, leader) || !io_console_is_crowded(stream))) {
        bool written = io_console_write(p, stream, b->data, b->count);
        buf_free(b);
        return written ? NIL : NONE;
    }
    term text = str_from_buf(p, b);
    return is_none(text) ? NONE : tail_call(p, SLOW_put_text, 3, leader, stream_keyword(stream), text);
}

/* [:io-request [pid ref] [:put :err text]] */
static struct message *report_message(struct proc *p, const struct buf *b)
{
    term text = str_make(p, b->data, b->count);
    if (is_none(text) || !heap_reserve(p, REF_WORDS + 3 + 4, &text))
        return NULL;
    term ref = mk_ref(p);
    struct obj_tuple *from = heap_take_tuple(p, 2), *request = heap_take_tuple(p, 3);
    from->item[0] = p->pid;
    from->item[1] = ref;
    request->item[0] = K_put;
    request->item[1] = K_err;
    request->item[2] = text;
    return message_vector(p, MESSAGE, 3, (term[]){K_io_request, mk_box_ptr(from), mk_box_ptr(request)});
}
void output_report(struct proc *p, const struct buf *b)
{
    struct message *m = output_is_console(p->group_leader) ? NULL : report_message(p, b);
    if (!m || !message_send(p->group_leader, m))
        io_console_report(p, b->data, b->count);
}
