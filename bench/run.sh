#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh [PROGRAM...]: measures Lona beside its peers and writes the tables into bench/README.md.
#
# With programs named, only those are measured and the table goes to standard output. Variables:
#   LONA     the executable                         build/lona
#   ROUNDS   runs of each program by each peer      5
#   PROCESS_ROUNDS   the same of bench/processes      ROUNDS
#   METRIC   wall or cpu (for a loaded machine)     wall
#   SECONDS_MAX, MEGABYTES_MAX  bounds of one run   120, 8192
#   OUT      where raw results go                   build/bench
#   REUSE    yes: the programs' raw results that are in OUT already, with the rounds that made them
# Peers that are not installed are left out. README.md explains the method.
set -eu
cd "$(dirname "$0")/.."
LONA=$(readlink -f "${LONA:-build/lona}")
ROUNDS=${ROUNDS:-5}
METRIC=${METRIC:-wall}
SECONDS_MAX=${SECONDS_MAX:-120}
MEGABYTES_MAX=${MEGABYTES_MAX:-8192}
OUT=${OUT:-build/bench}
mkdir -p "$OUT/beam"
RUNS=$OUT/runs
[ "${REUSE:-no}" = yes ] || : >"$RUNS"

have() { command -v "$1" >/dev/null 2>&1; }

