#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# idle.sh LONA: a program whose processes all wait uses no processor time, and none of its threads wakes.
lona=$1

# work PID: the clock ticks of processor time and the context switches of all threads so far
work() {
    awk '{print $14 + $15}' "/proc/$1/stat"
    awk '/ctxt/ {n += $2} END {print n}' /proc/"$1"/task/*/status
}
check() { # check NAME FORMS: they print "ready" and then wait
    out=$(mktemp)
    "$lona" -e "$2" >"$out" &
    pid=$!
    n=0
    while ! grep -q ready "$out" && [ $n -lt 200 ]; do
        sleep 0.1
        n=$((n + 1))
    done
    sleep 3 # what its last processes left is cleaned up, and given back
    before=$(work $pid)
    sleep 2
    after=$(work $pid)
    kill $pid
    wait $pid 2>/dev/null
    rm "$out"
    [ $n -lt 200 ] && [ "$before" = "$after" ] && echo "ok $1" ||
        echo "not ok $1: ticks and context switches" $before "before," $after "2 s later"
}
check "an idle program uses no processor" '(do (println "ready") (flush) (sleep :infinity))'
check "processes that wait use no processor" '(do
    (dotimes [_ 10000] (spawn (fn [] (receive :never 1))))
    (dotimes [_ 10000] (spawn (fn [] (receive :never 1 (after 3600000 1)))))
    (dotimes [i 10000] (send-after (+ 3600000 i) (self) i))
    (println "ready") (flush) (sleep :infinity))'
