#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh [NAME...]: the programs of processes.lona-s beside processes.erl on 1 and 2 cores, as a table on standard output.
#
# A value is milliseconds, or bytes of each process, as the program itself measured it; the ratio is Erlang's value / Lona's
# (above 1.00 Lona is faster or smaller), both medians of ROUNDS. Peak MB: of the whole system, on 2 cores. Variables:
#   LONA, ROUNDS, OUT            as in bench/run.sh
#   SCALE                        sizes are divided by it                  1
#   SECONDS_MAX, MEGABYTES_MAX   bounds of one run                        300, 16384
set -eu
cd "$(dirname "$0")/../.."
LONA=$(readlink -f "${LONA:-build/lona}")
ROUNDS=${ROUNDS:-3}
OUT=${OUT:-build/bench}
SCALE=${SCALE:-1}
mkdir -p "$OUT/beam"
VALUES=$OUT/processes
: >"$VALUES"

[ -x "$OUT/measure" ] || cc -std=gnu11 -O2 -o "$OUT/measure" bench/measure.c
if command -v erlc >/dev/null 2>&1; then
    erlc -o "$OUT/beam" bench/processes/processes.erl
    peers="lona erlang"
else
    peers=lona
fi

# Name, size, unit. `live` has no peer: Erlang needs more memory than the machine has.
programs() {
    cat <<END
idle 1000000 B
idle-server 1000000 B
called-server 200000 B
spawn-live 1000000 ms
spawn-exit 1000000 ms
spawn-tree 18 ms
ping-pong 1000000 ms
ring 1000 ms
many-to-one 1600000 ms
call-full-mailbox 1000000 ms
timers 1000000 ms
monitors 100000 ms
map-churn 5000000 ms
live 10000000 B
END
}
# The depth of the tree is a logarithm.
scaled() {
    if [ "$1" = spawn-tree ]; then
        awk -v n="$2" -v scale="$SCALE" 'BEGIN {print int(n - log(scale) / log(2))}'
    else
        echo $(($2 / SCALE))
    fi
}
command_of() {
    case $1 in
        lona) echo "env LONA_CORES=$2 $LONA bench/processes/processes.lona-s $3 $4" ;;
        erlang) echo "erl -noshell +P 1100000 +S $2 -pa $OUT/beam -s processes main -extra $3 $4" ;;
    esac
}
# "name unit cores peer value peak_kb" in $VALUES; the value is the status where a run failed.
run_once() {
    # shellcheck disable=SC2046
    result=$("$OUT/measure" "${SECONDS_MAX:-300}" "${MEGABYTES_MAX:-16384}" "$OUT/output" $(command_of "$1" "$2" "$3" "$4"))
    case $result in
        *" ok") value=$(tail -1 "$OUT/output") ;;
        *) value=${result##* } ;;
    esac
    echo "$3 $5 $2 $1 $value $(echo "$result" | cut -d' ' -f3)" >>"$VALUES"
}

round=0
while [ "$round" -lt "$ROUNDS" ]; do
    round=$((round + 1))
    programs | while read -r name size unit; do
        [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
        echo "round $round of $ROUNDS: $name" >&2
        for cores in 1 2; do
            for peer in $peers; do
                [ "$name $peer" = "live erlang" ] || run_once "$peer" "$cores" "$name" "$(scaled "$name" "$size")" "$unit"
            done
        done
    done
done
awk -f bench/processes/table.awk "$VALUES"
