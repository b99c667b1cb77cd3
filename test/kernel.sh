#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# kernel.sh: boots the built-in kernel in QEMU, built by each compiler, with little and with much memory.
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
module=$(mktemp)
head -c 4096 /dev/zero >"$module"
for cc in gcc clang-19; do
    rm -rf build/kernel-x86_64
    yes_or_no "build (kernel, $cc)" make -s -j2 kernel CC="$cc"
    yes_or_no "boots with 256M ($cc)" sh test/kernel/boot.sh 256M max "$module" '^memory: 25[0-6] MiB free'
done
yes_or_no "boots with 16G" sh test/kernel/boot.sh 16G max "$module" '^memory: 163[78][0-9] MiB free'
yes_or_no "boots without pages of 1 GiB" sh test/kernel/boot.sh 5G qemu64 "$module" '^memory: 511[0-9] MiB free'
rm -f "$module"
finish
