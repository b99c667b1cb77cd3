/* SPDX-License-Identifier: GPL-3.0-only */
#include "pit.h"

#include "cpu.h"

#define PIT_HZ 1193182
#define PIT_TICKS (PIT_HZ / 100)
#define PIT_CHANNEL_2 0x42
#define PIT_COMMAND 0x43
#define COMMAND_ONE_SHOT 0xb0 /* channel 2, low byte then high byte, counts down once */
#define SPEAKER 0x61
#define SPEAKER_GATE 0x01 /* lets channel 2 count */
#define SPEAKER_SOUND 0x02
#define SPEAKER_DONE 0x20
#define ATTEMPTS_MAX 30
#define AGREEMENT 1000 /* parts of the whole */

static u64 measure_once(u64 (*counter)(void))
{
    u8 gate = cpu_in8(SPEAKER) & (u8)~SPEAKER_SOUND;
    cpu_out8(SPEAKER, gate & (u8)~SPEAKER_GATE);
    cpu_out8(PIT_COMMAND, COMMAND_ONE_SHOT);
    cpu_out8(PIT_CHANNEL_2, PIT_TICKS & 0xff);
    cpu_out8(PIT_CHANNEL_2, PIT_TICKS >> 8);
    cpu_out8(SPEAKER, gate | SPEAKER_GATE);
    u64 start = counter();
    while (!(cpu_in8(SPEAKER) & SPEAKER_DONE))
        continue;
    u64 ticks = counter() - start;
    cpu_out8(SPEAKER, gate & (u8)~SPEAKER_GATE);
    return ticks * PIT_HZ / PIT_TICKS;
}

/*
 * What interrupts a measurement (an emulator's host, firmware) only makes it longer: the least is the best, and good
 * when another one comes close to it.
 */
u64 pit_rate_of(u64 (*counter)(void))
{
    u64 best = measure_once(counter);
    for (unsigned i = 1; i < ATTEMPTS_MAX; i++) {
        u64 hz = measure_once(counter), least = hz < best ? hz : best;
        bool agree = (hz < best ? best - hz : hz - best) < least / AGREEMENT;
        best = least;
        if (agree)
            break;
    }
    return best;
}
