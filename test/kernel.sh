#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# kernel.sh: boots the built-in kernel in QEMU, built by each compiler, with its own assertions on, with little and with much memory; then
# Lona on it, and the library's tests. Where SEL4_PREFIX names a seL4 kernel, answers are compared with its own, and Lona as it is built
# for that kernel boots on the built-in one.
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
boot="sh test/kernel/boot.sh"
for cc in gcc clang-19; do
    h=build/kernel-host-$cc
    yes_or_no "build (portable kernel on the host, $cc)" make -s -j2 $h/unit KERNEL_HOST=$h CC="$cc"
    step "portable kernel on the host ($cc)" $h/unit
done
for cc in gcc clang-19; do
    k=build/kernel-x86_64-debug-$cc
    yes_or_no "build (kernel, $cc)" make -s -j2 kernel-tests KERNEL=$k KERNEL_MODE=-DLONA_DEBUG CC=$cc
    yes_or_no "boots to a root task with 256M ($cc)" $boot $k 256M max $k/hello.elf '^memory: 25[0-6] MiB free' '^user: hello$' \
        '^kernel: halted by '
    yes_or_no "tells of a fault that nobody handles ($cc)" $boot $k 256M max $k/fault.elf '^user: hello$' 'stops with fault 6 at 4000.*: 10 0 6'
    yes_or_no "answers of the architecture's objects ($cc)" sh test/kernel/answers.sh $k $k/machine.elf
done
yes_or_no "random system calls" sh test/kernel/fuzz.sh $k 1 400
yes_or_no "boots with 16G" $boot $k 16G max $k/hello.elf '^memory: 163[78][0-9] MiB free' '^kernel: halted by '
yes_or_no "boots without pages of 1 GiB" $boot $k 5G qemu64 $k/hello.elf '^memory: 511[0-9] MiB free' '^kernel: halted by '
own=build/built-in-x86_64
yes_or_no "build (Lona on the release kernel)" make -s -j2 SEL4_PREFIX= ARCH=x86_64 CC=clang-19 kernel $own/lona/lona.elf $own/tests/image-x86_64
# What is typed before the serial line is set up may be lost: blanks.
printf '%20s\r(* 6 7)\r' '' >$own/typed
export BOOT_INPUT=$own/typed
yes_or_no "Lona boots on it and answers" $boot build/kernel-x86_64 1G max $own/lona/lona.elf '^Lona .*ctrl-d' '[^0-9]42$'
yes_or_no "on a kernel that checks its own rules, too" $boot $k 1G max $own/lona/lona.elf '^Lona .*ctrl-d' '[^0-9]42$'
unset BOOT_INPUT
step "library, booted" sh port/sel4/boot.sh x86_64 $own/tests
if [ -n "${SEL4_PREFIX:-}" ]; then
    real=build/kernel-real-x86_64
    mkdir -p $real
    objcopy -O elf32-i386 "$SEL4_PREFIX/bin/kernel.elf" $real/kernel.elf32
    yes_or_no "the same answers on seL4" sh test/kernel/answers.sh $real $k/machine.elf
    yes_or_no "build (Lona for seL4)" make -s -j2 SEL4_PREFIX="$SEL4_PREFIX" build/sel4-x86_64/lona/lona.elf
    yes_or_no "Lona for seL4 boots on it" $boot build/kernel-x86_64 1G max build/sel4-x86_64/lona/lona.elf '^Lona .*ctrl-d'
else
    echo "skipped: SEL4_PREFIX is not set, so nothing is compared with seL4"
fi
finish
