/* SPDX-License-Identifier: GPL-3.0-only */
#include "edu.h"
#include "alike.h"

/* The configuration space of PCI, by the ports of its first mechanism. */
#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE (1u << 31)
#define EDU_ID 0x11e81234u
#define PCI_COMMAND 0x04
#define PCI_COMMAND_MEMORY 2u
#define PCI_COMMAND_MASTER 4u
#define PCI_BAR0 0x10
#define PCI_CAPABILITIES 0x34
#define CAPABILITY_MSI 5u
#define MSI_ENABLE (1u << 16) /* of its first word */
#define MSI_ADDRESS 4
#define MSI_ADDRESS_HIGH 8
#define MSI_DATA 12

#define APIC_WINDOW 0xfee00000u /* of the first core */
#define FIRST_VECTOR 0x30u

#define REGISTERS_AT (AT + 64 * 4096)
#define UNCACHED 3
#define EDU_IDENTITY 0
#define EDU_RAISE (0x60 / 4)
#define EDU_LOWER (0x64 / 4)

static u64 config;
static u32 device; /* its address in the configuration space */

static u32 config_read(u64 at)
{
    ask(config, PORT_OUT32, WORDS(CONFIG_ADDRESS, device | at), NONE);
    ask(config, PORT_IN32, WORDS(CONFIG_DATA), NONE);
    return (u32)answer[0];
}
static void config_write(u64 at, u32 value)
{
    ask(config, PORT_OUT32, WORDS(CONFIG_ADDRESS, device | at), NONE);
    ask(config, PORT_OUT32, WORDS(CONFIG_DATA, value), NONE);
}
static bool find_device(void)
{
    for (u32 i = 0; i < 32; i++) {
        device = CONFIG_ENABLE | i << 11;
        if (config_read(0) == EDU_ID)
            return true;
    }
    return false;
}
static void send_messages(u64 irq)
{
    u64 at = config_read(PCI_CAPABILITIES) & 0xff;
    while (at && (config_read(at) & 0xff) != CAPABILITY_MSI)
        at = config_read(at) >> 8 & 0xff;
    config_write(at + MSI_ADDRESS, APIC_WINDOW);
    config_write(at + MSI_ADDRESS_HIGH, 0);
    config_write(at + MSI_DATA, FIRST_VECTOR + (u32)irq);
    config_write(at, config_read(at) | MSI_ENABLE);
}
/* Device memory is had from its beginning only: halves of halves lead to the page. */
static u64 page_at(u64 physical)
{
    for (u64 i = 0; i < untyped_count(); i++) {
        u64 at = untyped_address(i), untyped = untyped_slot(i);
        unsigned bits = untyped_bits(i);
        if (!untyped_is_device(i) || physical >> bits != at >> bits)
            continue;
        while (bits-- > 12) {
            u64 low = make_from(untyped, UNTYPED, bits), high = make_from(untyped, UNTYPED, bits);
            untyped = physical >> bits & 1 ? high : low;
        }
        return make_from(untyped, PAGE, 0);
    }
    return 0;
}

volatile u32 *edu_open(u64 irq)
{
    config = next_slot++;
    say("ports of the configuration space",
        ask(PORT_CONTROL, PORT_ISSUE, WORDS(CONFIG_ADDRESS, CONFIG_DATA + 3, config, 64), WORDS(CNODE)), 0);
    if (!find_device())
        return NULL;
    config_write(PCI_COMMAND, config_read(PCI_COMMAND) | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER);
    send_messages(irq);
    u64 page = page_at(config_read(PCI_BAR0) & ~0xfffull);
    say("registers of the device", ask(page, PAGE_MAP, WORDS(REGISTERS_AT, RIGHTS_READ_WRITE, UNCACHED), WORDS(VSPACE)),
        0);
    return (volatile u32 *)REGISTERS_AT;
}
void edu_raise(volatile u32 *registers)
{
    registers[EDU_RAISE] = 1;
}
void edu_lower(volatile u32 *registers)
{
    registers[EDU_LOWER] = 1;
}
