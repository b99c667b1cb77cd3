# SPDX-License-Identifier: GPL-3.0-only
# table.awk: run.sh's lines "name unit cores peer value peak_kb" as a table.
function median(key,    n, list, i, j, t) {
    n = split(values[key], list, " ")
    if (!n) return ""
    for (i = 1; i <= n; i++)
        if (list[i] !~ /^[0-9]+$/) return list[i]
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] + 0 > list[j] + 0; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return list[int((n + 1) / 2)]
}
function ratio(ours, theirs) {
    return ours ~ /^[0-9]+$/ && theirs ~ /^[0-9]+$/ && ours > 0 ? sprintf("**%.2f**", theirs / ours) : ""
}
{
    if (!(($1) in unit)) order[++programs] = $1
    unit[$1] = $2
    values[$1, $3, $4] = values[$1, $3, $4] " " $5
    if ($3 == 2 && $6 > peak[$1, $4]) peak[$1, $4] = $6
}
END {
    print "| program | | Lona, 1 core | Erlang | ratio | Lona, 2 cores | Erlang | ratio | peak MB: Lona | Erlang |"
    print "|---|---|---|---|---|---|---|---|---|---|"
    for (i = 1; i <= programs; i++) {
        name = order[i]
        line = "| " name " | " unit[name]
        for (cores = 1; cores <= 2; cores++) {
            ours = median(name SUBSEP cores SUBSEP "lona")
            theirs = median(name SUBSEP cores SUBSEP "erlang")
            line = line " | " ours " | " theirs " | " ratio(ours, theirs)
        }
        theirs = peak[name, "erlang"] ? int(peak[name, "erlang"] / 1024) : ""
        print line " | " int(peak[name, "lona"] / 1024) " | " theirs " |"
    }
}
