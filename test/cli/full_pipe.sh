#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# full_pipe.sh LONA: those who write where nobody reads wait; what has nothing to do with them goes on.
lona=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkfifo "$dir/pipe"
cat >"$dir/program.lona-s" <<'END'
(def text (apply str (repeat 1000 "0123456789")))
(def cell (atom nil))
(defn cycles [] (nth (%vm-info) 6))
(defn churn [] (dotimes [i 1000] (reset! cell (vec (range i (+ i 400))))))
(defn threads [] (second (re-find #"Threads:\s*(\d+)" (slurp "/proc/self/status"))))
(defn cycles-in [ms]
  (let [before (cycles)
        end (+ ms (quot (%monotonic-ns) 1000000))]
    (loop []
      (churn)
      (if (and (< (- (cycles) before) 2) (< (quot (%monotonic-ns) 1000000) end)) (recur) (- (cycles) before)))))
(def writers (mapv (fn [i] (second (spawn-monitor (fn [] (dotimes [_ 3] (println text)))))) (range 100)))
(sleep 300)
(spit (str dir "/cycles") (str (>= (cycles-in 20000) 2)))
(spit (str dir "/threads") (threads))
(spit (str dir "/go") "")
(doseq [ref writers] (receive [:down (= ref) _ :normal] nil))
END
export LONA_CORES=2
(echo "(def dir \"$dir\")"; cat "$dir/program.lona-s") >"$dir/whole.lona-s"
(
    i=0
    while [ ! -e "$dir/go" ] && [ $i -lt 400 ]; do
        sleep 0.1
        i=$((i + 1))
    done
    wc -c
) <"$dir/pipe" >"$dir/bytes" &
timeout 60 "$lona" "$dir/whole.lona-s" >"$dir/pipe" 2>"$dir/err"
wait
check() { # check NAME GOOD WHAT
    [ "$2" = true ] && echo "ok $1" || echo "not ok $1: $3 $(cat "$dir/err")"
}
bytes=$(cat "$dir/bytes") threads=$(cat "$dir/threads") cycles=$(cat "$dir/cycles")
check "what is written to a full pipe arrives" "$([ "$((bytes))" = 3000300 ] && echo true)" "$bytes bytes"
check "the collector of the shared area does not wait for them" "$cycles" "no two cycles in 20 s"
check "a hundred of them hold few threads" "$([ "${threads:-100}" -lt 20 ] && echo true)" "$threads threads"
