/* SPDX-License-Identifier: GPL-3.0-only */
/* io.c: the table of handles, the thread that waits for them, and the natives of io_natives.def. */
#include "run/io.h"

#include "data/bits.h"
#include "data/num.h"
#include "data/str.h"
#include "data/vectors.h"
#include "port.h"
#include "pure.h"
#include "run/names.h"
#include "run/procs.h"
#include "run/sched.h"

/* --- what io.def declares --- */

enum result {
    RESULT_NUMBER,
    RESULT_HANDLE,
    RESULT_BYTES,
    RESULT_NUMBERS,
    RESULT_ADDRESS,
    RESULT_DATAGRAM,
    RESULT_CAP,
    RESULT_CAP_INFO,
    RESULT_WORD,
    RESULT_MESSAGE
};
#define HAS_ROOM(op, result) \
    ((op) == IO_READ || (op) == IO_CAP_CALL || (result) == RESULT_DATAGRAM || (result) == RESULT_MESSAGE)
static const struct {
    const char *name;
    u8 result;
    bool blocks, room; /* room: for what the port answers is here */
} ops[] = {
#define IO_OP(name, keyword, result, blocks) {keyword, RESULT_##result, blocks, HAS_ROOM(IO_##name, RESULT_##result)},
#include "io.def"
#undef IO_OP
};
static const struct {
    const char *name, *text;
} errors[] = {
    {"", ""},
#define IO_ERROR(name, keyword, text) {keyword, text},
#include "io.def"
#undef IO_ERROR
};
const char *io_error_text(iword error)
{
    return errors[error].text;
}
static bool line_begun; /* atomic */

bool io_console_line_begun(void)
{
    return __atomic_load_n(&line_begun, __ATOMIC_RELAXED);
}
void io_console_line_ended(void)
{
    __atomic_store_n(&line_begun, false, __ATOMIC_RELAXED);
}
static enum port_error console_write(enum port_stream stream, const void *bytes, word count)
{
    if (count)
        __atomic_store_n(&line_begun, ((const u8 *)bytes)[count - 1] != '\n', __ATOMIC_RELAXED);
    return port_console_write(stream, bytes, count);
}
/* A write blocks where the reader is slow: it is no part of the slice then. p: whose it is, or NULL. */
static enum port_error blocking_write(struct proc *p, enum port_stream stream, const void *bytes, word count)
{
    if (p)
        sched_block_begin(p);
    enum port_error error = console_write(stream, bytes, count);
    if (p)
        sched_block_end(p);
    return error;
}
void io_console_report(struct proc *p, const void *bytes, word count)
{
    if (io_console_line_begun() && port_console_size(PORT_STDERR, NULL) > 0)
        console_write(PORT_STDERR, "\n", 1);
    blocking_write(p, PORT_STDERR, bytes, count);
}
static u32 writers[PORT_STDERR + 1]; /* atomic: threads that write to the stream */

bool io_console_is_crowded(enum port_stream stream)
{
    return __atomic_load_n(&writers[stream], __ATOMIC_RELAXED) >= sched_cores();
}
bool io_console_write(struct proc *p, enum port_stream stream, const void *bytes, word count)
{
    __atomic_fetch_add(&writers[stream], 1, __ATOMIC_RELAXED);
    enum port_error error = blocking_write(p, stream, bytes, count);
    __atomic_fetch_sub(&writers[stream], 1, __ATOMIC_RELAXED);
    if (error == PORT_NO_ERROR)
        return true;
    raise(p, E_IO_ERROR, "cannot write to the standard %s: %s", stream == PORT_STDERR ? "error stream" : "output",
          io_error_text(error));
    return false;
}
static term error_keyword(iword error)
{
    return intern_keyword(NULL, 0, errors[error].name, strlen(errors[error].name));
}

/* --- the table of handles --- */

#define N_DIRECTIONS 2 /* reading, writing */
struct handle {
    u64 id; /* of the reference; 0: free */
    word port;
    term owner;
    u32 users;        /* operations under way */
    bool closed;      /* for the last user to close */
    bool cap;         /* it is a capability */
    u32 newer, older; /* others of the owner; older: the next free one */
    struct message *wake[N_DIRECTIONS];
    term asker[N_DIRECTIONS];
};
static struct {
    struct lock lock;
    struct handle *at; /* number 0 is none */
    u32 count, room, free;
    u64 caps_made;
    bool has_thread;
} io;

