#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# boot.sh ARCH FOLDER [OPTION...]: boots an image that ends by itself, with standard input on the serial line; prints what comes over it up
# to the port's last line, and exits with the status that it tells.
pipe=$(mktemp -u)
mkfifo "$pipe"
exec 3<&0
sh "$(dirname "$0")/run.sh" "$@" <&3 >"$pipe" 2>&1 &
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
