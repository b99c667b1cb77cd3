# SPDX-License-Identifier: GPL-3.0-only
# operations.awk: from lines "system operation entries nanoseconds" a table of operations by entries.
NF == 4 && $4 + 0 == $4 {
    if (!($2 in seen)) { seen[$2] = 1; operations[++rows] = $2 }
    if (!($3 in size)) { size[$3] = 1; sizes[++columns] = $3 }
    time[$1, $2, $3] = $4
}
function cell(peer, o, s) { return (peer, o, s) in time ? time[peer, o, s] : "-" }
END {
    head = "| "; rule = "|---"
    for (c = 1; c <= columns; c++) { head = head " | " sizes[c]; rule = rule "|---" }
    print head " |"
    print rule "|"
    for (r = 1; r <= rows; r++) {
        line = "| " operations[r]
        for (c = 1; c <= columns; c++)
            line = line " | " cell("lona", operations[r], sizes[c]) " / " cell("erlang", operations[r], sizes[c]) \
                   " / " cell("clojure", operations[r], sizes[c])
        print line " |"
    }
}
