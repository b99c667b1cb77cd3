#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# screen.sh FOLDER: GRUB sets a mode of the screen and boots FOLDER's kernel, whose root task finds the screen in BootInfo.
disk=$(mktemp)
log=$(mktemp)
sh boot/x86_64/disk.sh "$disk" "$1/kernel.elf" "$1/screen.elf" 800x600x32 &&
    BOOT_DISK=$disk BOOT_LOG=$log sh test/kernel/boot.sh "$1" 256M max - '^screen: done$' &&
    grep '^screen: ' "$log" | diff test/kernel/x86_64/screen.answers -
status=$?
rm -f "$disk" "$log"
exit $status
