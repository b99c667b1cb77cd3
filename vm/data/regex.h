/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * regex.h: regular expressions: Java's syntax as far as portable Clojure code uses it, run by PCRE2's interpreter with
 * limits on steps and memory. A match never touches a heap.
 *
 * Compiled code is kept in one bounded table, keyed by the source; a REGEX names its place there and is compiled again
 * when it has lost it. So copies and literals share code, nothing is counted, and no program can fill memory with
 * patterns.
 */
#ifndef LONA_REGEX_H
#define LONA_REGEX_H

#include "data/str.h"

#define REGEX_WORDS 4

/* The regex of a source string; :regex-error with the place where it is none. MAY_GC */
term regex_compile(struct proc *p, term source);

enum regex_mode { REGEX_FIND, REGEX_AT /* only at start */, REGEX_WHOLE /* only all from start to the end */ };
enum regex_result { REGEX_NO, REGEX_YES, REGEX_STOPPED /* a condition is pending, :regex-limit perhaps */ };

struct regex_match {
    const size_t *offsets; /* start and end of the match and of each group, in bytes; valid until the next match */
    u32 groups;            /* without the whole match */
};
#define REGEX_UNSET (~(size_t)0) /* start of a group that took no part */

/* Text is valid UTF-8 and may be in a heap; start is the offset of a code point. Collects only to raise. */
enum regex_result regex_match(struct proc *p, term regex, const u8 *text, word bytes, word start, enum regex_mode mode,
                              struct regex_match *match);
/* Number of groups without the whole match, and the number of the group of that name; 0: there is none. */
bool regex_group_count(struct proc *p, term regex, u32 *count);
bool regex_group_named(struct proc *p, term regex, const u8 *name, word bytes, u32 *number);
/* Name i of the groups' names, sorted: false past the last. The text is borrowed until the next regex_compile. */
bool regex_group_name(struct proc *p, term regex, u32 i, const char **name, u32 *number);

/* Gives back what the calling thread keeps for matches: it ends. */
void regex_leave_thread(void);

/* Java's syntax to PCRE2's (regex_syntax.c). Stops early once out has limit bytes: *at is the place in the source then.
 * NULL on success, else what is wrong at *at. */
struct buf;
const char *regex_translate(struct buf *out, const u8 *source, word bytes, word limit, word *at);

#endif
