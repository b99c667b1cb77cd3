#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# fuzz.sh FOLDER SEED ROUNDS: random system calls (test/kernel/fuzz) on FOLDER's kernel, which is one that checks its own rules. An
# instruction is 8 ns, so a seed gives the same run each time; a round takes a third of a second of that time, and a tenth of ours.
# Exit status 0 when all rounds were done and the memory came back after each.
make -s "$1/fuzz-$2-$3.elf" KERNEL="$1" || exit 1
log=$1/fuzz-$2-$3.log
timeout "${FUZZ_SECONDS:-600}" qemu-system-x86_64 -machine q35 -cpu max -m 256M -icount shift=3,sleep=off -kernel "$1/kernel.elf32" \
    -initrd "$1/fuzz-$2-$3.elf" -display none -serial "file:$log" -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4
grep -q '^fuzz: done' "$log" || {
    echo "seed $2 did not come to its end:"
    tail -n 40 "$log"
    exit 1
}
grep '^fuzz:' "$log"
