/* SPDX-License-Identifier: GPL-3.0-only */
#include "print.h"

#include "arch.h"

#include <stdarg.h>

#define DIGITS_MAX 20

static void put(char c)
{
    if (c == '\n')
        arch_putc('\r');
    arch_putc(c);
}
static void put_padding(unsigned width, unsigned length, char with)
{
    for (; length < width; length++)
        put(with);
}
static void put_text(const char *text, unsigned width)
{
    unsigned length = 0;
    for (; text[length]; length++)
        put(text[length]);
    put_padding(width, length, ' ');
}
static void put_number(u64 value, unsigned base, unsigned width, char padding)
{
    char digits[DIGITS_MAX];
    unsigned n = 0;
    do {
        digits[n++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    put_padding(width, n, padding);
    while (n)
        put(digits[--n]);
}
static void put_signed(i64 value)
{
    if (value < 0)
        put('-');
    put_number(value < 0 ? -(u64)value : (u64)value, 10, 0, ' ');
}

/* What stands between % and the letter. */
struct directive {
    unsigned width;
    char padding;
    bool is_long;
};
static const char *directive_read(const char *at, struct directive *d)
{
    *d = (struct directive){.padding = *at == '0' ? '0' : ' '};
    for (; *at >= '0' && *at <= '9'; at++)
        d->width = d->width * 10 + (unsigned)(*at - '0');
    d->is_long = *at == 'l';
    return d->is_long ? at + 1 : at;
}

void kernel_print(const char *format, ...)
{
    struct directive d;
    va_list args;
    va_start(args, format);
    for (; *format; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format = directive_read(format + 1, &d);
        switch (*format) {
        case 's':
            put_text(va_arg(args, const char *), d.width);
            break;
        case 'c':
            put((char)va_arg(args, int));
            break;
        case 'd':
            put_signed(d.is_long ? va_arg(args, i64) : va_arg(args, int));
            break;
        case 'u':
            put_number(d.is_long ? va_arg(args, u64) : va_arg(args, unsigned), 10, d.width, d.padding);
            break;
        case 'x':
            put_number(d.is_long ? va_arg(args, u64) : va_arg(args, unsigned), 16, d.width, d.padding);
            break;
        case 'p':
            put_number((u64)va_arg(args, void *), 16, 16, '0');
            break;
        default:
            put('%');
        }
    }
    va_end(args);
}
