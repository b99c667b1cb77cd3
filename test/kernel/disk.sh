#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# disk.sh FOLDER: a PC boots FOLDER's disk image by its BIOS and GRUB; when the prompt is there, it evaluates what is typed, and tells of
# the end. GRUB throws away what was typed before.
log=$(mktemp)
mkfifo "$log".in "$log".out
trap 'rm -f "$log" "$log".*' EXIT
export MEMORY=256M BOOT=disk
timeout "${BOOT_SECONDS:-30}" sh port/sel4/boot.sh x86_64 "$1" <"$log".in >"$log".out 2>&1 &
exec 3>"$log".in
while read -r line; do
    printf '%s\n' "$line" >>"$log"
    case $line in *"ctrl-d leaves"*) printf '(* 6 7)\n\004' >&3 ;; esac
done <"$log".out
wait $!
status=$?
for regex in '^Lona is on the first serial line' 'built-in, unverified$' '^42$' '^lona: ended with status 0$'; do
    sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' "$log" | grep -qE "$regex" || {
        echo "no line matches $regex"
        status=1
    }
done
[ $status = 0 ] || cat "$log"
exit $status
