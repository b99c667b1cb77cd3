#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# answers.sh ARCH FOLDER MEMORY CPU ROOT_TASK: the root task (ARCH/machine.c), booted on FOLDER's kernel, gets the answers of
# ARCH/machine.answers. What a kernel prints itself between them is left out.
log=$(mktemp)
BOOT_LOG=$log sh test/kernel/boot.sh "$2" "$3" "$4" "$5" '^machine: done$' || exit 1
answers=test/kernel/$1/machine.answers
sed -n "/^$(head -n 1 "$answers")/,/^machine: done/p" "$log" | grep -vE '<<.*>>|^[A-Z][A-Za-z ]* IRQ: [0-9]+$' | diff "$answers" -
status=$?
rm -f "$log"
exit $status
