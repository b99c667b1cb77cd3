#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# prompt.sh COMMAND...: keys at the booted prompt. COMMAND boots Lona with the serial line on standard input and output. A name is completed,
# a line comes back and is edited, a loop without end is interrupted, and what follows is evaluated.
. test/kernel/serial.sh
type_all() {
    await 1 'ctrl-d leaves'
    printf '(count-if-\177\177\177\177 (range 40))\n' # the last four characters are taken back
    await 1 '^40'
    printf '(reduce-k\t (fn [n k v] (+ n k v)) 0 {20 21})\n'
    await 1 '^41'
    printf '\033[A\033[D\033[D\177\1772\n' # the line above, 21 becomes 2
    await 1 '^22'
    printf '(do (println "looping") (loop [] (recur)))\n'
    await 1 '^looping'
    printf '\003'
    await 1 '^:interrupt'
    printf '(println "the" "end")\n'
    await 1 '^the end'
}
converse "$@"
expect 40 41 22 looping ':interrupt: interrupted' 'the end'
