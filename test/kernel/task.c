/* SPDX-License-Identifier: GPL-3.0-only */
#include "task.h"

#define BUFFER_WORDS 120

static struct buffer {
    u64 tag, words[BUFFER_WORDS], user, caps[3];
} *buffer;
const u64 *info;
u64 next_slot, memory, answer[REGISTER_WORDS];

NORETURN void task_start(const u64 *given);

u64 ask(u64 cap, u64 label, unsigned n, const u64 *words, unsigned extras, const u64 *caps)
{
    struct message m = {.cap = cap, .tag = label << 12 | extras << 7 | n};
    for (unsigned i = 0; i < n; i++)
        *(i < REGISTER_WORDS ? &m.word[i] : &buffer->words[i]) = words[i];
    for (unsigned i = 0; i < extras; i++)
        buffer->caps[i] = caps[i];
    enter(CALL, &m);
    for (unsigned i = 0; i < REGISTER_WORDS; i++)
        answer[i] = m.word[i];
    return m.tag >> 12;
}

u64 make_from(u64 untyped, u64 type, u64 bits)
{
    u64 slot = next_slot++;
    u64 error = ask(untyped, RETYPE, WORDS(type, bits, 0, 0, slot, 1), WORDS(CNODE));
    if (error)
        say("retype failed", error, 0);
    return slot;
}
u64 make(u64 type, u64 bits)
{
    return make_from(memory, type, bits);
}

u64 untyped_count(void)
{
    return info[22] - info[21];
}
u64 untyped_slot(u64 i)
{
    return info[21] + i;
}
u64 untyped_address(u64 i)
{
    return info[23 + 2 * i];
}
unsigned untyped_bits(u64 i)
{
    return info[23 + 2 * i + 1] & 0xff;
}
bool untyped_is_device(u64 i)
{
    return info[23 + 2 * i + 1] >> 8 & 0xff;
}

void print(const char *text)
{
    for (; *text; text++)
        put(*text);
}
void print_number(u64 value, unsigned base)
{
    char digits[20];
    unsigned n = 0;
    do
        digits[n++] = "0123456789abcdef"[value % base];
    while (value /= base);
    while (n)
        put(digits[--n]);
}
void say(const char *question, u64 error, unsigned words)
{
    u64 kept[REGISTER_WORDS];
    for (unsigned i = 0; i < REGISTER_WORDS; i++)
        kept[i] = answer[i];
    print(question);
    print(": ");
    print_number(error, 16);
    for (unsigned i = 0; i < words; i++) {
        put(' ');
        print_number(kept[i], 16);
    }
    print("\n");
}
void say_value(const char *question, u64 value)
{
    answer[0] = value;
    say(question, 0, 1);
}

void task_stop(void)
{
    for (;;)
        enter(WAIT, &(struct message){0});
}
void task_start(const u64 *given)
{
    info = given;
    buffer = (struct buffer *)info[4];
    next_slot = info[5];
    for (u64 i = 0; i < untyped_count(); i++) {
        if (!untyped_is_device(i) && untyped_bits(i) >= 24 && untyped_bits(i) <= 28)
            memory = untyped_slot(i);
    }
    console_open();
    print("\n");
    task_main();
}
