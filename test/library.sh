#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# library.sh LONA [FOLDER...]: runs the tests beside the library's sources, and others in Lonala, a process for each file.
lona=$1
shift
passed=0
failed=0
for file in $(sh tools/library_files.sh -t ${*:-lib test/lona test/differential test/processes}); do
    out=$(timeout 600 "$lona" test/run_file.lona-s "$file" 2>&1)
    status=$?
    line=$(echo "$out" | grep -E '^[0-9]+ passed, [0-9]+ failed' | tail -n 1)
    if [ -z "$line" ] || [ $status -gt 1 ]; then # sanitizers report at the end
        echo "not ok $file (exit status $status)"
        echo "$out" | tail -n 60
        failed=$((failed + 1))
        continue
    fi
    set -- $line
    if [ "$3" != 0 ]; then
        echo "not ok $file"
        echo "$out" | grep -E -A 12 '^(FAIL|ERROR) in '
    fi
    passed=$((passed + $1))
    failed=$((failed + $3))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
