#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh ARCH [PROGRAM...]: instructions that programs of bench/lonala (compute.txt) take on x86_64 or aarch64: booted, under QEMU's -icount
# shift=0, where the clock counts them, and hosted, without those of an empty program: on x86_64 by callgrind, on aarch64 by the performance
# counters of a Debian Linux in QEMU (count.c), whose kernel is downloaded. A line is a program, booted, hosted, booted / hosted.
set -e
cd "$(dirname "$0")/../.."
arch=${1:-x86_64}
[ $# = 0 ] || shift
image=build/built-in-$arch/bench
programs=${*:-$(cat bench/compute.txt)}
lines=$image/hosted
cc=${CC:-clang-19}
count='-icount shift=0,sleep=off'
make -s -j2 CC="$cc" SEL4_PREFIX= ARCH="$arch" BENCHED="$programs" "$image/image-$arch" >&2

# Lines "instructions PROGRAM N", "empty" among them.
hosted_x86_64() {
    make -s -j2 CC="$cc" BUILD=build/release build/release/lona >&2
    strip -g -o "$image/lona-hosted" build/release/lona
    for program in empty $programs; do
        [ "$program" = empty ] && set -- -e 1 || set -- "bench/lonala/$program.lona-s"
        printf 'instructions %s ' "$program"
        valgrind --tool=callgrind --callgrind-out-file=/dev/null "$image/lona-hosted" "$@" 2>&1 >/dev/null | sed -n 's/.*Collected *: *//p'
    done
}
# Debian's kernel, of the package that linux-image-arm64 stands for.
linux() {
    [ -f build/linux/vmlinuz ] && return
    mkdir -p build/linux
    package=$(apt-cache depends linux-image-arm64:arm64 | sed -n 's/.*Depends: \(linux-image-[^: ]*\).*/\1/p' | head -n 1)
    (cd build/linux && apt-get download -qq "$package:arm64")
    dpkg-deb --fsys-tarfile build/linux/*.deb | tar -x -O --wildcards './boot/vmlinuz-*' >build/linux/vmlinuz.new
    mv build/linux/vmlinuz.new build/linux/vmlinuz
    rm build/linux/*.deb
}
hosted_aarch64() {
    lona=build/aarch64/lona
    root=$image/root
    target="$cc --target=aarch64-linux-gnu"
    make -s -j2 CC="$target" BUILD=build/aarch64 $lona >&2
    linux >&2
    rm -rf "$root"
    mkdir -p "$root/lib/aarch64-linux-gnu"
    $target -static -O1 -Wall -Wextra -o "$root/init" bench/booted/count.c
    aarch64-linux-gnu-strip -g -o "$root/lona" $lona
    cp -L /lib/ld-linux-aarch64.so.1 "$root/lib"
    for library in $(aarch64-linux-gnu-readelf -d $lona | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'); do
        cp -L "$(ls "/lib/aarch64-linux-gnu/$library" "/usr/lib/aarch64-linux-gnu/$library" 2>/dev/null | head -n 1)" "$root/lib/aarch64-linux-gnu"
    done
    for program in $programs; do
        cp "bench/lonala/$program.lona-s" "$root/$program"
    done
    (cd "$root" && find . | cpio -o -H newc --quiet) >"$image/root.cpio"
    # shellcheck disable=SC2086
    timeout -k 5 3000 qemu-system-aarch64 -machine virt -cpu cortex-a53 -m 2G $count -kernel build/linux/vmlinuz -initrd "$image/root.cpio" \
        -append "console=ttyAMA0 quiet panic=-1 -- $(echo $programs)" -display none -serial stdio -no-reboot </dev/null | tr -d '\r'
}
"hosted_$arch" >"$lines"
# shellcheck disable=SC2086
sh port/sel4/boot.sh "$arch" "$image" $count </dev/null >"$image/log" || true
echo '| program | booted | hosted | ratio |'
echo '|---|---|---|---|'
for program in $programs; do
    sed -n 's/^instructions //p' "$lines" "$image/log" | awk -v name="$program" '
        $1 == "empty" {empty = $2}
        $1 == name {hosted = $2}
        $1 ~ "/" name ".lona-s$" {booted = $2}
        END {hosted -= empty; printf "| %s | %.0f | %.0f | %.2f |\n", name, booted, hosted, booted / hosted}'
done
