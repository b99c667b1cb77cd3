# SPDX-License-Identifier: GPL-3.0-only
# build.sh: the functions that run.sh and replay.sh share. fuzz_targets: names; fuzz_build: build/fuzz/NAME_fuzz of each.
cd "$(dirname "$0")/../.." || exit 1
build=${BUILD:-build/fuzz}
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1
fuzz_targets() {
    ls test/fuzz/*_fuzz.c | sed 's,.*/\(.*\)_fuzz.c,\1,'
}
fuzz_build() {
    make -s -j2 MODE=fuzz CC=clang-19 BUILD="$build" $(fuzz_targets | sed "s,.*,$build/&_fuzz,")
}
