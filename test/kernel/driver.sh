#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# driver.sh DRIVER COMMAND...: the prompt on a driver in Lonala. COMMAND boots Lona with the serial line on standard input and output. Text
# is typed as fast as the line takes it, and functions of the driver are redefined meanwhile: each takes effect at once, and no byte is lost or
# comes twice. A driver that is broken ends in the polled console, and comes back when it is mended.
driver=$1
shift
. test/kernel/serial.sh
ns=lona.driver.uart.$driver
lines=60
# Types a line; $counted is how many bytes the newest definition has seen.
counted=0
say() {
    printf '%s\n' "$1"
    counted=$((counted + ${#1} + 1))
}
type_all() {
    await 1 'ctrl-d leaves'
    say "(def typed (atom []))"
    say "(def original @(resolve '$ns/receive-bytes))"
    sum=
    for i in $(seq $lines); do
        say "(do (swap! typed conj \"line $i: the quick brown fox jumps over the lazy dog, $i times\") nil)"
        [ $((i % 10)) = 0 ] || continue
        say "(do (def seen-$i (atom 0)) (defn $ns/receive-bytes [uart] (let [bytes (user/original uart)] (swap! user/seen-$i + (count bytes)) bytes)))"
        await $((i / 10)) "^#'$ns/receive-bytes"
        [ $i = 10 ] || sum="$sum (= @seen-$((i - 10)) $counted)"
        counted=0
    done
    say "(println \"typed\" (count @typed) (reduce + (map (fn [c] (int c)) (apply str @typed))))"
    say "(println \"exactly counted\" (and$sum))"
    # What the device is given: capital letters from the next byte on.
    say "(def give @(resolve '$ns/transmit-byte))"
    say "(defn $ns/transmit-byte [uart byte] (user/give uart (if (< 96 byte 123) (- byte 32) byte)))"
    say "(println \"loud\")"
    say "(defn $ns/transmit-byte [uart byte] (user/give uart byte))"
    say "(println \"quiet again\")"
    say "(println \"driver\" (:driver (lona.console/status)))"
    say "(def room @(resolve '$ns/room))"
    say "(defn $ns/room [uart] (throw (ex-info \"broken\" {})))"
    say "(println \"polled\" (:driver (lona.console/status)))"
    say "(defn $ns/room [uart] (user/room uart))"
    say "(lona.console/restart)"
    say "(println \"mended\" (:driver (lona.console/status)))"
    say "(println \"the\" \"end\")"
    await 1 '^the end'
}
expected=$(awk -v n=$lines 'BEGIN {
    for (i = 0; i < 256; i++) code[sprintf("%c", i)] = i
    for (i = 1; i <= n; i++) {
        s = "line " i ": the quick brown fox jumps over the lazy dog, " i " times"
        for (j = 1; j <= length(s); j++) sum += code[substr(s, j, 1)]
    }
    print sum }')
converse "$@"
expect "typed $lines $expected" "exactly counted true" LOUD "quiet again" "driver :$driver" "polled nil" "mended :$driver" "the end"
