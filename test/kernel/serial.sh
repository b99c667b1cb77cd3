#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# serial.sh, to be read by a script: a conversation with Lona over the serial line. The script defines type_all, which prints what is typed and
# ends with what makes Lona print "the end".
log=$(mktemp)
trap 'rm -f "$log" "$log".*' EXIT

# await N PATTERN: until N lines of what Lona said are PATTERN, at most 30 s.
await() {
    tries=0
    until [ "$(grep -c -e "$2" "$log")" -ge "$1" ] || [ $tries = 300 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
}
# converse COMMAND...: COMMAND boots Lona with the serial line on standard input and output.
converse() {
    mkfifo "$log".in "$log".out
    type_all >"$log".in &
    typing=$!
    timeout "${BOOT_SECONDS:-60}" "$@" <"$log".in >"$log".out 2>&1 &
    qemu=$!
    while read -r line; do
        printf '%s\n' "$line" | tr -d '\r' | sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' >>"$log"
        case $line in *"the end"*) break ;; esac
    done <"$log".out
    kill $qemu $typing 2>/dev/null
    wait $qemu 2>/dev/null
}
# expect LINE...: exits with 0 when each is a whole line of what Lona said.
expect() {
    status=0
    for wanted; do
        grep -qxF -e "$wanted" "$log" || {
            echo "no line: $wanted"
            status=1
        }
    done
    [ $status = 0 ] || tail -n 60 "$log"
    exit $status
}