# command_of PEER NAME: the command that runs the program in bench/, or nothing where there is none.
command_of() {
    case $1 in
        lona) file=bench/lonala/$2.lona-s run="$LONA $file" ;;
        lua) file=bench/lua/$2.lua run="lua5.4 $file" ;;
        luajit) file=bench/lua/$2.lua run="luajit -joff $file" ;;
        erlang)
            module=$(echo "$2" | tr - _)_bench
            file=bench/erlang/$module.erl run="erl -noshell -pa $OUT/beam -s $module main -s erlang halt"
            ;;
        chez) file=bench/scheme/$2.ss run="scheme --optimize-level 2 --script $file" ;;
        clojure) file=bench/clojure/$2.clj run="clojure $file" ;;
    esac
    [ ! -f "$file" ] || echo "$run"
}
# bounded COMMAND: one line, see measure.c; the output is in $OUT/output.
bounded() {
    # shellcheck disable=SC2086
    "$OUT/measure" "$SECONDS_MAX" "$MEGABYTES_MAX" "$OUT/output" $1
}
prepare() {
    cc -std=gnu11 -O2 -o "$OUT/measure" bench/measure.c
    peers=lona
    ! have lua5.4 || peers="$peers lua"
    ! have luajit || peers="$peers luajit"
    ! have erlc || { peers="$peers erlang" && erlc -o "$OUT/beam" bench/erlang/*.erl bench/collections/*.erl bench/sequences/*.erl; }
    ! have scheme || peers="$peers chez"
    ! have clojure || peers="$peers clojure"
}
# One run of one program by one peer: "program peer wall cpu rss status" in $RUNS.
run_once() {
    run=$(command_of "$2" "$1")
    [ -n "$run" ] || return 0
    result=$(bounded "$run")
    case $result in
        *" ok") cmp -s "$OUT/output" "bench/expected/$1.txt" || result="${result% ok} WRONG" ;;
    esac
    echo "$1 $2 $result" >>"$RUNS"
}
run_programs() {
    round=0
    while [ "$round" -lt "$ROUNDS" ]; do
        round=$((round + 1))
        for program in $programs; do
            echo "round $round of $ROUNDS: $program" >&2
            for peer in $peers; do
                run_once "$program" "$peer"
            done
        done
    done
}
table() {
    awk -v metric="$METRIC" -v peers="$peers" -v compute="$(cat bench/compute.txt)" -f bench/table.awk "$RUNS"
}

# --- start-up, memory, size

empty_command() {
    case $1 in
        lona) echo "$LONA -e 1" ;;
        lua) echo "lua5.4 -e x=1" ;;
        luajit) echo "luajit -joff -e x=1" ;;
        erlang) echo "erl -noshell -s erlang halt" ;;
        chez) echo "scheme --optimize-level 2 --script /dev/null" ;;
        clojure) echo "clojure -e 1" ;;
    esac
}
start_up() {
    echo '### Start-up'
    echo
    echo "An empty program; of $((ROUNDS * 3)) runs the median."
    echo
    echo '| | ms | processor ms | peak resident MB |'
    echo '|---|---|---|---|'
    for peer in $peers; do
        : >"$OUT/empty"
        for _ in $(seq $((ROUNDS * 3))); do bounded "$(empty_command "$peer")" >>"$OUT/empty"; done
        awk -v peer="$peer" -f bench/medians.awk "$OUT/empty"
    done
    echo
    if have valgrind; then
        # Older valgrinds cannot read the compiler's debugging information.
        strip -g -o "$OUT/stripped" "$LONA"
        instructions=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null "$OUT/stripped" -e 1 2>&1 |
            sed -n 's/.*Collected *: *//p')
        echo "Instructions of \`lona -e 1\` (callgrind): ${instructions:-callgrind could not run it}."
    else
        echo 'Instructions of `lona -e 1`: valgrind is not installed.'
    fi
}
processes() {
    echo '### Processes'
    echo
    echo '`bench/processes/`: milliseconds, or bytes of a process, and the ratio Erlang / Lona.'
    echo
    LONA=$LONA OUT=$OUT ROUNDS=${PROCESS_ROUNDS:-$ROUNDS} sh bench/processes/run.sh
}
memory() {
    echo '### Memory that changing code leaves behind'
    echo
    echo '`bench/memory.lona-s`: [heap of the process, shared area, resident] in bytes, before and after.'
    echo
    echo '```'
    status=$(bounded "$LONA bench/memory.lona-s")
    cat "$OUT/output"
    echo "run: ${status##* }"
    echo '```'
}
text_size() {
    archive=$(dirname "$LONA")/archive.o
    have size && [ -f "$archive" ] || return 0
    whole=$(size "$LONA" | awk 'NR == 2 {print $1}')
    sources=$(size "$archive" | awk 'NR == 2 {print $1}')
    echo '### Size'
    echo
    echo "Text segment of the executable without the sources of the libraries in it: $(((whole - sources) / 1024)) KB"
    echo "(code: $(size -A "$LONA" | awk '$1 == ".text" {print int($2 / 1024)}') KB). Shared libraries are not counted."
}

# --- collections, per operation

# systems COMMAND MODULE SOURCE: what Lona's command, Erlang's module and Clojure's source print, a system's name before each line.
systems() {
    bounded "$1" >"$OUT/status"
    sed 's/^/lona /' "$OUT/output"
    if have erlc; then
        bounded "erl -noshell -pa $OUT/beam -s $2 main -s erlang halt" >"$OUT/status"
        sed 's/^/erlang /' "$OUT/output"
    fi
    if have clojure; then
        bounded "clojure $3" >"$OUT/status"
        sed 's/^/clojure /' "$OUT/output"
    fi
}
# operations SUBJECT MODULE: "operation entries nanoseconds" of each system.
operations() {
    systems "$LONA bench/collections/$1.lona-s" "$2" "bench/collections/$1.clj" | awk -f bench/operations.awk
}
collections() {
    echo '### Collections: nanoseconds of one operation'
    echo
    echo 'Lona / Erlang / Clojure; numbers of elements in the columns. Wall time, the best of five times a million operations.'
    echo
    echo 'Maps (Erlang: maps):'
    echo
    operations maps map_operations
    echo
    echo 'Vectors (Erlang: `array`):'
    echo
    operations vectors array_operations
}
# Functions of the library: the same source in Lona and in Clojure.
sequences() {
    echo '### Sequences and texts'
    echo
    echo '`bench/sequences/`: milliseconds, wall time, the best of 5 runs in one process (Clojure: of 25, warm), and the ratio peer / Lona.'
    echo
    systems "env LONA_PATH=bench/sequences $LONA -m sequences" sequences bench/sequences/sequences.cljc | awk -f bench/ratios.awk
}
machine() {
    echo "$(uname -sm), $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1), $(nproc) processors; load when it began: \
$(cut -d' ' -f1 /proc/loadavg). Times are $METRIC time, medians of $ROUNDS rounds."
}
# Puts the report between README.md's markers.
write_readme() {
    awk -v report="$OUT/report" '
        /^<!-- results end -->/ {skip = 0}
        !skip {print}
        /^<!-- results -->/ {skip = 1; while ((getline line < report) > 0) print line}
    ' bench/README.md >"$OUT/README.md"
    cp "$OUT/README.md" bench/README.md
}

prepare
if [ $# -gt 0 ]; then
    programs=$*
    run_programs
    table
    exit 0
fi
programs=$(cd bench/lonala && ls ./*.lona-s | sed 's,^\./,,; s,\.lona-s$,,')
if [ "${REUSE:-no}" = no ]; then
    machine >"$OUT/machine"
    run_programs
fi
{
    cat "$OUT/machine"
    echo
    table
    echo
    collections
    echo
    sequences
    echo
    processes
    echo
    start_up
    echo
    memory
    echo
    text_size
} >"$OUT/report"
write_readme
cat "$OUT/report"
