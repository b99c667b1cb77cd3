/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * inst.c: points in time and identifiers: parsing, printing, natives. Dates follow the proleptic Gregorian calendar;
 * a year is counted from March for the arithmetic, so that the leap day is its last.
 */
#include "data/inst.h"

#include "data/num.h"
#include "data/str.h"
#include "pure.h"
#include "run/native.h"

#define NATIVE(ns, name, function, ...) native_fn function;
#include "data/str.def"
#undef NATIVE

#define DAY_MS 86400000ll
#define ERA_DAYS 146097 /* of 400 years */

/* Days since 1970-01-01 of a date; years 0..9999. */
static i64 days_of_date(int year, int month, int day)
{
    int y = year - (month <= 2) + 400; /* never negative */
    int m = (month + 9) % 12;
    i64 era_year = y % 400;
    i64 day_of_era = era_year * 365 + era_year / 4 - era_year / 100 + (153 * m + 2) / 5 + day - 1;
    return (i64)(y / 400 - 1) * ERA_DAYS + day_of_era - 719468;
}

static void date_of_days(i64 days, int *year, int *month, int *day)
{
    days += 719468 + ERA_DAYS; /* since 0000-03-01 minus an era: never negative */
    i64 era = days / ERA_DAYS, d = days % ERA_DAYS;
    i64 y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    i64 day_of_year = d - (y * 365 + y / 4 - y / 100);
    i64 m = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * m + 2) / 5) + 1;
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(y + (era - 1) * 400) + (*month <= 2);
}

