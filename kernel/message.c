/* SPDX-License-Identifier: GPL-3.0-only */
#include "message.h"
#include "cspace.h"
#include "derive.h"
#include "fault.h"

u64 *message_buffer(const struct tcb *t, bool writable)
{
    return arch_buffer(t->slot[TCB_BUFFER].cap, t->buffer, writable);
}
u64 message_word(const struct tcb *t, unsigned i)
{
    if (i < ARCH_MESSAGE_REGISTERS)
        return arch_get(&t->context, (enum arch_register)(ARCH_MR0 + i));
    const u64 *buffer = message_buffer(t, false);
    return buffer ? buffer[BUFFER_MESSAGE + i] : 0;
}
bool message_set_word(struct tcb *t, unsigned i, u64 value)
{
    if (i < ARCH_MESSAGE_REGISTERS) {
        arch_set(&t->context, (enum arch_register)(ARCH_MR0 + i), value);
        return true;
    }
    u64 *buffer = message_buffer(t, true);
    if (!buffer)
        return false;
    buffer[BUFFER_MESSAGE + i] = value;
    return true;
}
u64 message_info_cut(const struct tcb *t)
{
    u64 info = arch_get(&t->context, ARCH_INFO);
    u64 most = message_buffer(t, false) ? MESSAGE_WORDS_MAX : ARCH_MESSAGE_REGISTERS;
    return info_length(info) > most ? info_with_length(info, most) : info;
}

bool message_look_up_caps(const struct tcb *t, struct slot *found[EXTRA_CAPS_MAX], unsigned *count, u64 *bad,
                          struct lookup_failure *f)
{
    const u64 *buffer = message_buffer(t, false);
    unsigned wanted = buffer ? (unsigned)info_extras(arch_get(&t->context, ARCH_INFO)) : 0;
    for (*count = 0; *count < wanted; ++*count) {
        *bad = buffer[BUFFER_CAPS + *count];
        found[*count] = cspace_lookup(t, *bad, f);
        if (!found[*count])
            return false;
    }
    return true;
}

/* The empty slot where t wants capabilities; NULL: none. */
static struct slot *receive_slot(const struct tcb *t, const u64 *buffer)
{
    struct lookup_failure ignored;
    struct failure ignored_too;
    struct slot *root = cspace_lookup(t, buffer[BUFFER_RECEIVE_CNODE], &ignored), *s;
    if (!root || cspace_slot(root->cap, buffer[BUFFER_RECEIVE_INDEX], buffer[BUFFER_RECEIVE_DEPTH], false, &s,
                             &ignored_too) != ERROR_NONE)
        return NULL;
    return slot_is_empty(s) ? s : NULL;
}
/* Capabilities go over until one cannot; answers info with what did. */
static u64 transfer_caps(struct tcb *sender, struct endpoint *e, struct tcb *receiver, u64 info)
{
    struct slot *caps[EXTRA_CAPS_MAX];
    struct lookup_failure ignored;
    struct failure ignored_too;
    unsigned count, i;
    u64 bad, unwrapped = 0;
    info = info_with_unwrapped(info_with_extras(info, 0), 0);
    u64 *buffer = message_buffer(receiver, true);
    if (!buffer || !message_find_caps(sender, caps, &count, &bad, &ignored) || count == 0)
        return info;
    struct slot *dest = receive_slot(receiver, buffer);
    for (i = 0; i < count; i++) {
        struct cap c = caps[i]->cap, copy;
        if (cap_is(c, CAP_ENDPOINT) && cap_object(c) == e) {
            buffer[BUFFER_CAPS + i] = c.word[1];
            unwrapped |= 1u << i;
            continue;
        }
        if (!dest || derive_copy(caps[i], c, &copy, &ignored_too) != ERROR_NONE || cap_is_null(copy))
            break;
        derive_insert(caps[i], dest, copy);
        dest = NULL;
    }
    return info_with_unwrapped(info_with_extras(info, i), unwrapped);
}
static unsigned copy_words(const struct tcb *sender, struct tcb *receiver, unsigned length)
{
    unsigned i;
    for (i = 0; i < length && i < ARCH_MESSAGE_REGISTERS; i++)
        message_set_word(receiver, i, message_word(sender, i));
    const u64 *from = message_buffer(sender, false);
    u64 *to = message_buffer(receiver, true);
    if (!from || !to)
        return i;
    for (; i < length; i++)
        to[BUFFER_MESSAGE + i] = from[BUFFER_MESSAGE + i];
    return i;
}

void message_transfer(struct tcb *sender, struct endpoint *e, u64 badge, bool may_grant, struct tcb *receiver)
{
    if (sender->fault.kind != FAULT_NONE) {
        unsigned length = fault_write_message(sender, receiver);
        message_set(receiver, badge, message_make_info(sender->fault.kind, length));
        return;
    }
    u64 info = message_info(sender);
    info = info_with_length(info, copy_words(sender, receiver, (unsigned)info_length(info)));
    if (may_grant)
        info = transfer_caps(sender, e, receiver, info);
    else
        info = info_with_unwrapped(info_with_extras(info, 0), 0);
    message_set(receiver, badge, info);
}
