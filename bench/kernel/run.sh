#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh [KERNEL]: what operations of the built-in kernel cost in instructions, on x86_64, and of another one, kernel.elf as seL4's build
# leaves it (a release build in the built-in kernel's configuration).
cd "$(dirname "$0")/../.." || exit 1
own=build/kernel-x86_64
make -s -j2 SEL4_PREFIX= kernel $own/costs.elf || exit 1
count() {
    log=$(mktemp)
    timeout 60 qemu-system-x86_64 -machine q35 -cpu max -m 512M -icount shift=0,sleep=off -kernel "$1" -initrd $own/costs.elf -display none \
        -serial "file:$log" -no-reboot &
    qemu=$!
    tries=0
    until grep -q '^costs: ' "$log" || [ $tries = 300 ]; do
        sleep 0.2
        tries=$((tries + 1))
    done
    kill $qemu 2>/dev/null
    wait $qemu 2>/dev/null
    tr -d '\r' <"$log" | grep -E '^[a-z ,]+: [0-9]+$'
    rm -f "$log"
}
echo "== built-in"
count $own/kernel.elf32
if [ $# = 1 ]; then
    objcopy -O elf32-i386 "$1" $own/other.elf32 || exit 1
    echo "== $1"
    count $own/other.elf32
fi