static int days_in_month(int year, int month)
{
    static const u8 days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* --- parsing ------------------------------------------------------------------------------------------------------ */

struct scan {
    const u8 *at, *end;
};

static bool scan_byte(struct scan *s, u8 byte)
{
    if (s->at == s->end || *s->at != byte)
        return false;
    s->at++;
    return true;
}

/* Exactly n digits, a number within low..high. */
static bool scan_number(struct scan *s, unsigned n, int low, int high, int *value)
{
    int x = 0;
    if ((word)(s->end - s->at) < n)
        return false;
    for (unsigned i = 0; i < n; i++) {
        u8 c = *s->at++;
        if (c < '0' || c > '9')
            return false;
        x = x * 10 + (c - '0');
    }
    *value = x;
    return x >= low && x <= high;
}

struct moment {
    int year, month, day, hour, minute, second, millis, offset_minutes;
};

static const char *scan_date(struct scan *s, struct moment *m)
{
    if (!scan_number(s, 4, 0, 9999, &m->year))
        return "a year of four digits is expected";
    if (!scan_byte(s, '-'))
        return NULL;
    if (!scan_number(s, 2, 1, 12, &m->month))
        return "a month 01 to 12 is expected";
    if (!scan_byte(s, '-'))
        return NULL;
    if (!scan_number(s, 2, 1, days_in_month(m->year, m->month), &m->day))
        return "a day of that month is expected";
    return NULL;
}

static const char *scan_time(struct scan *s, struct moment *m)
{
    if (!scan_number(s, 2, 0, 23, &m->hour))
        return "an hour 00 to 23 is expected";
    if (!scan_byte(s, ':'))
        return NULL;
    if (!scan_number(s, 2, 0, 59, &m->minute))
        return "a minute 00 to 59 is expected";
    if (!scan_byte(s, ':'))
        return NULL;
    if (!scan_number(s, 2, 0, m->minute == 59 ? 60 : 59, &m->second))
        return "a second 00 to 59 (a leap second: 60) is expected";
    if (!scan_byte(s, '.'))
        return NULL;
    int scale = 100, digit;
    if (!scan_number(s, 1, 0, 9, &digit))
        return "digits are expected after the point";
    do {
        m->millis += digit * scale;
        scale /= 10;
    } while (s->at < s->end && *s->at >= '0' && *s->at <= '9' && scan_number(s, 1, 0, 9, &digit));
    return NULL;
}

static const char *scan_offset(struct scan *s, struct moment *m)
{
    if (s->at == s->end || scan_byte(s, 'Z'))
        return NULL;
    int hours, minutes, sign = 1;
    if (scan_byte(s, '-'))
        sign = -1;
    else if (!scan_byte(s, '+'))
        return "Z or an offset such as +01:00 is expected at the end";
    if (!scan_number(s, 2, 0, 23, &hours) || !scan_byte(s, ':') || !scan_number(s, 2, 0, 59, &minutes))
        return "an offset such as +01:00 is expected";
    m->offset_minutes = sign * (hours * 60 + minutes);
    return NULL;
}

bool inst_parse(const u8 *text, word bytes, i64 *millis, const char **error)
{
    struct scan s = {text, text + bytes};
    struct moment m = {.month = 1, .day = 1};
    *error = scan_date(&s, &m);
    if (!*error && scan_byte(&s, 'T'))
        *error = scan_time(&s, &m);
    if (!*error)
        *error = scan_offset(&s, &m);
    if (!*error && s.at != s.end)
        *error = "there is more text behind it";
    if (*error)
        return false;
    i64 minutes = (days_of_date(m.year, m.month, m.day) * 24 + m.hour) * 60 + m.minute - m.offset_minutes;
    *millis = minutes * 60000 + m.second * 1000 + m.millis;
    if (*millis < INST_MIN || *millis > INST_MAX)
        *error = "the years go from 0000 to 9999";
    return !*error;
}

/* nil where the text is no such number of hexadecimal digits. */
static bool scan_hex(struct scan *s, unsigned digits, u64 *value)
{
    u64 x = 0;
    if ((word)(s->end - s->at) < digits)
        return false;
    for (unsigned i = 0; i < digits; i++) {
        u8 c = *s->at++ | 0x20;
        if (c >= '0' && c <= '9')
            x = x << 4 | (c - '0');
        else if (c >= 'a' && c <= 'f')
            x = x << 4 | (c - 'a' + 10);
        else
            return false;
    }
    *value = x;
    return true;
}

bool uuid_parse(const u8 *text, word bytes, u64 *high, u64 *low)
{
    struct scan s = {text, text + bytes};
    u64 a, b, c, d, e;
    if (bytes != 36 || !scan_hex(&s, 8, &a) || !scan_byte(&s, '-') || !scan_hex(&s, 4, &b) || !scan_byte(&s, '-') ||
        !scan_hex(&s, 4, &c) || !scan_byte(&s, '-') || !scan_hex(&s, 4, &d) || !scan_byte(&s, '-') ||
        !scan_hex(&s, 12, &e))
        return false;
    *high = a << 32 | b << 16 | c;
    *low = d << 48 | e;
    return true;
}

/* --- printing ------------------------------------------------------------------------------------------------------
 */

void inst_print(struct buf *b, i64 millis)
{
    i64 days = millis / DAY_MS, rest = millis % DAY_MS;
    if (rest < 0) {
        rest += DAY_MS;
        days--;
    }
    int year, month, day, in_day = (int)rest;
    date_of_days(days, &year, &month, &day);
    buf_format(b, "%04d-%02d-%02dT%02d:%02d:%02d.%03d-00:00", year, month, day, in_day / 3600000, in_day / 60000 % 60,
               in_day / 1000 % 60, in_day % 1000);
}

void uuid_print(struct buf *b, u64 high, u64 low)
{
    buf_format(b, "%08x-%04x-%04x-%04x-%012llx", (unsigned)(high >> 32), (unsigned)(high >> 16 & 0xffff),
               (unsigned)(high & 0xffff), (unsigned)(low >> 48), (unsigned long long)(low & 0xffffffffffffull));
}

/* --- objects -------------------------------------------------------------------------------------------------------
 */

term mk_inst(struct proc *p, i64 millis)
{
    struct obj_inst *o = (struct obj_inst *)heap_take_box(p, T_INST, 0, INST_WORDS - 1);
    o->millis = mk_int(millis);
    return mk_box_ptr(o);
}

term mk_uuid(struct proc *p, u64 high, u64 low)
{
    struct obj_uuid *o = (struct obj_uuid *)heap_take_box(p, T_UUID, 0, UUID_WORDS - 1);
    o->high = high;
    o->low = low;
    return mk_box_ptr(o);
}

static term new_uuid(struct proc *p, u64 high, u64 low)
{
    return heap_reserve(p, UUID_WORDS) ? mk_uuid(p, high, low) : NONE;
}

/* --- natives -------------------------------------------------------------------------------------------------------
 */

term n_parse_inst(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    i64 millis;
    const char *error;
    if (!inst_parse(v.data, v.bytes, &millis, &error))
        return raise(p, E_ILLEGAL_ARGUMENT, "%T is no time: %s", ARG(0), error);
    return heap_reserve(p, INST_WORDS) ? mk_inst(p, millis) : NONE;
}

term n_inst(struct proc *p, unsigned n)
{
    i64 millis;
    if (!is_integer(ARG(0)))
        return raise_arg(p, 0, "milliseconds");
    if (!integer_to_i64(ARG(0), &millis) || millis < INST_MIN || millis > INST_MAX)
        return raise(p, E_RANGE_ERROR, "%T milliseconds are outside of the years 0 to 9999", ARG(0));
    return heap_reserve(p, INST_WORDS) ? mk_inst(p, millis) : NONE;
}

term n_inst_ms(struct proc *p, unsigned n)
{
    return is_type(ARG(0), T_INST) ? OBJ(inst, ARG(0))->millis : raise_arg(p, 0, "an inst");
}

term n_parse_uuid(struct proc *p, unsigned n)
{
    if (!is_string(ARG(0)))
        return raise_arg(p, 0, "a string");
    struct str_view v = str_view(ARG(0));
    u64 high, low;
    return uuid_parse(v.data, v.bytes, &high, &low) ? new_uuid(p, high, low) : NIL;
}

term n_random_uuid(struct proc *p, unsigned n)
{
    u64 bits[2];
    port_entropy(bits, sizeof(bits));
    u64 high = (bits[0] & ~0xf000ull) | 0x4000;         /* version 4: random */
    u64 low = (bits[1] & ~(3ull << 62)) | (2ull << 62); /* variant of RFC 9562 */
    return new_uuid(p, high, low);
}
