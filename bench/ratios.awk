# SPDX-License-Identifier: GPL-3.0-only
# ratios.awk: from lines "system operation milliseconds" a table of operations by systems, with peer's time / Lona's time and the geometric
# means of these ratios.
NF == 3 && $3 + 0 == $3 {
    if ($1 == "lona") operations[++rows] = $2
    time[$1, $2] = $3
}
function cell(peer, o,   ratio) {
    if (!((peer, o) in time)) return "- | -"
    ratio = time[peer, o] / time["lona", o]
    product[peer] += log(ratio); count[peer]++
    return time[peer, o] sprintf(" | %.2f", ratio)
}
function mean(peer) { return count[peer] ? sprintf("| %.2f (%d)", exp(product[peer] / count[peer]), count[peer]) : "| -" }
END {
    print "| operation | Lona | Erlang | ratio | Clojure | ratio |"
    print "|---|---|---|---|---|---|"
    for (r = 1; r <= rows; r++) {
        o = operations[r]
        print "| " o " | " time["lona", o] " | " cell("erlang", o) " | " cell("clojure", o) " |"
    }
    print "| geometric mean | | " mean("erlang") " | " mean("clojure") " |"
}
