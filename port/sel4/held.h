/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * held.h: the capabilities that programs hold as values. What the VM itself stands on (its address space, CSpace,
 * threads, frames) is in no entry of this table, so no program can name it.
 *
 *   port's number of a capability, the handle of port_io:   58 | generation 57..32 | index 31..0
 *
 * An object that was made by CAP_MAKE lies alone in untyped memory of its own, its home, and ends, with all copies,
 * when this capability of it is closed; the memory is used again. Other entries end by themselves.
 *
 * What may take long is done by a courier, a thread; an interrupt comes as a bit of the badge of one notification.
 * Both are told by port_io_events.
 */
#ifndef LONA_SEL4_HELD_H
#define LONA_SEL4_HELD_H

#include "kernel.h"

#include "lock.h"
#include "port.h"

enum held_type {
#define HELD_TYPE(name, ...) HELD_##name,
#include "held_types.def"
#undef HELD_TYPE
    HELD_TYPES
};

struct courier;
struct held {
    u32 index, generation;
    u8 type; /* enum held_type */
    u8 rights, bits;
    u8 line;        /* of an interrupt: the bit that tells of it */
    bool permanent; /* the kernel's capability stays when this is closed */
    bool arrived;   /* an interrupt that nobody was told of */
    bool waiting;   /* somebody wants to be told */
    seL4_CPtr slot;
    seL4_CPtr home;          /* the untyped that the object is alone in; 0 */
    word address;            /* physical; of I/O ports the first */
    word badge, mapped;      /* mapped: where it is read and written here; 0 */
    struct courier *courier; /* that works for it, or has its result */
    u64 tag;                 /* of the wait */
    struct held *next;       /* in the list of those waited for, or free */
};

/* Lock `held`: below the VM's locks, above those of courier.c. It guards the table and its entries. */
extern struct lock held_lock;

/* The entry, or NULL: it is gone. The lock is held. */
struct held *held_get(word number);
/* The entry that number[i] stands for; NULL: it stands for none, or that is gone. The lock is held. */
struct held *held_given(const struct port_request *r, unsigned i);
word held_number(const struct held *h);
word held_window(const struct held *h); /* the address that its frame is read and written at */
/* A new entry with an empty slot of its own. NULL: no memory. The lock is held. */
MUST_CHECK struct held *held_new(enum held_type type);
/* What is in its slot was made elsewhere: the kernel does not tell its rights, nor its size where there are several. */
void held_mark_foreign(struct held *h);
/* Whether somebody has some of these I/O ports. The lock is held. */
bool held_has_ports(word first, word count);
/* Gives up an entry whose slot is empty. The lock is held. */
void held_drop(struct held *h);
/* Takes the entry out of the list of those waited for. The lock is held. */
void held_forget_wait(struct held *h);
/* What of the waiting can be told now: how many were put into events. */
unsigned held_collect(struct port_event *events, unsigned max);

/* What its maker calls a capability that the kernel does not tell the type of; HELD_RECEIVED where there is no such
 * name. */
enum held_type held_type_named(const char *name);

/* The operations of io.def; r->handle is the port's number. */
iword held_root(struct port_request *r);
iword held_make(struct port_request *r);
iword held_retype(struct port_request *r);
iword held_mint(struct port_request *r);
iword held_revoke(struct port_request *r);
iword held_info(struct port_request *r);
iword held_call(struct port_request *r);
iword held_map(struct port_request *r);
iword held_wait(struct port_request *r);
iword held_close(struct port_request *r);

/* An invocation by its number. Up to *n_answers words of the answer take the place of the n_words that were sent. */
seL4_Error invoke(seL4_CPtr object, word label, unsigned n_words, word *words, unsigned *n_answers, unsigned n_caps,
                  const seL4_CPtr *extra);
/* The same with no answer but its error. */
#define INVOKE(object, label, caps, n_caps, ...)                                                                       \
    invoke(object, label, sizeof((word[]){__VA_ARGS__}) / sizeof(word), (word[]){__VA_ARGS__}, &(unsigned){0}, n_caps, \
           caps)
seL4_Error slot_ask(word label, seL4_CPtr slot); /* CNodeRevoke, CNodeDelete */
seL4_Error slot_copy(seL4_CPtr to, seL4_CPtr from, word rights);
seL4_Error slot_mint(seL4_CPtr to, seL4_CPtr from, word rights, word badge);
/* A slot that nobody has. The lock is held. 0: there is none. */
seL4_CPtr slot_take(void);
/* What port_io answers for a kernel's error. */
static inline iword kernel_failed(seL4_Error e)
{
    return e == seL4_NoError ? 0 : -(iword)(PORT_KERNEL_ARGUMENT + (unsigned)e - 1);
}

/* ARCH/hw.c: the interrupt's handler, the ports' capability go to an empty slot. */
seL4_Error hw_issue_interrupt(seL4_CPtr slot, word number, bool level, bool low);
/* What the device bus:device.function sends by writing *data to *address. */
seL4_Error hw_issue_message(seL4_CPtr slot, word bus, word device, word function, word *address, word *data);
seL4_Error hw_issue_ports(seL4_CPtr slot, word first, word count);
/* Of ports: reads or writes; bits is 8, 16 or 32. */
seL4_Error hw_port(const struct held *h, word port, unsigned bits, bool write, word *value);

/* hw.c: devices. */
iword hw_interrupt(struct port_request *r);
iword hw_message(struct port_request *r);
iword hw_ports(struct port_request *r);
iword hw_memory(struct port_request *r);
iword hw_read(struct port_request *r);
iword hw_write(struct port_request *r);
/* The line's interrupt has come. The lock is held. */
void hw_arrived(unsigned line);
void hw_close(struct held *h);

#endif