/* Of the reference; NULL: closed, or none. The lock is held. */
static struct handle *handle_of(term ref)
{
    const struct obj_ref *r = OBJ(ref, ref);
    struct handle *h = r->id[1] < io.count ? &io.at[r->id[1]] : NULL;
    return h && r->id[1] && h->id == r->id[0] && !h->closed ? h : NULL;
}
static u32 handle_number(const struct handle *h)
{
    return (u32)(h - io.at);
}
/* A free number; 0: no memory. The lock is held. */
static u32 number_take(void)
{
    u32 i = io.free;
    if (i) {
        io.free = io.at[i].older;
        return i;
    }
    if (io.count == io.room) {
        u32 room = io.room ? io.room * 2 : 64;
        struct handle *more = port_realloc(io.at, room * sizeof *more);
        if (!more)
            return 0;
        io.at = more;
        io.room = room;
        io.count = io.count ? io.count : 1;
    }
    return io.count++;
}
/* Read without the lock at the end of the process: where it is 0 there is nothing to close. */
static void chain_begin(struct proc *p, u32 number)
{
    __atomic_store_n(&p->extra->handles, number, __ATOMIC_RELAXED);
}
static void chain_put(struct proc *p, struct handle *h)
{
    h->owner = p->pid;
    h->newer = 0;
    h->older = p->extra->handles;
    if (h->older)
        io.at[h->older].newer = handle_number(h);
    chain_begin(p, handle_number(h));
}
/* An owner lives: its end takes its handles off the chain. */
static void chain_remove(struct handle *h)
{
    if (is_nil(h->owner))
        return;
    struct proc *p = proc_of_pid(h->owner);
    if (h->older)
        io.at[h->older].newer = h->newer;
    if (h->newer)
        io.at[h->newer].older = h->older;
    else
        chain_begin(p, h->older);
}
/* The lock is held; the port's handle must then be closed by the caller. */
static word handle_free(struct handle *h)
{
    word port = h->port;
    *h = (struct handle){.older = io.free};
    io.free = handle_number(h);
    return port;
}
static void port_close(word handle)
{
    struct port_request r = {.op = IO_CLOSE, .handle = handle};
    (void)port_io(&r);
}
/* Who waits is told, and finds it closed. The lock is held. */
static void wake_waiting(struct handle *h)
{
    for (unsigned i = 0; i < N_DIRECTIONS; i++) {
        struct message *m = h->wake[i];
        h->wake[i] = NULL;
        if (m)
            message_send(h->asker[i], m);
    }
}
/* The lock is held. True: *port is to be closed without it, since that may take the port long. */
static bool handle_close(struct handle *h, word *port)
{
    chain_remove(h);
    h->owner = NIL;
    h->closed = true;
    wake_waiting(h);
    if (!h->users)
        *port = handle_free(h);
    return !h->users;
}
static bool handle_unuse(struct handle *h, word *port)
{
    bool last = !--h->users && h->closed;
    if (last)
        *port = handle_free(h);
    return last;
}

void io_close_all(struct proc *p)
{
    u32 number;
    do {
        word port = 0;
        lock_take(&io.lock);
        number = p->extra->handles;
        bool close = number && handle_close(&io.at[number], &port);
        lock_release(&io.lock);
        if (close)
            port_close(port);
    } while (number);
}

/* A reference for the port's new handle, which it takes. */
static term handle_new(struct proc *p, word port, bool cap)
{
    term ref = NONE;
    u32 number = 0;
    lock_take(&io.lock);
    if (proc_extra(p) && (number = number_take()) != 0)
        io.at[number] = (struct handle){.id = 1, .closed = true};
    lock_release(&io.lock);
    if (number && heap_reserve(p, REF_WORDS))
        ref = mk_ref(p);
    else if (!number)
        raise(p, E_OUT_OF_MEMORY, "a handle");
    lock_take(&io.lock);
    struct handle *h = number ? &io.at[number] : NULL;
    if (is_none(ref)) {
        if (h)
            handle_free(h);
    } else {
        OBJ(ref, ref)->id[1] = number;
        if (cap) { /* its name is short: people read it */
            *box_ptr(ref) = mk_header(T_CAP, 0, REF_WORDS - 1);
            OBJ(ref, ref)->id[0] = ++io.caps_made;
        }
        *h = (struct handle){.id = OBJ(ref, ref)->id[0], .port = port, .cap = cap};
        chain_put(p, h);
    }
    lock_release(&io.lock);
    if (is_none(ref))
        port_close(port);
    return ref;
}

