/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * invocation.h: an operation on a kernel object that a thread asks for by sending a message to its capability.
 *
 * Who decodes one first checks all, changing nothing but the failure; then acts and cannot fail, except that long work
 * answers ERROR_PREEMPTED when an interrupt waits: the whole system call is then made again.
 */
#ifndef LONA_KERNEL_INVOCATION_H
#define LONA_KERNEL_INVOCATION_H

#include "cap.h"
#include "failure.h"

struct tcb;

#define EXTRA_CAPS_MAX 3
#define MESSAGE_WORDS_MAX 120

struct invocation {
    struct tcb *caller;
    struct slot *slot; /* where the invoked capability is */
    struct cap cap;
    u64 label;
    unsigned words;  /* of the message */
    unsigned extras; /* capabilities that came along */
    struct slot *extra[EXTRA_CAPS_MAX];
    bool is_call; /* the caller waits for an answer */
    /* What is handed back. Words of the answer are put by invocation_answer, after the last invocation_word. */
    unsigned answer_words;
    struct failure failure;
};

/* Word i of the message (i < words): from a register or from the caller's IPC buffer. */
u64 invocation_word(const struct invocation *v, unsigned i);
/* Sets word i of the answer and makes the answer at least i + 1 words long. Ignored when no answer is wanted. */
void invocation_answer(struct invocation *v, unsigned i, u64 value);

/* Decoders of the architecture's use this to find an empty slot for a new capability: root is a CNode capability. */
MUST_CHECK enum error invocation_empty_slot(struct invocation *v, struct cap root, u64 index, u64 depth,
                                            struct slot **found);

#endif
