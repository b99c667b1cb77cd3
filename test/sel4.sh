#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# sel4.sh: where SEL4_PREFIX names a seL4 kernel for ARCH, boots Lona on it in QEMU and runs the library's tests there.
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
if [ -z "${SEL4_PREFIX:-}" ]; then
    echo "skipped: SEL4_PREFIX is not set"
    finish
    exit
fi
arch=${ARCH:-x86_64}
folder=build/sel4-$arch/tests
yes_or_no "build (seL4, $arch)" make -s -j2 SEL4_PREFIX="$SEL4_PREFIX" ARCH="$arch" "$folder/image-$arch"
step "library (seL4, $arch)" sh port/sel4/boot.sh "$arch" "$folder" </dev/null
finish