/* --- the thread that waits --- */

static u64 tag_of(const struct handle *h)
{
    return (u64)handle_number(h) << 32 | (u32)h->id;
}
/* What anybody waits for, as the port says it. */
static unsigned wanted(const struct handle *h)
{
    return (h->wake[0] ? PORT_READABLE : 0) | (h->wake[1] ? PORT_WRITABLE : 0);
}
static iword port_wait(struct handle *h)
{
    struct port_request r = {.op = IO_WAIT, .handle = h->port, .number = {wanted(h), tag_of(h)}};
    return port_io(&r);
}
/* Sends the messages for what is ready; the rest is waited for again. The lock is held. */
static void handle_ready(struct handle *h, unsigned ready)
{
    for (unsigned i = 0; i < N_DIRECTIONS; i++) {
        struct message *m = h->wake[i];
        if (!m || !(ready & (i == 0 ? PORT_READABLE : PORT_WRITABLE)))
            continue;
        h->wake[i] = NULL;
        message_send(h->asker[i], m);
    }
    if (wanted(h))
        (void)port_wait(h);
}
#define EVENTS_AT_ONCE 64
static void io_main(void *argument)
{
    struct port_event events[EVENTS_AT_ONCE];
    unsigned n;
    sched_join();
    while ((n = port_io_events(events, EVENTS_AT_ONCE)) != 0) {
        sched_send_begin();
        lock_take(&io.lock);
        for (unsigned i = 0; i < n; i++) {
            struct handle *h = &io.at[events[i].tag >> 32];
            if (h->id && !h->closed && tag_of(h) == events[i].tag)
                handle_ready(h, events[i].ready);
        }
        lock_release(&io.lock);
        sched_send_end();
    }
}
static bool thread_runs(void)
{
    word id;
    if (!io.has_thread)
        io.has_thread = port_thread_start(io_main, NULL, &id);
    return io.has_thread;
}

static iword wait_begin(struct proc *p, unsigned direction, struct message *m)
{
    struct handle *h = handle_of(ARG(0));
    if (!h) {
        message_free(m);
        return -PORT_BAD_HANDLE;
    }
    if (h->wake[direction])
        message_free(h->wake[direction]);
    h->wake[direction] = m;
    h->asker[direction] = p->pid;
    iword result = thread_runs() ? port_wait(h) : -PORT_NO_MEMORY;
    if (result == -PORT_UNSUPPORTED) {
        handle_ready(h, direction == 0 ? PORT_READABLE : PORT_WRITABLE);
        return 0;
    }
    if (result < 0) {
        h->wake[direction] = NULL;
        message_free(m);
    }
    return result;
}
static bool is_handle(term t)
{
    return is_type(t, T_REF) || is_type(t, T_CAP);
}
/* A capability is told of by [what capability]. */
static struct message *wake_message(struct proc *p, term what)
{
    if (is_type(ARG(0), T_CAP))
        return message_vector(p, MESSAGE, 2, (term[]){what, ARG(0)});
    if (same(what, K_read) || same(what, K_write))
        return message_vector(p, MESSAGE, 3, (term[]){K_io, ARG(0), what});
    raise_arg(p, 1, ":read or :write");
    return NULL;
}
term native_io_wait(struct proc *p, unsigned n)
{
    if (!is_handle(ARG(0)))
        return raise_arg(p, 0, "a handle");
    term what = is_keyword(ARG(1)) ? intern_name(ARG(1)) : NIL;
    struct message *m = wake_message(p, what);
    if (!m)
        return NONE;
    lock_take(&io.lock);
    iword result = wait_begin(p, same(what, K_write), m);
    lock_release(&io.lock);
    return result < 0 ? error_keyword(-result) : TRUE_TERM;
}

/* --- owners --- */

