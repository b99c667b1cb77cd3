#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# answers.sh FOLDER ROOT_TASK: the root task (machine.c), booted on FOLDER's kernel, gets the answers of machine.answers. What a kernel
# prints itself between them is left out.
log=$(mktemp)
BOOT_LOG=$log sh test/kernel/boot.sh "$1" 512M max "$2" '^machine: done$' || exit 1
sed -n '/^issue issued ports/,/^machine: done$/p' "$log" | grep -v '<<.*>>' | diff test/kernel/machine.answers -
status=$?
rm -f "$log"
exit $status
