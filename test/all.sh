#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# all.sh: everything. The last line is "N passed, N failed".
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
export ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS=external_symbolizer_path=$(command -v llvm-symbolizer || echo /usr/bin/llvm-symbolizer)
mode() { # mode NAME CC [FOLDER...]: builds in that mode, runs the C units and the library's tests
    label=$1
    [ "$2" = clang-19 ] || label=$1-$2
    build=build/$label
    yes_or_no "build ($1, $2)" make -s -j2 MODE="$1" CC="$2" BUILD="$build" "$build/lona" "$build/unit"
    step "C units ($label)" "$build/unit"
    shift 2
    step "library ($label)" sh test/library.sh "$build/lona" "$@"
}
tsan() {
    yes_or_no "build (tsan)" make -s -j2 MODE=tsan BUILD=build/tsan build/tsan/lona
    # test/differential uses one process only. ThreadSanitizer delivers signals late or never, so host_test cannot pass there.
    # shellcheck disable=SC2046
    step "library (tsan)" sh test/library.sh build/tsan/lona \
        $(sh tools/library_files.sh -t lib test/lona test/processes | grep -v '/host_test')
    echo "== lona.host (tsan): skipped"
}
with_gcc() {
    yes_or_no "build (gcc)" make -s -j2 CC=gcc BUILD=build/gcc build/gcc/lona build/gcc/unit
    step "C units (gcc)" build/gcc/unit
    step "library (gcc)" sh test/library.sh build/gcc/lona
}
preempt() {
    mode preempt clang-19
    step "soak, 10 s (preempt)" sh test/soak.sh build/preempt/lona 10
}
compilers() {
    yes_or_no "build (clang 14)" make -s -j2 CC=clang BUILD=build/clang14 build/clang14/lona
    yes_or_no "build (port/minimal)" make -s -j2 BUILD=build/minimal build/minimal/minimal
}
programs() {
    step "stress" sh test/library.sh build/release/lona test/stress
    step "programs" sh test/programs.sh build/release/lona
    yes_or_no "build (debug)" make -s -j2 MODE=debug BUILD=build/debug build/debug/lona
    step "soak, 15 s (debug)" sh test/soak.sh build/debug/lona 15
}
for packages in packages arm64-packages disk-packages; do
    sh tools/setup.sh tools/$packages.txt >/dev/null
done
script sh test/check.sh
# Those that take longest come first.
part script sh test/kernel.sh aarch64
part script sh test/kernel.sh x86_64
part script sh test/aarch64.sh
part tsan
# The differential tests of arithmetic alone would take minutes; C units do the same.
# The two compilers evaluate arguments in opposite orders: what collects among them meets the others before and after.
for cc in clang-19 gcc; do
    part mode gcalways $cc lib test/lona test/processes test/differential/collections_test.lona-s
done
part mode asan clang-19
part preempt
part mode boxed clang-19
part with_gcc
part step "fuzz corpora" sh test/fuzz/replay.sh
part step "models" sh test/model.sh
part script sh test/kernel.sh host
part programs
part compilers
part script sh test/sel4.sh
finish