/* (%io-take handle): true; false: it is closed. */
term native_io_take(struct proc *p, unsigned n)
{
    if (!is_handle(ARG(0)))
        return raise_arg(p, 0, "a handle");
    if (!proc_extra(p))
        return raise(p, E_OUT_OF_MEMORY, "a handle");
    lock_take(&io.lock);
    struct handle *h = handle_of(ARG(0));
    if (h) {
        chain_remove(h);
        chain_put(p, h);
    }
    lock_release(&io.lock);
    return mk_bool(h != NULL);
}
/* (%io-close handle): was it open? */
term native_io_close(struct proc *p, unsigned n)
{
    if (!is_handle(ARG(0)))
        return raise_arg(p, 0, "a handle");
    word port = 0;
    lock_take(&io.lock);
    struct handle *h = handle_of(ARG(0));
    bool close = h && handle_close(h, &port);
    lock_release(&io.lock);
    if (close) {
        sched_block_begin(p);
        port_close(port);
        sched_block_end(p);
    }
    return mk_bool(h != NULL);
}
/* (%io-keep handle): it belongs to nobody from now on, and stays open until somebody closes it; false: it is closed. */
term native_io_keep(struct proc *p, unsigned n)
{
    if (!is_handle(ARG(0)))
        return raise_arg(p, 0, "a handle");
    lock_take(&io.lock);
    struct handle *h = handle_of(ARG(0));
    if (h) {
        chain_remove(h);
        h->owner = NIL;
        h->newer = h->older = 0;
    }
    lock_release(&io.lock);
    return mk_bool(h != NULL);
}

/* --- all capabilities --- */

/* The next one from number `at` on: true, with its id. */
static bool cap_next(u32 *at, u64 *id)
{
    bool found = false;
    lock_take(&io.lock);
    for (; *at < io.count && !found; found ? 0 : ++*at) {
        const struct handle *h = &io.at[*at];
        found = h->cap && !h->closed;
        *id = h->id;
    }
    lock_release(&io.lock);
    return found;
}
/* (%caps): the list of those that the domain has. */
term native_caps(struct proc *p, unsigned n)
{
    SCRATCH(SCRATCH_COLL) = EMPTY_LIST;
    u64 id;
    for (u32 at = 1; cap_next(&at, &id); at++) {
        if (!heap_reserve(p, REF_WORDS + CONS_WORDS))
            return NONE;
        struct obj_ref *r = (struct obj_ref *)heap_take_box(p, T_CAP, 0, REF_WORDS - 1);
        r->id[0] = id;
        r->id[1] = at;
        SCRATCH(SCRATCH_COLL) = mk_cons(p, mk_box_ptr(r), SCRATCH(SCRATCH_COLL));
        native_charge(p, 1);
    }
    term list = SCRATCH(SCRATCH_COLL);
    SCRATCH(SCRATCH_COLL) = NIL;
    return list;
}
/* (%io-owner handle): the process it belongs to, nil where it is none, or :closed. */
term native_io_owner(struct proc *p, unsigned n)
{
    if (!is_handle(ARG(0)))
        return raise_arg(p, 0, "a handle");
    lock_take(&io.lock);
    const struct handle *h = handle_of(ARG(0));
    term owner = h ? h->owner : K_closed;
    lock_release(&io.lock);
    return owner;
}
term native_is_capability(struct proc *p, unsigned n)
{
    return mk_bool(is_type(ARG(0), T_CAP));
}

/* --- arguments --- */

/* The bytes of a string or a binary. */
static bool bytes_of(term t, const u8 **data, word *count)
{
    if (is_string(t)) {
        struct str_view v = str_view(t);
        *data = v.data;
        *count = v.bytes;
        return true;
    }
    if (!is_binary(t) || bin_view(t).bits % 8 || bin_view(t).bit_offset)
        return false;
    *data = bin_view(t).data;
    *count = bin_view(t).bits / 8;
    return true;
}
/* A host's names need not be UTF-8: those that are not are binaries. */
static bool text_of(struct proc *p, term t, char text[IO_TEXT_MAX])
{
    const u8 *data;
    word count;
    if (!bytes_of(t, &data, &count)) {
        raise(p, E_TYPE_ERROR, "a path or name is a string, or a binary of whole bytes, not %T", t);
        return false;
    }
    if (count >= IO_TEXT_MAX || memchr(data, 0, count)) {
        raise(p, E_ILLEGAL_ARGUMENT, "%T is not a possible path or name", t);
        return false;
    }
    memcpy(text, data, count);
    text[count] = 0;
    return true;
}
bool io_text_arg(struct proc *p, unsigned i, char text[IO_TEXT_MAX])
{
    return text_of(p, ARG(i), text);
}

