#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# memory.sh LONA: programs that take all memory of the system are told so; the system goes on.
lona=$1
LONA_MEMORY=100M
export LONA_MEMORY

# check NAME PATTERN FORMS: the last line that they print matches
check() {
    out=$(timeout 100 "$lona" -e "$3" 2>&1)
    status=$?
    [ $status -le 1 ] && echo "$out" | grep -v '^    at ' | tail -n 1 | grep -q "$2" && echo "ok $1" ||
        echo "not ok $1: status $status, $(echo "$out" | tail -n 5)"
}
check "processes without end" "^error: :system-limit" '(loop [] (spawn (fn [] (receive :never 1))) (recur))'
check "after them all goes on" "^100000$" '(do
    (try (loop [] (spawn (fn [] (receive :never 1))) (recur)) (catch :system-limit _ nil))
    (doseq [p (list-processes)] (when-not (or (= p (self)) (= p (group-leader))) (exit p :kill)))
    (while (> (count (list-processes)) 2) (sleep 10))
    (spawn (fn [] 1))
    (println (count (vec (range 100000))))
    (halt 0))'
check "messages without end" "^:alive$" '(do
    (def p (spawn (fn [] (receive :never 1))))
    (try (loop [n 0] (send p [n n n]) (recur (inc n))) (catch :out-of-memory _ nil))
    (exit p :kill)
    (while (alive? p) (sleep 1))
    (println :alive)
    (halt 0))'
check "heaps that grow" "^2$" '(do
    (dotimes [_ 8] (spawn (fn [] (loop [x ()] (recur (cons 1 x))))))
    (while (> (count (list-processes)) 2) (sleep 10))
    (println (count (list-processes)))
    (halt 0))'
check "timers without end" ": :\(system-limit\|out-of-memory\)" '(loop [n 0] (send-after 1000000 (self) n) (recur (inc n)))'
check "a cell that grows" "^error: :out-of-memory" '(do (def a (atom [])) (loop [n 0] (swap! a conj n) (recur (inc n))))'
check "definitions without end" ": :out-of-memory" '(loop [n 0] (eval (list (quote def) (symbol (str "x" n)) n)) (recur (inc n)))'
check "namespaces without end" "^error: :out-of-memory" '(loop [n 0] (create-ns (symbol (str "x" n))) (recur (inc n)))'
check "a text that grows" "^error: :out-of-memory" '(loop [s "ab"] (recur (str s s)))'
