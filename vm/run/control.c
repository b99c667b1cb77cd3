/* SPDX-License-Identifier: GPL-3.0-only */
/* Natives of control.def that need no file of their own: console, host files, clocks, memory figures. */
#include "data/buf.h"
#include "data/num.h"
#include "data/str.h"
#include "pure.h"
#include "run/io.h"
#include "run/names.h"
#include "run/native.h"
#include "run/sched.h"
#include "run/signal.h"

/* --- console --- */

static bool stream_arg(term t, enum port_stream *stream)
{
    if (!is_int(t) || (word)int_value(t) > PORT_STDERR)
        return false;
    *stream = (enum port_stream)int_value(t);
    return true;
}
/* (%console-write stream string) */
term native_console_write(struct proc *p, unsigned n)
{
    enum port_stream stream;
    if (!stream_arg(ARG(0), &stream))
        return raise_arg(p, 0, "a stream number (0 to 2)");
    if (!is_string(ARG(1)))
        return raise_arg(p, 1, "a string");
    struct io_bytes b;
    if (!io_bytes_hold(p, 1, &b))
        return NONE;
    bool written = io_console_write(p, stream, b.data, b.count);
    io_bytes_release(&b);
    return written ? NIL : NONE;
}
/*
 * (%console-read max-bytes): a binary; nil at the end of input; false when interrupted: that answer is the interrupt,
 * so none is raised later. A wake without a request (it was served already) means nothing.
 */
term native_console_read(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)) || int_value(ARG(0)) <= 0)
        return raise_arg(p, 0, "a positive integer");
    word max = (word)int_value(ARG(0));
    u8 bytes[4096];
    iword got;
    do {
        sched_block_begin(p);
        got = port_console_read(bytes, max < sizeof bytes ? max : sizeof bytes);
        sched_block_end(p);
        if (got < 0 && interrupt_take(p))
            return interrupt_taken_in_vain() ? tail_call(p, SLOW_plain_prompt, 0) : FALSE_TERM;
    } while (got < 0);
    interrupts_were_heard();
    if (got && bytes[got - 1] == '\n')
        io_console_line_ended(); /* a terminal has shown it */
    return got == 0 ? NIL : binary_make(p, bytes, (word)got);
}
/* (%console-line-begun? ended): whether what was written or typed last left a line unfinished; where `ended` is truthy
 * that one counts as finished from now on. */
term native_console_line_begun(struct proc *p, unsigned n)
{
    bool begun = io_console_line_begun();
    if (is_truthy(ARG(0)))
        io_console_line_ended();
    return mk_bool(begun);
}
/* (%interrupts-heard): the prompt has read, though not from the port's console. */
term native_interrupts_heard(struct proc *p, unsigned n)
{
    interrupts_were_heard();
    return NIL;
}
term native_console_is_terminal(struct proc *p, unsigned n)
{
    enum port_stream stream;
    if (!stream_arg(ARG(0), &stream))
        return raise_arg(p, 0, "a stream number (0 to 2)");
    return mk_bool(port_console_size(stream, NULL) > 0);
}
term native_console_raw(struct proc *p, unsigned n)
{
    return mk_bool(port_console_raw(is_truthy(ARG(0))));
}
term native_console_columns(struct proc *p, unsigned n)
{
    unsigned columns = port_console_size(PORT_STDOUT, NULL);
    return mk_int(columns ? columns : 80);
}
term native_console_lines(struct proc *p, unsigned n)
{
    unsigned lines;
    return mk_int(port_console_size(PORT_STDOUT, &lines) ? lines : 24);
}

/* --- host files --- */

/* (%file-read path): a binary, or a string that says why not. */
term native_file_read(struct proc *p, unsigned n)
{
    char path[IO_TEXT_MAX];
    if (!io_text_arg(p, 0, path))
        return NONE;
    struct port_request r = {.op = IO_FILE_READ, .text = {path}};
    sched_block_begin(p);
    iword status = port_io(&r);
    sched_block_end(p);
    if (status < 0)
        return str_from_c(p, io_error_text(-status));
    term t = binary_make(p, r.out, r.out_bytes);
    port_free(r.out);
    return t;
}
/* (%file-write path string-or-binary append?): nil, or a string that says why not. */
term native_file_write(struct proc *p, unsigned n)
{
    char path[IO_TEXT_MAX];
    struct io_bytes bytes;
    if (!io_text_arg(p, 0, path) || !io_bytes_hold(p, 1, &bytes))
        return NONE;
    struct port_request r = {
        .op = IO_FILE_WRITE,
        .text = {path},
        .number = {is_truthy(ARG(2))},
        .in = bytes.data,
        .in_bytes = bytes.count,
    };
    sched_block_begin(p);
    iword status = port_io(&r);
    sched_block_end(p);
    io_bytes_release(&bytes);
    return status < 0 ? str_from_c(p, io_error_text(-status)) : NIL;
}
term native_archive_has(struct proc *p, unsigned n)
{
    char path[IO_TEXT_MAX];
    word bytes;
    if (!io_text_arg(p, 0, path))
        return NONE;
    return mk_bool(port_archive_find(path, &bytes) != NULL);
}
/* (%archive-index): the names of the files, a line each */
term native_archive_index(struct proc *p, unsigned n)
{
    word bytes;
    const u8 *text = port_archive_find("index", &bytes);
    return str_make(p, text, text ? bytes : 0);
}
/* (%setting name): value of an environment variable, or nil */
term native_setting(struct proc *p, unsigned n)
{
    char name[IO_TEXT_MAX];
    if (!io_text_arg(p, 0, name))
        return NONE;
    const char *value = port_setting(name);
    return value ? str_from_c(p, value) : NIL;
}

/* --- clocks, memory, the end --- */

static term u64_result(struct proc *p, u64 value)
{
    return heap_reserve(p, INTEGER_WORDS) ? mk_integer_u64(p, value) : NONE;
}
term native_monotonic_ns(struct proc *p, unsigned n)
{
    return u64_result(p, port_monotonic_ns());
}
term native_wall_ns(struct proc *p, unsigned n)
{
    return u64_result(p, port_wall_clock_ns());
}
term native_exit(struct proc *p, unsigned n)
{
    if (!is_int(ARG(0)))
        return raise_arg(p, 0, "an exit status (integer)");
    port_exit((int)int_value(ARG(0)) & 0xff);
}
/* (%memory): [bytes of this heap, bytes of the shared area, resident bytes] */
term native_memory(struct proc *p, unsigned n)
{
    if (!heap_reserve(p, 4))
        return NONE;
    struct obj_tuple *t = heap_take_tuple(p, 3);
    t->item[0] = mk_int((iword)(8 * heap_used_words(p)));
    t->item[1] = mk_int((iword)shared_used_bytes());
    t->item[2] = mk_int((iword)port_memory(PORT_MEMORY_RESIDENT));
    return mk_box_ptr(t);
}
/* (%collect full?) */
term native_collect(struct proc *p, unsigned n)
{
    bool full = is_truthy(ARG(0));
    heap_collect(p, full);
    if (full) {
        sweep_soon();
        proc_end_slice(p);
    }
    return NIL;
}
