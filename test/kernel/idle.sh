#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# idle.sh COMMAND...: COMMAND boots Lona with the serial line on standard input and output. Once its prompt waits, QEMU uses less than 3 % of
# a core over 10 s: the figure is printed.
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT
mkfifo "$log".in
# What COMMAND starts it becomes.
"$@" <"$log".in >"$log" 2>&1 &
qemu=$!
exec 3>"$log".in
tries=0
until grep -q 'lona> ' "$log" || [ $tries = 300 ]; do
    tries=$((tries + 1))
    sleep 0.1
done
sleep 3 # what its last processes left is cleaned up, and given back
used() {
    awk -v unit="$(getconf CLK_TCK)" '{print int(($14 + $15) * 1000 / unit)}' "/proc/$qemu/stat"
}
before=$(used)
sleep 10
after=$(used)
kill $qemu
wait $qemu 2>/dev/null
if [ $tries = 300 ] || [ -z "$after" ]; then
    echo "there is no prompt, or no more"
    cat "$log"
    exit 1
fi
echo "$((after - before)) ms of processor time in 10 s"
[ $((after - before)) -lt 300 ]
