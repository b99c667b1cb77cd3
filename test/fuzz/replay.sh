#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# replay.sh: each file of test/fuzz/corpus/TARGET once through its target. The last line is "N passed, N failed".
. "$(dirname "$0")/build.sh"
fuzz_build || { echo "0 passed, 1 failed"; exit 1; }
passed=0
failed=0
for target in $(fuzz_targets); do
    files=$(ls -d test/fuzz/corpus/"$target"/* 2>/dev/null)
    [ "$files" ] || continue
    if timeout 600 "$build/${target}_fuzz" -rss_limit_mb=4096 $files >/dev/null 2>&1; then
        passed=$((passed + $(echo "$files" | wc -l)))
        continue
    fi
    for file in $files; do # which ones?
        if timeout 60 "$build/${target}_fuzz" -rss_limit_mb=4096 "$file" >/tmp/lona-replay.$$ 2>&1; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "not ok $file"
            tail -n 30 /tmp/lona-replay.$$
        fi
    done
    rm -f /tmp/lona-replay.$$
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