bool io_bytes_hold(struct proc *p, unsigned i, struct io_bytes *b)
{
    *b = (struct io_bytes){0};
    term t = ARG(i);
    unsigned bit_offset = is_binary(t) ? bin_view(t).bit_offset : 0;
    if (is_binary(t) && bin_view(t).bits % 8 == 0) {
        b->data = bin_view(t).data;
        b->count = bin_view(t).bits / 8;
    } else if (!bytes_of(t, &b->data, &b->count)) {
        raise_arg(p, i, "a string or a binary of whole bytes");
        return false;
    }
    if (!bit_offset && (is_type(t, T_LSTRING) || is_type(t, T_LBINARY))) {
        b->bin = OBJ(lstring, t)->bin;
        bin_retain(b->bin);
        return true;
    }
    if (!b->count)
        return true;
    b->copy = port_alloc(b->count);
    if (!b->copy) {
        raise(p, E_OUT_OF_MEMORY, "bytes to be written");
        return false;
    }
    bits_copy(b->copy, b->data, bit_offset, b->count * 8);
    b->data = b->copy;
    return true;
}
void io_bytes_release(struct io_bytes *b)
{
    if (b->bin)
        bin_release(b->bin);
    port_free(b->copy);
}

static bool op_arg(struct proc *p, enum port_op *op)
{
    for (unsigned i = 0; is_keyword(ARG(0)) && i < IO_OPS; i++) {
        if (str_is(OBJ(symbol, ARG(0))->name, ops[i].name) && i != IO_WAIT && i != IO_CLOSE) {
            *op = (enum port_op)i;
            return true;
        }
    }
    raise_arg(p, 0, "an operation");
    return false;
}
/* Items of argument i: a vector of up to max, or nil. */
static bool items_arg(struct proc *p, unsigned i, word max, word *count)
{
    *count = 0;
    if (is_nil(ARG(i)))
        return true;
    if (!is_type(ARG(i), T_TUPLE) || tuple_count(ARG(i)) > max) {
        raise_arg(p, i, "a short vector or nil");
        return false;
    }
    *count = tuple_count(ARG(i));
    return true;
}
static bool number_arg(term t, struct port_request *r, unsigned i)
{
    if (!is_type(t, T_CAP))
        return integer_to_u64(t, &r->number[i]);
    lock_take(&io.lock);
    const struct handle *h = handle_of(t);
    r->number[i] = h ? h->port : 0;
    lock_release(&io.lock);
    r->caps |= 1u << i;
    return true;
}
static bool numbers_arg(struct proc *p, struct port_request *r)
{
    word count;
    if (!items_arg(p, 4, ARRAY_LEN(r->number), &count))
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (!number_arg(OBJ(tuple, ARG(4))->item[i], r, i)) {
            raise_arg(p, 4, "a vector of numbers and capabilities");
            return false;
        }
    }
    return true;
}

/* --- operations --- */

