#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# boot.sh MEMORY CPU MODULE REGEX...: boots the built-in kernel in QEMU with MODULE as its root task's image. Exit status 0 when each
# REGEX matches a line of what comes over the serial line.
memory=$1
cpu=$2
module=$3
shift 3
log=$(mktemp)
timeout "${BOOT_SECONDS:-60}" qemu-system-x86_64 -machine q35 -cpu "$cpu" -m "$memory" -kernel build/kernel-x86_64/kernel.elf32 \
    -initrd "$module" -display none -serial stdio -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 </dev/null 2>&1 |
    tr -d '\r' >"$log"
status=0
for regex; do
    grep -qE -e "$regex" "$log" || {
        echo "no line matches $regex"
        status=1
    }
done
[ $status = 0 ] || cat "$log"
rm -f "$log"
exit $status
