/* SPDX-License-Identifier: GPL-3.0-only */
/* A PC: a 16550, time of day in the CMOS clock, time-stamp counter, RDRAND. */
#include "../machine.h"

#include "../bootinfo.h"
#include "../caps.h"

#include <cpuid.h>
#include <lona/boot_serial.h>

#define UART_DATA 0
#define UART_INTERRUPTS 1
#define UART_FIFO 2
#define UART_LINE 3
#define UART_MODEM 4
#define UART_STATUS 5
#define UART_SCRATCH 7
#define FIFOS_ON 0xc0
#define STATUS_DATA 0x01
#define STATUS_ROOM 0x20
#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71

/* The console of a kernel that tells of none, as seL4 does: COM1, if it answers. */
static const struct boot_serial usual_serial = {.port = 0x3f8, .interrupt = 4};

static struct {
    seL4_CPtr serial, cmos; /* ports; 0: not there */
    struct boot_serial console;
    u64 hz;
} machine;

/* --- ports --- */

static seL4_CPtr ports_take(word first, word last)
{
    seL4_CPtr slot = caps_slot();
    if (!slot || seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, first, last, caps_root(), slot, caps_root_depth()))
        return 0;
    return slot;
}
static u8 in(seL4_CPtr ports, word port)
{
    return seL4_X86_IOPort_In8(ports, (seL4_Uint16)port).result;
}
static void out(seL4_CPtr ports, word port, u8 value)
{
    seL4_X86_IOPort_Out8(ports, port, value);
}

/* --- the serial line --- */

static u8 serial_in(word which)
{
    return in(machine.serial, machine.console.port + which);
}
static void serial_out(word which, u8 value)
{
    out(machine.serial, machine.console.port + which, value);
}
static bool serial_answers(void)
{
    serial_out(UART_SCRATCH, 0x5a);
    bool first = serial_in(UART_SCRATCH) == 0x5a;
    serial_out(UART_SCRATCH, 0xa5);
    return first && serial_in(UART_SCRATCH) == 0xa5;
}
static void serial_init(const seL4_BootInfo *info)
{
    word bytes;
    const struct boot_serial *told = bootinfo_chunk(info, BOOT_SERIAL_ID, &bytes);
    machine.console = told && bytes >= sizeof *told ? *told : usual_serial;
    machine.serial = ports_take(machine.console.port, machine.console.port + 7);
    if (!machine.serial)
        return;
    if (!serial_answers()) {
        machine.serial = 0; /* the capability stays: nobody needs ports that have no device */
        return;
    }
    serial_out(UART_INTERRUPTS, 0);
    serial_out(UART_LINE, 0x80); /* the divisor: 115200 baud */
    serial_out(UART_DATA, 1);
    serial_out(UART_INTERRUPTS, 0);
    serial_out(UART_LINE, 0x03); /* 8 bits, no parity, one stop bit */
    if ((serial_in(UART_FIFO) & FIFOS_ON) != FIFOS_ON) {
        serial_out(UART_FIFO, 0x01);
        (void)serial_in(UART_DATA); /* QEMU looks for input again only when what that emptied is read */
    }
    serial_out(UART_MODEM, 0x03);
}
void machine_serial_put(u8 byte)
{
    if (!machine.serial)
        return;
    while (!(serial_in(UART_STATUS) & STATUS_ROOM))
        continue;
    serial_out(UART_DATA, byte);
}
int machine_serial_get(void)
{
    if (!machine.serial || !(serial_in(UART_STATUS) & STATUS_DATA))
        return -1;
    return serial_in(UART_DATA);
}

bool machine_console(char *name, u64 *number)
{
    const struct boot_serial *c = &machine.console;
    const u64 numbers[] = {c->port, c->interrupt, c->level, c->low, 0};
    __builtin_memcpy(name, "ns16550", sizeof "ns16550");
    __builtin_memcpy(number, numbers, sizeof numbers);
    return machine.serial && c->interrupt;
}
seL4_CPtr machine_ports(word first, word count)
{
    return first == machine.console.port && count == 8 ? machine.serial
           : first == CMOS_INDEX && count == 2         ? machine.cmos
                                                       : 0;
}
seL4_CPtr machine_device_page(word address)
{
    return 0;
}

/* --- time --- */

u64 machine_counter(void)
{
    return __builtin_ia32_rdtsc();
}
u64 machine_counter_hz(void)
{
    return machine.hz;
}

static u8 cmos(u8 index)
{
    out(machine.cmos, CMOS_INDEX, index);
    return in(machine.cmos, CMOS_DATA);
}
enum { SECOND, MINUTE, HOUR, DAY, MONTH, YEAR, FIELDS };
static void clock_read(u8 *field)
{
    static const u8 index[FIELDS] = {0, 2, 4, 7, 8, 9};
    while (cmos(0x0a) & 0x80) /* it is being updated */
        continue;
    for (unsigned i = 0; i < FIELDS; i++)
        field[i] = cmos(index[i]);
}
/* Days from 1970-01-01, by the Gregorian calendar. */
static u64 days_until(u64 year, u64 month, u64 day)
{
    u64 y = month > 2 ? year : year - 1, m = month > 2 ? month - 3 : month + 9; /* the year begins in March */
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}
u64 machine_wall_seconds(void)
{
    u8 now[FIELDS], before[FIELDS];
    if (!machine.cmos)
        return 0;
    clock_read(now);
    do {
        __builtin_memcpy(before, now, sizeof now);
        clock_read(now);
    } while (__builtin_memcmp(before, now, sizeof now) != 0);
    u8 format = cmos(0x0b);
    bool afternoon = now[HOUR] & 0x80;
    now[HOUR] &= 0x7f;
    for (unsigned i = 0; i < FIELDS && !(format & 4); i++)
        now[i] = (u8)((now[i] >> 4) * 10 + (now[i] & 15));
    u64 hour = format & 2 ? now[HOUR] : (u64)now[HOUR] % 12 + (afternoon ? 12 : 0);
    u64 day = days_until(2000 + (u64)now[YEAR], now[MONTH], now[DAY]);
    return ((day * 24 + hour) * 60 + now[MINUTE]) * 60 + now[SECOND];
}

/* --- chance --- */

__attribute__((target("rdrnd"))) word machine_entropy(u8 *buffer, word bytes)
{
    unsigned a, b, c = 0, d;
    word done = 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_RDRND))
        return 0;
    for (unsigned tries = 0; done < bytes && tries < 1000; tries++) {
        unsigned long long r;
        word n = bytes - done < sizeof r ? bytes - done : sizeof r;
        if (!__builtin_ia32_rdrand64_step(&r))
            continue;
        __builtin_memcpy(buffer + done, &r, n);
        done += n;
    }
    return done;
}

void machine_init(const seL4_BootInfo *info)
{
    word bytes;
    unsigned a, b, c, d;
    ENSURE(__get_cpuid(1, &a, &b, &c, &d) && (c & bit_POPCNT), "the processor counts bits (POPCNT, as all since 2008)");
    const u32 *mhz = bootinfo_chunk(info, SEL4_BOOTINFO_HEADER_X86_TSC_FREQ, &bytes);
    ENSURE(mhz && bytes >= sizeof *mhz && *mhz, "the kernel tells the frequency of the time-stamp counter");
    machine.hz = *mhz * 1000000ull;
    serial_init(info);
    machine.cmos = ports_take(CMOS_INDEX, CMOS_DATA);
}
