# SPDX-License-Identifier: GPL-3.0-only
# medians.awk: one row of medians from lines "wall cpu rss status"; the variable peer is the row's name.
$4 != "ok" { bad = $4 }
{ n++; for (c = 1; c <= 3; c++) v[c, n] = $c }
function median(c,    i, j, x, s) {
    for (i = 1; i <= n; i++) {
        x = v[c, i]
        for (j = i - 1; j > 0 && s[j] > x; j--) s[j + 1] = s[j]
        s[j + 1] = x
    }
    return n % 2 ? s[(n + 1) / 2] : (s[n / 2] + s[n / 2 + 1]) / 2
}
END {
    if (bad) printf "| %s | %s | | |\n", peer, bad
    else printf "| %s | %.1f | %.1f | %.1f |\n", peer, median(1) / 1000, median(2) / 1000, median(3) / 1024
}
