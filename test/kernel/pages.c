/* SPDX-License-Identifier: GPL-3.0-only */
#include "pages.h"

u64 map(u64 frame, u64 at, u64 rights)
{
    return ask(frame, PAGE_MAP, WORDS(at, rights, ATTRIBUTES), WORDS(VSPACE));
}
void ask_pages(u64 frame)
{
    volatile u64 *at = (volatile u64 *)AT;
    u64 second = make(PAGE, 0);
    say("page unaligned", map(frame, AT + 8, RIGHTS_READ_WRITE), 0);
    say("page in the kernel", map(frame, 0xffff800000000000, RIGHTS_READ_WRITE), 1);
    say("page", map(frame, AT, RIGHTS_READ_WRITE), 0);
    at[0] = 42;
    say("page elsewhere", map(frame, AT + 4096, RIGHTS_READ_WRITE), 1);
    say("page again, to read", map(frame, AT, RIGHTS_READ), 0);
    say("page again, to write", map(frame, AT, RIGHTS_READ_WRITE), 0);
    at[0]++;
    say_value("what is there", at[0]);
    say("second page", map(second, AT + 4096, RIGHTS_READ_WRITE), 0);
    say_value("what is there", at[512]);
    say("unmap", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("unmap again", ask(second, PAGE_UNMAP, NONE, NONE), 0);
    say("page over a page", map(second, AT, RIGHTS_READ_WRITE), 0);
    say("unmap of what gave way", ask(frame, PAGE_UNMAP, NONE, NONE), 0);
    say_value("what is there", at[0]);
}
