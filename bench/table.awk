# SPDX-License-Identifier: GPL-3.0-only
# table.awk: from lines "program peer wall cpu rss status" the table of medians and ratios.
# Variables: metric (wall or cpu), peers (names, lona first), compute (programs of the first geometric mean).
{
    key = $1 SUBSEP $2
    if (!($1 in seen)) { seen[$1] = 1; programs[++program_count] = $1 }
    if ($6 != "ok") { bad[key] = $6; next }
    value[key, ++count[key]] = (metric == "cpu" ? $4 : $3) / 1000
    if ($5 > rss[key]) rss[key] = $5
}
function median(key,    n, i, j, x, v) {
    n = count[key]
    for (i = 1; i <= n; i++) {
        x = value[key, i]
        for (j = i - 1; j > 0 && v[j] > x; j--) v[j + 1] = v[j]
        v[j + 1] = x
    }
    return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
function means(only, title,    p, i, name, n, line, sum, used) {
    line = "| **geometric mean, " title "** |"
    for (p = 2; p <= peer_count; p++) {
        sum = n = 0
        for (i = 1; i <= program_count; i++) {
            name = programs[i]
            if ((!only || name in is_compute) && (name, p) in ratio) { sum += log(ratio[name, p]); n++ }
        }
        line = line (n ? sprintf(" | **%.2f** (%d)", exp(sum / n), n) : " | ")
    }
    print line " |"
}
END {
    peer_count = split(peers, peer, " ")
    split(compute, list, " ")
    for (i in list) is_compute[list[i]] = 1
    title["lona"] = "Lona"; title["lua"] = "Lua 5.4"; title["luajit"] = "LuaJIT -joff"
    title["erlang"] = "Erlang"; title["chez"] = "Chez"; title["clojure"] = "Clojure"
    head = "| program"; rule = "|---"
    for (p = 1; p <= peer_count; p++) {
        head = head " | " title[peer[p]] (p == 1 ? " ms" : "")
        rule = rule "|---"
    }
    print head " | Lona peak MB |"
    print rule "|---|"
    for (i = 1; i <= program_count; i++) {
        name = programs[i]
        line = "| " name
        for (p = 1; p <= peer_count; p++) {
            key = name SUBSEP peer[p]
            lona = name SUBSEP peer[1]
            if (key in bad) { line = line " | " bad[key]; continue }
            if (!(key in count)) { line = line " | "; continue }
            line = line sprintf(" | %.0f", median(key))
            if (p > 1 && lona in count && !(lona in bad)) {
                ratio[name, p] = median(key) / median(lona)
                line = line sprintf(" (%.2f)", ratio[name, p])
            }
        }
        print line sprintf(" | %.0f |", rss[name SUBSEP peer[1]] / 1024)
    }
    means(1, "compute")
    means(0, "all")
}
