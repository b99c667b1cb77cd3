#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# kernel.sh: boots the built-in kernel in QEMU, built by each compiler, with its own assertions on, with little and with much memory.
# Where SEL4_PREFIX names headers for port/sel4, Lona is its root task too.
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
boot="sh test/kernel/boot.sh"
for cc in gcc clang-19; do
    rm -rf build/kernel-host
    yes_or_no "build (portable kernel on the host, $cc)" make -s -j2 build/kernel-host/unit CC="$cc"
    step "portable kernel on the host ($cc)" build/kernel-host/unit
done
for cc in gcc clang-19; do
    k=build/kernel-x86_64-debug-$cc
    yes_or_no "build (kernel, $cc)" make -s -j2 kernel-tests KERNEL=$k KERNEL_MODE=-DLONA_DEBUG CC=$cc
    yes_or_no "boots to a root task with 256M ($cc)" $boot $k 256M max $k/hello.elf '^memory: 25[0-6] MiB free' '^user: hello$' \
        '^kernel: halted by '
    yes_or_no "tells of a fault that nobody handles ($cc)" $boot $k 256M max $k/fault.elf '^user: hello$' 'stops with fault 6 at 4000.*: 10 0 6'
    yes_or_no "answers of the architecture's objects ($cc)" sh test/kernel/answers.sh $k $k/machine.elf
done
yes_or_no "boots with 16G" $boot $k 16G max $k/hello.elf '^memory: 163[78][0-9] MiB free' '^kernel: halted by '
yes_or_no "boots without pages of 1 GiB" $boot $k 5G qemu64 $k/hello.elf '^memory: 511[0-9] MiB free' '^kernel: halted by '
if [ -n "${SEL4_PREFIX:-}" ]; then
    real=build/kernel-real-x86_64
    mkdir -p $real
    objcopy -O elf32-i386 "$SEL4_PREFIX/bin/kernel.elf" $real/kernel.elf32
    yes_or_no "the same answers on seL4" sh test/kernel/answers.sh $real $k/machine.elf
    yes_or_no "build (release kernel)" make -s -j2 kernel CC=clang-19
    yes_or_no "build (Lona for it)" make -s -j2 SEL4_PREFIX="$SEL4_PREFIX" build/sel4-x86_64/lona/lona.elf
    yes_or_no "Lona boots on it" $boot build/kernel-x86_64 1G max build/sel4-x86_64/lona/lona.elf '^Lona .*ctrl-d'
else
    echo "skipped: SEL4_PREFIX is not set, so Lona is not booted on the built-in kernel"
fi
finish
