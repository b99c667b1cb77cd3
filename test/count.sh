#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# count.sh: the functions that the test scripts share: run steps, add up their "N passed, N failed" lines.
passed=0
failed=0
# step NAME COMMAND...: a step whose last output line is "N passed, N failed". Without one it counts as one failed test.
step() {
    name=$1
    shift
    log=$(mktemp)
    start=$(date +%s)
    timeout "${STEP_SECONDS:-900}" "$@" >"$log" 2>&1
    status=$?
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    if [ -z "$line" ]; then
        failed=$((failed + 1))
        line="no result, exit status $status"
        tail -n 30 "$log"
    else
        set -- $line
        passed=$((passed + $1))
        failed=$((failed + $3))
        if [ "$3" != 0 ]; then
            grep -v '^ok' "$log" | tail -n 60
        elif [ "$status" != 0 ]; then
            failed=$((failed + 1))
            line="$line, but exit status $status"
            tail -n 30 "$log"
        fi
    fi
    echo "== $name: $line ($(($(date +%s) - start)) s)"
    rm -f "$log"
}
# yes_or_no NAME COMMAND...: a step that passes when the command does.
yes_or_no() {
    name=$1
    shift
    start=$(date +%s)
    if timeout "${STEP_SECONDS:-900}" "$@" >/tmp/lona-step.$$ 2>&1; then
        passed=$((passed + 1))
        echo "== $name: ok ($(($(date +%s) - start)) s)"
    else
        failed=$((failed + 1))
        tail -n 40 /tmp/lona-step.$$
        echo "== $name: FAILED ($(($(date +%s) - start)) s)"
    fi
    rm -f /tmp/lona-step.$$
}
finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
