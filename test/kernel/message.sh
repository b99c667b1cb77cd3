#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# message.sh FOLDER: on the Lona that FOLDER boots on x86_64, messages that a device sends arrive as interrupts at a process.
log=$(mktemp)
{ echo; cat test/kernel/edu.lona-s; printf '\004'; } | timeout 100 sh port/sel4/boot.sh x86_64 "$1" -device edu >"$log"
grep -q 'messages :came :came :came.\?$' "$log"
status=$?
[ $status = 0 ] || tail -n 40 "$log"
rm -f "$log"
exit $status
