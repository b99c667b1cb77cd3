#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# fuzz.sh ARCH FOLDER SEED ROUNDS: random system calls (test/kernel/fuzz) on FOLDER's kernel, which is one that checks its own rules. An
# instruction is 8 ns, so a seed gives the same run each time; a round takes a quarter of a second of that time, and a tenth of ours.
# Prints how often each operation was asked for and done. Exit status 0 when all rounds were done, the memory came back after each, and,
# where there were at least 400, nothing that can be done was never done. FUZZ_OPTIONS: more for QEMU.
root=$2/fuzz-$3-$4
make -s "$root.elf" ARCH="$1" KERNEL="$2" || exit 1
case $1 in
x86_64) machine="qemu-system-x86_64 -machine q35 -cpu max -kernel $2/kernel.elf32 -device isa-debug-exit,iobase=0xf4,iosize=4" ;;
aarch64) machine="qemu-system-aarch64 -machine virt -cpu cortex-a53 -kernel $2/kernel.img -semihosting" ;;
esac
# shellcheck disable=SC2086
timeout -k 5 "${FUZZ_SECONDS:-600}" $machine -m 256M -icount shift=3,sleep=off -initrd "$root.elf" -display none -serial "file:$root.log" -no-reboot ${FUZZ_OPTIONS:-}
grep -q '^fuzz: done' "$root.log" || {
    echo "seed $3 did not come to its end:"
    tail -n 40 "$root.log"
    exit 1
}
grep '^fuzz:' "$root.log"
