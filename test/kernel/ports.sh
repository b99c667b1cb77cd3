#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# ports.sh FOLDER LONA: FOLDER's kernel (x86_64) finds its console where the firmware has serial ports: the BIOS's first that answers, or the one
# that ACPI's SPCR names; without any it boots, too. Lona's image in the folder LONA has its prompt there.
first=$(mktemp)
second=$(mktemp)
table=$(mktemp)
trap 'rm -f "$first" "$second" "$table"' EXIT
status=0

# boots OPTION...: until the root task, hello.elf, halts the machine.
boots() {
    : >"$first"
    : >"$second"
    timeout -k 5 30 qemu-system-x86_64 -machine q35 -cpu max -m 256M -kernel "$folder/kernel.elf32" -initrd "$folder/hello.elf" -display none \
        -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 "$@" </dev/null
    code=$?
    [ $code = 33 ] || {
        echo "status $code with $*"
        status=1
    }
}
# hellos FILE N WHAT: the root task said hello there so many times.
hellos() {
    found=$(tr -d '\r' <"$1" | grep -c '^user: hello$')
    [ "$found" = "$2" ] || {
        echo "$3: $found lines of the root task's"
        status=1
    }
}
folder=$1
boots -serial none
boots -serial "file:$first" -serial "file:$second"
hellos "$first" 1 "the BIOS's first"
hellos "$second" 0 "the BIOS's second"
boots -serial none -serial none -device isa-serial,iobase=0x2e8,irq=3,chardev=c -chardev "file,id=c,path=$second"
hellos "$second" 1 "only the BIOS's fourth"
# What follows the table's header: a 16550 at the ports from 2f8 on, interrupt 3.
printf '\000\000\000\000\001\010\000\001\370\002\000\000\000\000\000\000\003\003\003\000\000\000\007\000\001\000\000\000' >"$table"
head -c 24 /dev/zero >>"$table"
boots -serial "file:$first" -serial "file:$second" -acpitable "sig=SPCR,data=$table"
hellos "$first" 0 "not what the SPCR names"
hellos "$second" 1 "what the SPCR names"
boots -serial "file:$first" -acpitable "sig=SPCR,data=$table"
hellos "$first" 1 "where nothing answers that the SPCR names"
answers=$(printf '\n(:address (lona.hw/console-device))\n(:driver (lona.console/status))\n\004' |
    timeout 100 sh port/sel4/boot.sh x86_64 "$2" -serial null -acpitable "sig=SPCR,data=$table" | tr -d '\r')
for wanted in 760 :ns16550; do
    printf '%s\n' "$answers" | grep -qE "(^|[^0-9])$wanted\$" || {
        echo "Lona says no $wanted where the SPCR names the second port"
        status=1
    }
done
exit $status
