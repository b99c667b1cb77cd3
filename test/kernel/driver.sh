#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# driver.sh DRIVER COMMAND...: the prompt on a driver in Lonala. COMMAND boots Lona with the serial line on standard input and output. Text
# is typed without a pause, and functions of the driver are redefined meanwhile: each takes effect at once, and no byte is lost. A driver that
# is broken ends in the polled console, and comes back when it is mended.
driver=$1
shift
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT
ns=lona.driver.uart.$driver
lines=60
type_all() {
    printf '%20s\r' ''
    echo "(def typed (atom [])) (def taken (atom [0 0]))"
    echo "(def original @(resolve '$ns/receive-bytes))"
    for i in $(seq $lines); do
        echo "(do (swap! typed conj \"line $i: the quick brown fox jumps over the lazy dog, $i times\") nil)"
        # A counter of bytes, another one, in turns.
        [ $((i % 10)) = 0 ] || continue
        echo "(defn $ns/receive-bytes [uart] (let [bytes (user/original uart)] (swap! user/taken update $((i / 10 % 2)) + (count bytes)) bytes))"
        sleep 1 # so that it is defined before what follows is on the line
    done
    echo "(println \"typed\" (count @typed) (reduce + (map (fn [c] (int c)) (apply str @typed))))"
    echo "(println \"both counted\" (every? (fn [n] (> n 1000)) @taken))"
    # What the device is given: capital letters from the next byte on.
    echo "(def give @(resolve '$ns/transmit-byte))"
    echo "(defn $ns/transmit-byte [uart byte] (user/give uart (if (< 96 byte 123) (- byte 32) byte)))"
    echo "(println \"loud\")"
    echo "(defn $ns/transmit-byte [uart byte] (user/give uart byte))"
    echo "(println \"quiet again\")"
    echo "(println \"driver\" (:driver (lona.console/status)))"
    echo "(def room @(resolve '$ns/room))"
    echo "(defn $ns/room [uart] (throw (ex-info \"broken\" {})))"
    echo "(println \"polled\" (:driver (lona.console/status)))"
    echo "(defn $ns/room [uart] (user/room uart))"
    echo "(lona.console/restart)"
    echo "(println \"mended\" (:driver (lona.console/status)))"
    echo "(println \"the\" \"end\")"
    sleep 60
}
expected=$(awk -v n=$lines 'BEGIN {
    for (i = 0; i < 256; i++) code[sprintf("%c", i)] = i
    for (i = 1; i <= n; i++) {
        s = "line " i ": the quick brown fox jumps over the lazy dog, " i " times"
        for (j = 1; j <= length(s); j++) sum += code[substr(s, j, 1)]
    }
    print sum }')
mkfifo "$log".in "$log".out
type_all >"$log".in &
typing=$!
"$@" <"$log".in >"$log".out 2>&1 &
qemu=$!
(sleep "${BOOT_SECONDS:-60}" && kill $qemu) 2>/dev/null &
watch=$!
while read -r line; do
    printf '%s\n' "$line" | tr -d '\r' | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' >>"$log"
    case $line in *"the end"*) break ;; esac
done <"$log".out
kill $qemu $watch $typing 2>/dev/null
wait $qemu 2>/dev/null
status=0
for wanted in "typed $lines $expected" "both counted true" LOUD "quiet again" "driver :$driver" "polled nil" "mended :$driver" "the end"; do
    grep -qxF -e "$wanted" "$log" || {
        echo "no line: $wanted"
        status=1
    }
done
[ $status = 0 ] || tail -n 60 "$log"
exit $status
