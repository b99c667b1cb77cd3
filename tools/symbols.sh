#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# symbols.sh: from `nm -n` of a kernel an assembly file with its functions, in ascending order, for back traces: pairs of address
# and name's address, ended by two zeros.
awk '
BEGIN { print ".section .symbols, \"a\"\n.balign 8" }
$2 ~ /^[tT]$/ && $3 !~ /^image_/ && length($1) == 16 && $1 >= "ffff" { print ".quad 0x" $1 ", name_" (n + 0); name[n++] = $3 }
END {
    print ".quad 0, 0"
    for (i = 0; i < n; i++)
        print "name_" i ": .asciz \"" name[i] "\""
    print ".section .note.GNU-stack, \"\", @progbits"
}'
