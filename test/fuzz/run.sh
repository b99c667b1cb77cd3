#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh [TARGET...]: fuzzes each target (all) for FUZZ_SECONDS (1800) with coverage guidance. What it meets is kept in
# build/fuzz/TARGET, inputs that crash in build/fuzz/TARGET-crash-*: copy those, once understood, to test/fuzz/corpus/TARGET.
. "$(dirname "$0")/build.sh"
fuzz_build || exit 1
[ $# -gt 0 ] || set -- $(fuzz_targets)
status=0
for target; do
    mkdir -p "$build/$target"
    seeds=$(ls -d test/fuzz/corpus/"$target" 2>/dev/null)
    echo "== $target"
    "$build/${target}_fuzz" -max_total_time="${FUZZ_SECONDS:-1800}" -timeout=25 -rss_limit_mb=4096 -max_len=4096 \
        -print_final_stats=1 -verbosity="${FUZZ_VERBOSITY:-1}" -artifact_prefix="$build/$target-" "$build/$target" $seeds || status=1
done
exit $status
