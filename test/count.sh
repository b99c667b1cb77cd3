#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# count.sh: the functions that the test scripts share: run steps, side by side where they are in parts of their own, and add up their
# "N passed, N failed" lines.
#
#   step NAME COMMAND...         a command whose last line of output is "N passed, N failed"
#   yes_or_no NAME COMMAND...    one that passes when it succeeds
#   alone step NAME COMMAND...   nothing else runs beside it: for what measures time or memory
#   part FUNCTION...             runs a function of steps (script is one) beside other parts, LANES (2) at a time; what it prints comes in
#                                one piece when it has ended
#   script COMMAND...            a script of steps: they become this one's
#   together                     waits for the parts
#   finish                       does so, and prints the sum; the last line of each script of steps
passed=0
failed=0
lanes=${LANES:-2}
parts=    # process ids of those that were started
running=0 # parts
child=
access=-s
# What the scripts of one run share: its lock, which alone takes for itself, and a door before it, so that nobody passes who waits for that.
if [ -z "${LONA_STEPS:-}" ]; then
    LONA_STEPS=$(mktemp -d)
    export LONA_STEPS
    trap 'rm -rf "$LONA_STEPS"' EXIT
fi
# shellcheck disable=SC2064,SC2086
trap 'kill $child $parts 2>/dev/null; exit 130' INT TERM HUP
# What a step starts is in it, and needs no lock.
enter() {
    [ -z "${LONA_STEP:-}" ] || return 0
    exec 8>"$LONA_STEPS/door" 9>"$LONA_STEPS/lock"
    flock 8
    flock "$access" 9
    exec 8>&-
}
leave() {
    exec 9>&-
}
# run NAME COMMAND...: leaves its output in $log, $status and the $seconds that it took.
run() {
    name=$1
    shift
    log=$(mktemp "$LONA_STEPS/step.XXXXXX")
    enter
    start=$(date +%s)
    # In the background a trap ends it at once; there signals from the keyboard would be ignored.
    env --default-signal=INT,QUIT LONA_STEP=1 timeout "${STEP_SECONDS:-900}" "$@" >"$log" 2>&1 9>&- &
    child=$!
    wait $child
    status=$?
    child=
    seconds=$(($(date +%s) - start))
    leave
}
step() {
    run "$@"
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    if [ -z "$line" ]; then
        failed=$((failed + 1))
        line="no result, exit status $status"
        tail -n 30 "$log"
    else
        # shellcheck disable=SC2086
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
    echo "== $name: $line ($seconds s)"
    rm -f "$log"
}
yes_or_no() {
    run "$@"
    if [ $status = 0 ]; then
        passed=$((passed + 1))
        echo "== $name: ok ($seconds s)"
    else
        failed=$((failed + 1))
        tail -n 40 "$log"
        echo "== $name: FAILED ($seconds s)"
    fi
    rm -f "$log"
}
alone() {
    if [ -n "${LONA_STEP:-}" ]; then
        echo "not ok: a step of a step is not alone: $2"
        failed=$((failed + 1))
        return
    fi
    access=-x
    "$@"
    access=-s
}
# take FILE: what a part or a script printed; its sum becomes part of ours.
take() {
    line=$(tail -n 1 "$1")
    case $line in
    [0-9]*" passed, "[0-9]*" failed")
        sed '$d' "$1"
        # shellcheck disable=SC2086
        set -- "$1" $line
        passed=$((passed + $2))
        failed=$((failed + $4))
        ;;
    *)
        failed=$((failed + 1))
        cat "$1"
        echo "== FAILED: these steps have no sum"
        ;;
    esac
    rm -f "$1"
}
script() {
    out=$(mktemp "$LONA_STEPS/script.XXXXXX")
    "$@" >"$out" 2>&1 &
    child=$!
    wait $child
    child=
    take "$out"
}
part() {
    if [ -z "$parts" ]; then
        ended=$(mktemp -u "$LONA_STEPS/ended.XXXXXX")
        mkfifo "$ended"
        exec 7<>"$ended"
    fi
    [ $running -lt "$lanes" ] || await_part
    output=$(mktemp "$LONA_STEPS/part.XXXXXX")
    part_steps "$@" &
    parts="$parts $!"
    running=$((running + 1))
}
# Its own steps go one after the other.
part_steps() {
    parts='' child='' running=0 lanes=1 passed=0 failed=0
    export LANES=1
    exec >"$output" 2>&1
    trap 'echo "$output" >&7' EXIT
    trap 'kill $child $parts 2>/dev/null; exit 130' INT TERM HUP
    "$@"
    finish
}
await_part() {
    read -r output <&7
    take "$output"
    running=$((running - 1))
}
together() {
    while [ $running -gt 0 ]; do
        await_part
    done
}
finish() {
    together
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
}
