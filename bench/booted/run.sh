#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh [PROGRAM...]: instructions that programs of bench/lonala (compute.txt) take, on x86_64: booted, under QEMU's -icount shift=0, where the
# clock counts them, and hosted, by callgrind, without those of an empty program. A line is a program, booted, hosted, booted / hosted.
cd "$(dirname "$0")/../.." || exit 1
image=build/built-in-x86_64/bench
# shellcheck disable=SC2046
programs=${*:-$(cat bench/compute.txt)}
make -s -j2 ${CC:+CC="$CC"} SEL4_PREFIX= ARCH=x86_64 BUILD=build/release BENCHED="$programs" build/release/lona $image/image-x86_64 || exit 1
strip -g -o $image/lona-hosted build/release/lona
hosted() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null $image/lona-hosted "$@" 2>&1 >/dev/null | sed -n 's/.*Collected *: *//p'
}
empty=$(hosted -e 1)
sh port/sel4/boot.sh x86_64 $image -icount shift=0,sleep=off </dev/null | tee $image/log | sed -n 's/^instructions //p' >$image/booted
echo '| program | booted | hosted | ratio |'
echo '|---|---|---|---|'
for program in $programs; do
    h=$(($(hosted "bench/lonala/$program.lona-s") - empty))
    awk -v name="$program" -v h=$h '$1 ~ "/" name ".lona-s$" {printf "| %s | %.0f | %.0f | %.2f |\n", name, $2, h, $2 / h}' $image/booted
done