#define READ_BYTES 65536
/* A request with the room that its texts and its answer need. */
struct io_call {
    struct port_request r;
    struct io_bytes bytes;
    char text[2][IO_TEXT_MAX];
    u8 room[READ_BYTES];
};
static bool call_arguments(struct proc *p, struct io_call *c)
{
    word texts;
    if (!op_arg(p, &c->r.op) || !items_arg(p, 2, 2, &texts) || !numbers_arg(p, &c->r))
        return false;
    for (word i = 0; i < texts; i++) {
        term t = OBJ(tuple, ARG(2))->item[i];
        if (!text_of(p, t, c->text[i]))
            return false;
        c->r.text[i] = c->text[i];
    }
    if (!is_nil(ARG(1)) && !is_handle(ARG(1))) {
        raise_arg(p, 1, "a handle or nil");
        return false;
    }
    if (ops[c->r.op].room) {
        c->r.out = c->room;
        c->r.out_bytes = READ_BYTES;
    }
    if (is_nil(ARG(3)))
        return true;
    if (!io_bytes_hold(p, 3, &c->bytes))
        return false;
    c->r.in = c->bytes.data;
    c->r.in_bytes = c->bytes.count;
    return true;
}
static iword call_port(struct proc *p, struct io_call *c)
{
    bool has_handle = !is_nil(ARG(1)), blocks = ops[c->r.op].blocks;
    if (has_handle) {
        lock_take(&io.lock);
        struct handle *h = handle_of(ARG(1));
        if (h) {
            h->users++;
            c->r.handle = h->port;
        }
        lock_release(&io.lock);
        if (!h)
            return -PORT_BAD_HANDLE;
    }
    u64 number = has_handle ? OBJ(ref, ARG(1))->id[1] : 0;
    if (blocks)
        sched_block_begin(p);
    iword status = port_io(&c->r);
    if (blocks)
        sched_block_end(p);
    if (has_handle) {
        word port = 0;
        lock_take(&io.lock);
        bool close = handle_unuse(&io.at[number], &port);
        lock_release(&io.lock);
        if (close)
            port_close(port);
    }
    return status;
}

/* [item ...] of the binary (or absent), the address and n numbers. */
static term vector_answer(struct proc *p, const struct io_call *c, term bytes, bool address, word n)
{
    term text = NIL;
    SCRATCH(SCRATCH_COLL) = bytes;
    if (address && is_none(text = str_from_c(p, c->r.address)))
        return NONE;
    bytes = SCRATCH(SCRATCH_COLL);
    SCRATCH(SCRATCH_COLL) = NIL;
    word count = n + address + !is_absent(bytes), at = 0;
    if (!heap_reserve(p, 1 + count + n * INTEGER_WORDS, &text, &bytes))
        return NONE;
    term items[2 + ARRAY_LEN(c->r.answer)];
    if (!is_absent(bytes))
        items[at++] = bytes;
    if (address)
        items[at++] = text;
    for (word i = 0; i < n; i++)
        items[at++] = mk_integer_u64(p, c->r.answer[i]);
    struct obj_tuple *t = heap_take_tuple(p, count);
    memcpy(t->item, items, count * sizeof *items);
    return mk_box_ptr(t);
}
static term bytes_answer(struct proc *p, struct io_call *c)
{
    native_charge(p, c->r.out_bytes / 1024);
    return binary_make(p, c->r.out_bytes ? c->r.out : c->room, c->r.out_bytes);
}
static term answer(struct proc *p, struct io_call *c, iword status)
{
    term bytes;
    switch ((enum result)ops[c->r.op].result) {
    case RESULT_NUMBER:
        return mk_int(status);
    case RESULT_HANDLE:
    case RESULT_CAP:
        return handle_new(p, (word)status, ops[c->r.op].result == RESULT_CAP);
    case RESULT_BYTES:
        return bytes_answer(p, c);
    case RESULT_NUMBERS:
        return vector_answer(p, c, ABSENT, false, (word)status);
    case RESULT_ADDRESS:
        return vector_answer(p, c, ABSENT, true, 1);
    case RESULT_DATAGRAM:
        bytes = bytes_answer(p, c);
        return is_none(bytes) ? NONE : vector_answer(p, c, bytes, true, 1);
    case RESULT_MESSAGE:
        bytes = bytes_answer(p, c);
        return is_none(bytes) ? NONE : vector_answer(p, c, bytes, false, 3);
    case RESULT_CAP_INFO:
        return vector_answer(p, c, ABSENT, true, 5);
    case RESULT_WORD:
        return heap_reserve(p, INTEGER_WORDS) ? mk_integer_u64(p, c->r.answer[0]) : NONE;
    }
    return NIL;
}
/* (%io op handle texts bytes numbers) */
term native_io(struct proc *p, unsigned n)
{
    struct io_call c;
    c.r = (struct port_request){0};
    c.bytes = (struct io_bytes){0};
    if (!call_arguments(p, &c))
        return NONE;
    iword status = call_port(p, &c);
    io_bytes_release(&c.bytes);
    term t = status < 0 ? error_keyword(-status) : answer(p, &c, status);
    if (status >= 0 && c.r.out != c.room)
        port_free(c.r.out);
    return t;
}
