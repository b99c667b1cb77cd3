#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# input.sh LONA: standard input as a stream, as lines, and beside other processes; files that block; signals.
lona=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# check NAME STDOUT PROGRAM: the program's standard input is that of check.
check() {
    printf '%s\n' "$3" >"$dir/program.lona-s"
    got=$(timeout 20 "$lona" "$dir/program.lona-s" 2>"$dir/err")
    if [ "$got" = "$2" ]; then
        echo "ok $1"
    else
        echo "not ok $1: output: $got, error: $(cat "$dir/err")"
    fi
}

lines='(require (quote [lona.io :as io]))
(def in (second (io/standard-input {:packet :line :active true})))
(loop []
  (receive
    [:stdin (= in) line] (do (println "line" (bytes->string (subbinary line 0 (dec (byte-size line))))) (recur))
    [:stdin-closed (= in)] (println "end")))'
printf 'a\nb c\n' | check "lines of a pipe are messages" 'line a
line b c
end' "$lines"
printf 'x\ny\n' >"$dir/input"
check "lines of a file are messages" 'line x
line y
end' "$lines" <"$dir/input"
check "/dev/null is at its end" end "$lines" </dev/null

reading='(require (quote [lona.io :as io]))
(let [[_ in] (io/standard-input)]
  (binding [*in* (io/line-reader in)] (prn (read-line) (read) (read-line))))'
printf 'one\n(a\nb)\n' | check "read-line and read of the stream" '"one" (a b) ""' "$reading"

printf 'one\ntwo' | check "read-line of the console" '["one" "two" nil]' '(prn [(read-line) (read-line) (read-line)])'

{ sleep 1; echo late; } | check "others run while one waits for a line" '[true "late"]' '
(def me (self))
(spawn (fn [] (send me [:line (read-line)])))
(let [ticks (loop [n 0] (if (receive [:line line] (send me [:again line]) (after 1 nil)) n (recur (inc n))))]
  (prn [(> ticks 20) (receive [:again line] line)]))'

mkfifo "$dir/pipe"
{ sleep 1; timeout 20 sh -c "echo late >$dir/pipe"; } &
check "others run while files block" '[true true]' '
(require (quote [lona.file :as file]))
(def me (self))
(spawn (fn [] (send me [:read (first (file/read "'"$dir/pipe"'"))])))
(let [ticks (loop [n 0] (if (receive [:read x] (send me [:again x]) (after 1 nil)) n (recur (inc n))))]
  (prn [(> ticks 20) (receive [:again x] (= x :ok))]))'
wait

# A signal from outside; the second one, which nobody catches, ends the program.
cat >"$dir/program.lona-s" <<'P'
(require '[lona.host :as host])
(host/catch-signal :term)
(println (host/process-id))
(println (receive [:signal s] s (after 10000 :late)))
(host/release-signal :term)
(println "released")
(receive (after 10000 (println "late")))
P
: >"$dir/out"
timeout 20 "$lona" "$dir/program.lona-s" >"$dir/out" &
job=$!
line() { # waits until the output has so many lines
    n=0
    while [ "$(wc -l <"$dir/out")" -lt "$1" ] && [ $n -lt 100 ]; do
        sleep 0.1
        n=$((n + 1))
    done
}
line 1
kill -TERM "$(head -n 1 "$dir/out")"
line 3
kill -TERM "$(head -n 1 "$dir/out")"
wait $job 2>/dev/null
status=$?
[ "$status" = 143 ] && [ "$(sed 1d "$dir/out" | tr '\n' ' ')" = ":term released " ] && echo "ok signals are messages while they are caught" ||
    echo "not ok signals: status $status, output: $(cat "$dir/out")"

got=$(sh -c "ulimit -S -n 64 && timeout 20 $lona -e '(do (require (quote [lona.file :as file])) (count (set (map first (repeatedly 100 #(file/open \"/dev/null\"))))))'" 2>&1)
[ "$(ulimit -H -n)" != 64 ] && [ "$got" = 1 ] && echo "ok the soft limit of open files is no limit" || echo "not ok limit of open files: $got"

# A program that comes through a pipe: each form is answered before the next one is written.
mkfifo "$dir/program" "$dir/answers"
timeout 20 "$lona" <"$dir/program" >"$dir/answers" 2>"$dir/err" &
exec 4>"$dir/program" 5<"$dir/answers"
got=
for form in '(println (+ 1 2))' '(defn twice [x]
  (* 2 x)) ; a definition has no answer
(println (twice
  21))' '(println (read-line))
the line behind' '(in-ns (quote elsewhere)) (lona.core/println (lona.core/ns-name lona.core/*ns*))'; do
    printf '%s\n' "$form" >&4
    read -r answer <&5
    got="$got $answer,"
done
exec 4>&- 5<&-
wait
[ "$got" = " 3, 42, the line behind, elsewhere," ] && echo "ok forms in a pipe are evaluated as they come" ||
    echo "not ok forms in a pipe: $got $(cat "$dir/err")"

piped() { # piped NAME WANTED TEXT: what the text, as standard input, prints
    got=$(printf "$3" | timeout 20 "$lona" 2>&1 | grep -v '^    at lona')
    [ "$got" = "$2" ] && echo "ok $1" || echo "not ok $1: $got"
}
piped "read-line takes the rest of a form's line, if there is any" '["rest" "all of it" (a b)]' \
    '(prn [(read-line) (read-line) (read)])rest\nall of it\n(a\nb)'
piped "an error in a pipe has its place" 'one
error: :arithmetic-error: Divide by zero
    at top level (stdin:5:3)' '(println "one")\n; comment\n(read-line)\nline\n  (/ 1 0)\n(println "two")'
piped "a form that does not end is told at the end" \
    'stdin:2:1: :read-error: the list opened at 2:1 is not closed: expected )' '\n(+ 1\n2'
piped "a mistake in a pipe is told" 'stdin:2:4: :read-error: unmatched ] at 2:4: the list opened at 2:1 with ( wants )' '1\n(+ ]\n3'
piped "invalid UTF-8 in a pipe is told" 'stdin:1:3: :read-error: the text is not UTF-8 (byte 0xC3)' '1 \303\050'
piped "what is behind a program in a pipe is standard input" '"behind\n"' \
    '(require (quote [lona.io :as io]))\n(prn (bytes->string (second (io/recv (second (io/standard-input))))))\nbehind\n'
got=$({ echo '(prn (count (quote ('; seq 100000; echo '))))'; } | timeout 20 "$lona" 2>&1)
[ "$got" = 100000 ] && echo "ok a form of 100,000 lines in a pipe" || echo "not ok a long form: $got"
got=$(timeout 20 "$lona" -e '(require (quote lona.io)) (println (read-line) (first (lona.io/recv (second (lona.io/standard-input)))))' <&- 2>&1 | sed -n 2p)
[ "$got" = "nil :error" ] && echo "ok standard input that is closed is at its end" || echo "not ok closed standard input: $got"
