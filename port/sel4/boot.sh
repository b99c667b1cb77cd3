#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# boot.sh ARCH FOLDER [OPTION...]: boots an image that ends by itself; prints what comes over the serial line up to the port's last
# line, and exits with the status that it tells.
pipe=$(mktemp -u)
mkfifo "$pipe"
sh "$(dirname "$0")/run.sh" "$@" </dev/null >"$pipe" 2>&1 &
qemu=$!
status=1
while read -r line; do
    printf '%s\n' "$line" | tr -d '\r'
    case $line in
    "lona: ended with status "*)
        status=$(printf '%s' "${line##* }" | tr -d '\r')
        break
        ;;
    esac
done <"$pipe"
kill $qemu
wait $qemu 2>/dev/null
rm -f "$pipe"
exit "$status"
