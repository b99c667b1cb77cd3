/* SPDX-License-Identifier: GPL-3.0-only */
#include "irq.h"
#include "arch.h"
#include "derive.h"
#include "destroy.h"
#include "notification.h"

/* Handlers that can exist at a time. */
#define NODES 512
#define BUCKETS 256

struct node {
    u64 irq;
    struct slot notification;
    struct arch_irq arch;
    struct node *next; /* of its bucket, or free */
};
static struct node nodes[NODES];
static struct node *buckets[BUCKETS], *free_nodes;
static unsigned fresh; /* nodes from here on were never used */

static struct node **bucket(u64 irq)
{
    return &buckets[irq % BUCKETS];
}
static struct node *find(u64 irq)
{
    struct node *n = *bucket(irq);
    while (n && n->irq != irq)
        n = n->next;
    return n;
}
struct arch_irq *irq_arch(u64 irq)
{
    struct node *n = find(irq);
    return n ? &n->arch : NULL;
}
struct slot *irq_notification(u64 irq)
{
    return &find(irq)->notification;
}
bool irq_is_issued(u64 irq)
{
    return find(irq);
}
static struct node *take_node(void)
{
    struct node *n = free_nodes;
    if (n)
        free_nodes = n->next;
    else if (fresh < NODES)
        n = &nodes[fresh++];
    return n;
}
enum error irq_issue(u64 irq, struct slot *control, struct slot *dest, struct failure *f)
{
    struct node *n = take_node();
    if (!n) {
        f->detail[0] = 0;
        return fail(f, ERROR_NOT_ENOUGH_MEMORY);
    }
    n->irq = irq;
    n->arch = (struct arch_irq){};
    n->next = *bucket(irq);
    *bucket(irq) = n;
    derive_original(control, dest, cap_make(CAP_IRQ_HANDLER, 0, 0, 0, 0, irq));
    return ERROR_NONE;
}
/* A notification capability's end is one step: no container hangs on it. */
static enum error forget_notification(struct node *n)
{
    return destroy_capability(&n->notification);
}
void irq_release(u64 irq)
{
    struct node **at = bucket(irq), *n = find(irq);
    arch_irq_mask(irq);
    arch_irq_forget(irq);
    while (*at != n)
        at = &(*at)->next;
    *at = n->next;
    n->next = free_nodes;
    free_nodes = n;
}
bool irq_deliver(u64 irq)
{
    struct node *n = find(irq);
    if (!n || !cap_is(n->notification.cap, CAP_NOTIFICATION))
        return false;
    notification_signal(cap_object(n->notification.cap), n->notification.cap.word[1]);
    return true;
}

enum error irq_invoke_control(struct invocation *v)
{
    struct slot *dest;
    if (v->label != LABEL_IRQ_ISSUE_HANDLER)
        return arch_invoke_irq_control(v);
    if (v->words < 3 || v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    u64 irq = invocation_word(v, 0);
    enum error e = arch_irq_check(irq, &v->failure);
    if (e != ERROR_NONE)
        return e;
    if (irq_is_issued(irq))
        return fail(&v->failure, ERROR_REVOKE_FIRST);
    e = invocation_empty_slot(v, v->extra[0]->cap, invocation_word(v, 1), invocation_word(v, 2), &dest);
    if (e == ERROR_NONE)
        e = irq_issue(irq, v->slot, dest, &v->failure);
    if (e == ERROR_NONE)
        arch_irq_unmask(irq);
    return e;
}
static enum error set_notification(struct invocation *v, struct node *n)
{
    if (v->extras < 1)
        return fail(&v->failure, ERROR_TRUNCATED_MESSAGE);
    struct cap c = v->extra[0]->cap;
    if (!cap_is(c, CAP_NOTIFICATION) || !(cap_rights(c) & RIGHT_WRITE))
        return fail_capability(&v->failure, 1);
    enum error e = forget_notification(n);
    /* It goes on with what was left to be deleted, the handler perhaps; n is free then. */
    if (e == ERROR_NONE && !cap_same_object(v->cap, v->slot->cap))
        return fail_capability(&v->failure, 0);
    if (e == ERROR_NONE && cap_same_object(c, v->extra[0]->cap))
        derive_insert(v->extra[0], &n->notification, c);
    return e;
}
enum error irq_invoke_handler(struct invocation *v)
{
    u64 irq = v->cap.word[1];
    switch (v->label) {
    case LABEL_IRQ_ACK:
        arch_irq_ack(irq);
        return ERROR_NONE;
    case LABEL_IRQ_SET_HANDLER:
        return set_notification(v, find(irq));
    case LABEL_IRQ_CLEAR_HANDLER:
        return forget_notification(find(irq));
    default:
        return fail(&v->failure, ERROR_ILLEGAL_OPERATION);
    }
}
