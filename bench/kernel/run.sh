#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh ARCH: what operations of the built-in kernel cost in instructions, and of seL4 where SEL4_PREFIX names one (a release build in the
# built-in kernel's configuration; for aarch64, QEMU's `virt` with 1 GiB). A line is an operation, built-in, seL4, built-in / seL4.
cd "$(dirname "$0")/../.." || exit 1
arch=${1:-x86_64}
own=build/kernel-$arch
case $arch in
x86_64) cpu=max ;;
aarch64) cpu=cortex-a53 ;;
*)
    echo "no kernel for $arch" >&2
    exit 64
    ;;
esac
# count FOLDER ROOT_TASK
count() {
    BOOT_LOG=$log BOOT_SECONDS=60 BOOT_OPTIONS='-icount shift=0,sleep=off' sh test/kernel/boot.sh "$1" 1G $cpu "$2" '^costs: done$' >&2 || exit 1
    grep -E '^[a-z ,]+: [0-9]+$' "$log"
}
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT
make -s -j2 ${CC:+CC="$CC"} SEL4_PREFIX= ARCH="$arch" kernel $own/costs.elf >&2 || exit 1
count $own $own/costs.elf >"$log.own"
if [ -z "${SEL4_PREFIX:-}" ]; then
    cat "$log.own"
    exit
fi
other=build/sel4-$arch/costs
mkdir -p "$other"
if [ "$arch" = x86_64 ]; then
    objcopy -O elf32-i386 "$SEL4_PREFIX/bin/kernel.elf" "$other/kernel.elf32" || exit 1
    count "$other" $own/costs.elf >"$log.other"
else
    make -s -j2 ${CC:+CC="$CC"} SEL4_PREFIX="$SEL4_PREFIX" ARCH="$arch" "$other/image-$arch" >&2 || exit 1
    cp "$other/image-$arch" "$other/kernel.img"
    count "$other" - >"$log.other"
fi
echo '| operation | built-in | seL4 | ratio |'
echo '|---|---|---|---|'
paste -d: "$log.own" "$log.other" | awk -F': *' '{printf "| %s | %d | %d | %.2f |\n", $1, $2, $4, $2 / $4}'
